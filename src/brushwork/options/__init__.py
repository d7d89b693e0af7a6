"""Every option once: how an image is made, how each style image is used, and named sets of options."""

from brushwork.options.options import (
    CONTENT_RATIO,
    SEEING,
    Options,
    explain_error,
    layer_weights,
)
from brushwork.options.presets import PRESETS
from brushwork.options.styles import StyleOptions, list_styles, parse_style

__all__ = [
    "CONTENT_RATIO",
    "PRESETS",
    "SEEING",
    "Options",
    "StyleOptions",
    "explain_error",
    "layer_weights",
    "list_styles",
    "parse_style",
]
