"""``brushwork stylize``: one content image in the style of others."""

from __future__ import annotations

import brushwork
from brushwork.cli._flags import (
    DEFAULT_CHECKPOINTING,
    DEFAULT_OUTPUT,
    DEFAULT_SETTINGS,
    Checkpointing,
    ContentImage,
    Output,
    SettingsFlags,
    StyleImages,
)
from brushwork.options import parse_style


def stylize(
    content: ContentImage,
    /,
    *styles: StyleImages,
    output: Output = DEFAULT_OUTPUT,
    checkpointing: Checkpointing = DEFAULT_CHECKPOINTING,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Stylize the content image and write the result."""
    from brushwork.cli import _run
    from brushwork.engine.request import measure_need

    merged = settings.merge()
    style_images = [parse_style(style) for style in styles]
    path = output.choose_path([content, *(source for source, _ in style_images)])
    _run.check_result(path, output)
    image = _run.read_content(content, measure_need(merged.options))
    _run.check_result(path, output, transparent=image.alpha is not None)
    autosave = _run.make_autosave(checkpointing, path, output)
    _run.run_and_save(
        lambda: brushwork.iter_stylize(image, style_images, merged, checkpoint=autosave),
        path,
        output,
    )
