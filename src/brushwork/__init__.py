"""brushwork repaints a photo in the style of any painting.

>>> import brushwork
>>> picture = brushwork.stylize("cat", "great-wave", size=256)
>>> picture.save("cat-great-wave.png")

Names are loaded when they are first used, so that ``import brushwork`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from brushwork.version import __version__ as __version__

if TYPE_CHECKING:
    from brushwork.api import iter_rerun, iter_stylize, iter_texture, plan, resume, stylize, texture
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
    from brushwork.engine.resume import iter_resume
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
    from brushwork.options import Options, StyleOptions
    from brushwork.planning.plan import Plan
    from brushwork.recipe import Recipe, read_recipe

_HOME = {
    "again": ["iter_rerun", "iter_resume", "read_recipe", "resume"],
    "api": ["iter_stylize", "iter_texture", "plan", "stylize", "texture"],
    "assets": ["catalog"],
    "errors": [
        "BrushworkError",
        "CheckpointError",
        "DeviceError",
        "MemoryBudgetError",
        "OptionError",
        "OutputError",
        "ImageError",
        "RecipeError",
        "WeightsError",
    ],
    "events": [
        "Event",
        "Finished",
        "CheckpointSaved",
        "Planned",
        "Recovered",
        "ScaleStarted",
        "StepTaken",
    ],
    "features": ["VGGFeatures", "load_weights"],
    "keeping": ["Autosave"],
    "losses": ["content_loss", "gram_matrix", "style_loss", "total_variation"],
    "options": ["Options", "StyleOptions"],
    "painting": ["Result"],
    "planning": ["Plan"],
    "recipe": ["Recipe"],
    "scene": ["ScaleInputs"],
    "terms": [
        "LossValue",
        "ContentLoss",
        "FeatureLoss",
        "Loss",
        "PixelLoss",
        "FeatureView",
        "StyleLoss",
        "WeightedSum",
        "Statistics",
    ],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "VGGFeatures",
    "BrushworkError",
    "CheckpointError",
    "LossValue",
    "ContentLoss",
    "DeviceError",
    "Event",
    "FeatureLoss",
    "Finished",
    "Autosave",
    "CheckpointSaved",
    "Loss",
    "MemoryBudgetError",
    "OptionError",
    "Options",
    "OutputError",
    "Result",
    "ImageError",
    "PixelLoss",
    "Plan",
    "Planned",
    "Recipe",
    "RecipeError",
    "Recovered",
    "ScaleStarted",
    "ScaleInputs",
    "FeatureView",
    "StepTaken",
    "StyleLoss",
    "StyleOptions",
    "WeightedSum",
    "Statistics",
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
