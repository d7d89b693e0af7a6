"""Sphinx's configuration of the documentation; ``make docs`` builds it."""

from __future__ import annotations

import sys
from pathlib import Path

from brushwork.version import __version__

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tools.docs

project = "brushwork"
author = "The brushwork authors"
copyright = author  # noqa: A001  Sphinx asks for this name
version = release = __version__

extensions = [
    "cyclopts.ext.sphinx",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "tools.docs.site.modules",
    "tools.docs.site.options",
    "tools.docs.site.links",
]
exclude_patterns = ["_build"]
smartquotes = False  # a flag has two hyphens

# A word in single backticks is code by its name; tools.docs.site.links finds it.
default_role = "py:obj"
add_module_names = False
python_maximum_signature_line_length = 88
autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    "special-members": "__call__",
}
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
# How the library of the notebook's widget names a type in the signatures that it hands down; and a
# type variable, which has no page.
nitpick_ignore = [("py:class", "t.Any"), ("py:class", "brushwork.images.output_colors.Made")]

myst_heading_anchors = 3

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"brushwork {__version__}"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False

# `make man` writes the manual page of the command line, from what --help prints.
man_pages = [("cli", "brushwork", "repaint a photo in the style of any painting", author, 1)]
man_make_section_directory = False
