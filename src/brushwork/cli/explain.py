"""``brushwork explain``: the method, shown on two images, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from brushwork.cli._console import make_bar, make_console
from brushwork.cli._flags import (
    DEFAULT_OUTPUT_FILE,
    DEFAULT_SETTINGS,
    ContentImage,
    OutputFile,
    SettingsFlags,
    join_names,
    refuse_stdout,
)
from brushwork.errors import OptionError, OutputError
from brushwork.options import Settings
from brushwork.system.files import check_place, quote, write_atomically

#: Long side where no size is given: a page shows no more.
SIZE = 256


def explain(
    content: ContentImage,
    style: Annotated[str, Parameter(name="PAINTING")],
    /,
    *,
    output: OutputFile = DEFAULT_OUTPUT_FILE,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Stylize, explain, and write the page; it is whole or not there.

    Parameters
    ----------
    style
        A picture file, or the name of a built-in picture.
    """
    from brushwork import images
    from brushwork.cli import _run
    from brushwork.engine.request import measure_need
    from brushwork.report.explain import LEAST_SIDE, assemble_page, iter_chapters, make_title

    merged = _choose_settings(settings.merge())
    path = output.output or Path(f"{join_names([content, style])}.html")
    _check_page(path, overwrite=output.overwrite)
    enough = max(measure_need(merged.options, 1.0), LEAST_SIDE)
    content_image = _run.read_content(content, enough)
    style_image = images.read(style, long_side=enough)
    chapters = []
    with make_bar(quiet=output.quiet) as bar:
        task = bar.add_task("reading", total=1.0)
        for chapter in iter_chapters(content_image, style_image, merged):
            chapters.append(chapter)
            bar.update(task, completed=chapter.done, description=chapter.doing)
    page = assemble_page(make_title(content_image, style_image), chapters)
    write_atomically(page.encode(), path, overwrite=output.overwrite)
    if not output.quiet:
        make_console().print(f"{path}  {len(page) / 1e6:.1f} MB", soft_wrap=True)


def _choose_settings(settings: Settings) -> Settings:
    if settings.options.color == "only":
        raise OptionError("color=only paints nothing that could be explained; choose another one.")
    if "size" not in settings.options.model_fields_set:
        settings = Settings.create(settings, size=SIZE)
    return settings.prefer_draft()


def _check_page(path: Path, *, overwrite: bool) -> None:
    refuse_stdout(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{quote(path)} is no page; give it the extension .html.")
    check_place(path, overwrite=overwrite)
