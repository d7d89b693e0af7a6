"""``brushwork plan``: what a picture will need, without painting it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import HOW, OptionsFile, chosen
from brushwork.cli.process import prepare
from brushwork.options import Options


def plan(
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *styles: Annotated[str, Parameter(name="PAINTING")],
    json: bool = False,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=HOW)] = Options(),  # noqa: B008
) -> None:
    """Tell the memory and time that PHOTO in the style of PAINTINGs will need, without painting.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    styles
        The same; PAINTING:2 gives one twice the weight of the others.
    json
        Print the plan as one line of JSON.
    """
    prepare()
    import brushwork  # loads torch: too slow for --help, too early before prepare
    from brushwork.cli.predict import as_json, table

    made = brushwork.plan(content, styles, chosen(options, options_file))
    if json:
        as_json(made)
    else:
        table(made)
