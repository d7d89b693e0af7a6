"""brushwork repaints a photo in the style of any painting.

>>> import brushwork
>>> result = brushwork.stylize("cat", "great-wave", size=256)
>>> result.save("cat-great-wave.png")

Names are loaded when they are first used, so that ``import brushwork`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from brushwork.version import __version__ as __version__

if TYPE_CHECKING:
    from brushwork.api import (
        Stylizer,
        iter_rerun,
        iter_resume,
        iter_stylize,
        iter_texture,
        plan,
        rerun,
        resume,
        stylize,
        texture,
    )
    from brushwork.assets import catalog
    from brushwork.engine.autosave import Autosave
    from brushwork.engine.events import (
        CheckpointSaved,
        Event,
        Finished,
        Planned,
        Recovered,
        ScaleStarted,
        StepTaken,
    )
    from brushwork.engine.inputs import ScaleInputs
    from brushwork.engine.result import Result
    from brushwork.errors import (
        BrushworkError,
        CheckpointError,
        DeviceError,
        ImageError,
        MemoryBudgetError,
        OptionError,
        OutputError,
        RecipeError,
        WeightsError,
    )
    from brushwork.features import VGGFeatures, load_weights
    from brushwork.losses import (
        ContentLoss,
        FeatureLoss,
        FeatureView,
        Loss,
        LossValue,
        PixelLoss,
        Statistics,
        StyleLoss,
        WeightedSum,
        content_loss,
        gram_matrix,
        style_loss,
        total_variation,
    )
    from brushwork.options import Options, Settings, Sources, StyleOptions
    from brushwork.planning.plan import Plan
    from brushwork.recipe import Recipe, read_recipe

#: Where each name lives.
_HOMES = {
    "api": [
        "Stylizer",
        "iter_rerun",
        "iter_resume",
        "iter_stylize",
        "iter_texture",
        "plan",
        "rerun",
        "resume",
        "stylize",
        "texture",
    ],
    "assets": ["catalog"],
    "engine.autosave": ["Autosave"],
    "engine.events": [
        "CheckpointSaved",
        "Event",
        "Finished",
        "Planned",
        "Recovered",
        "ScaleStarted",
        "StepTaken",
    ],
    "engine.inputs": ["ScaleInputs"],
    "engine.result": ["Result"],
    "errors": [
        "BrushworkError",
        "CheckpointError",
        "DeviceError",
        "ImageError",
        "MemoryBudgetError",
        "OptionError",
        "OutputError",
        "RecipeError",
        "WeightsError",
    ],
    "features": ["VGGFeatures", "load_weights"],
    "losses": [
        "ContentLoss",
        "FeatureLoss",
        "FeatureView",
        "Loss",
        "LossValue",
        "PixelLoss",
        "Statistics",
        "StyleLoss",
        "WeightedSum",
        "content_loss",
        "gram_matrix",
        "style_loss",
        "total_variation",
    ],
    "options": ["Options", "Settings", "Sources", "StyleOptions"],
    "planning.plan": ["Plan"],
    "recipe": ["Recipe", "read_recipe"],
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Autosave",
    "BrushworkError",
    "CheckpointError",
    "CheckpointSaved",
    "ContentLoss",
    "DeviceError",
    "Event",
    "FeatureLoss",
    "FeatureView",
    "Finished",
    "ImageError",
    "Loss",
    "LossValue",
    "MemoryBudgetError",
    "OptionError",
    "Options",
    "OutputError",
    "PixelLoss",
    "Plan",
    "Planned",
    "Recipe",
    "RecipeError",
    "Recovered",
    "Result",
    "ScaleInputs",
    "ScaleStarted",
    "Settings",
    "Sources",
    "Statistics",
    "StepTaken",
    "StyleLoss",
    "StyleOptions",
    "Stylizer",
    "VGGFeatures",
    "WeightedSum",
    "WeightsError",
    "catalog",
    "content_loss",
    "gram_matrix",
    "iter_rerun",
    "iter_resume",
    "iter_stylize",
    "iter_texture",
    "load_weights",
    "plan",
    "read_recipe",
    "rerun",
    "resume",
    "style_loss",
    "stylize",
    "texture",
    "total_variation",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
