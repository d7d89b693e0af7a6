"""A few starting points, each a named set of ordinary options. What is said besides them wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The style layers of Gatys, Ecker and Bethge (2016), all of one weight.
PAPER_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
#: Those that finer scales compare, unless they are asked for others.
FINE_STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1")
FINE_CONTENT_LAYERS = ("conv3_1",)

PRESETS: dict[str, dict[str, Any]] = {
    # All layers at all scales and one network, as published.
    "paper": {
        "early_network": "large",
        "content_layers": ("conv4_2",),
        "fine_content_layers": ("conv4_2",),
        "style_layers": PAPER_LAYERS,
        "fine_style_layers": PAPER_LAYERS,
        "pooling": "average",
    },
    # A face stays a face.
    "portrait": {"strength": 0.45, "preserve": "detail", "preserve_weight": 10, "style_scale": 0.8},
    # Broad strokes over calm areas.
    "oil": {"strength": 0.55, "style_scale": 1.8, "statistics": "covariance"},
    # The strokes of the painting in small, and none of its shapes.
    "fine": {
        "style_scale": 0.5,
        "style_layers": ("conv1_1", "conv2_1", "conv3_1", "conv4_1:0.3"),
        "fine_style_layers": FINE_STYLE_LAYERS,
    },
    # The painting's own shapes, cleanly drawn.
    "poster": {"style_scale": 1.5, "statistics": "nearest_neighbor"},
    # The photo's colours, with a hint of brushwork.
    "tint": {"strength": 0.35, "color": "content"},
    # Whatever the painter would rather have painted.
    "loose": {
        "strength": 0.65,
        "style_layers": PAPER_LAYERS,
        "fine_style_layers": FINE_STYLE_LAYERS,
    },
}


def strip_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what came from the preset among ``values``, to make room for another."""
    filled = PRESETS.get(values.get("preset") or "", {})
    return {name: value for name, value in values.items() if filled.get(name, ...) != value}
