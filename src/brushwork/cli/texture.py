"""``brushwork texture``: a style without a content image."""

from __future__ import annotations

import brushwork
from brushwork.cli._flags import (
    DEFAULT_CHECKPOINTING,
    DEFAULT_OUTPUT,
    DEFAULT_SETTINGS,
    Checkpointing,
    Output,
    SettingsFlags,
    StyleImages,
)
from brushwork.options import parse_style


def texture(
    *styles: StyleImages,
    aspect: float = 1.0,
    output: Output = DEFAULT_OUTPUT,
    checkpointing: Checkpointing = DEFAULT_CHECKPOINTING,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Synthesise a texture and write it.

    Parameters
    ----------
    aspect
        Width over height.
    """
    from brushwork.cli import _run

    merged = settings.merge()
    style_images = [parse_style(style) for style in styles]
    path = output.choose_path([*(source for source, _ in style_images), "texture"])
    _run.check_result(path, output)
    autosave = _run.make_autosave(checkpointing, path, output)
    _run.run_and_save(
        lambda: brushwork.iter_texture(style_images, merged, aspect=aspect, checkpoint=autosave),
        path,
        output,
    )
