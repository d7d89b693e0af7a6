"""``brushwork plan``: what a picture will need, without painting it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.options import Options
from brushwork.system.process import prepare


def plan(
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *styles: Annotated[str, Parameter(name="PAINTING")],
    json: bool = False,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
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
    from brushwork.cli.predict import print_plan, print_plan_json

    made = brushwork.plan(content, styles, merge_options(options, options_file))
    if json:
        print_plan_json(made)
    else:
        print_plan(made)
