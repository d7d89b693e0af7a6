"""Make the page that explains, for a command, with a bar; it is whole or not there."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from brushwork import images
from brushwork.cli.output import Output
from brushwork.errors import OptionError, OutputError
from brushwork.options import Options
from brushwork.report.explain import assemble_page, iter_chapters, make_title
from brushwork.system.files import check_place, quote, write_atomically

#: Long side where no size is given: a page shows no more.
SIZE = 256


def write_page(content: str, painting: str, options: Options, output: Output) -> None:
    """Paint, explain, and write the page."""
    if options.color == "only":
        raise OptionError("color=only paints nothing that could be explained; choose another one.")
    if "size" not in options.model_fields_set:
        options = Options.create(options, size=SIZE)
    name = f"{Path(content).stem}-{Path(painting).stem}.html"
    path = output.output or Path(name)
    _check_page(path, overwrite=output.overwrite)
    photo, style = images.read(content), images.read(painting)
    chapters = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=output.quiet) as bar:
        task = bar.add_task("reading", total=1.0)
        for chapter in iter_chapters(photo, style, options):
            chapters.append(chapter)
            bar.update(task, completed=chapter.done, description=chapter.doing)
    page = assemble_page(make_title(photo, style), chapters)
    write_atomically(page.encode(), path, overwrite=output.overwrite)
    if not output.quiet:
        Console().print(f"{path}  {len(page) / 1e6:.1f} MB", highlight=False, soft_wrap=True)


def _check_page(path: Path, *, overwrite: bool) -> None:
    if path.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{quote(path)} is no page; give it the extension .html.")
    check_place(path, overwrite=overwrite)
