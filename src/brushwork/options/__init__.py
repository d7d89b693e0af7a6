"""Everything that is set by name, once: options, sources, how a style image is used, presets."""

from brushwork.options.explaining import explain_error
from brushwork.options.options import CONTENT_RATIO, Options, layer_weights, options_that_affect
from brushwork.options.presets import PRESETS
from brushwork.options.settings import Settings
from brushwork.options.sources import Sources, get_role
from brushwork.options.style_text import split_mixture
from brushwork.options.styles import StyleOptions, list_styles, parse_style

__all__ = [
    "CONTENT_RATIO",
    "PRESETS",
    "Options",
    "Settings",
    "Sources",
    "StyleOptions",
    "explain_error",
    "get_role",
    "layer_weights",
    "list_styles",
    "options_that_affect",
    "parse_style",
    "split_mixture",
]
