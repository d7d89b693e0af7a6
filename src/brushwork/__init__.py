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
    from brushwork.again import iter_rerun, iter_resume, recipe_of, resume
    from brushwork.api import iter_stylize, iter_texture, plan, stylize, texture
    from brushwork.assets import catalog
    from brushwork.errors import (
        BrushworkError,
        CheckpointError,
        DeviceError,
        MemoryBudgetError,
        OptionError,
        OutputError,
        PictureError,
        RecipeError,
        WeightsError,
    )
    from brushwork.events import (
        Event,
        Finished,
        Kept,
        Planned,
        Rescued,
        ScaleStarted,
        StepTaken,
    )
    from brushwork.features import VGG, load_weights
    from brushwork.keeping import Keeping
    from brushwork.losses import content_loss, gram_matrix, style_loss, total_variation
    from brushwork.options import Options, StyleOptions
    from brushwork.painting import Painting
    from brushwork.planning import Plan
    from brushwork.recipe import Recipe
    from brushwork.scene import Scene
    from brushwork.terms import (
        Compared,
        ContentLoss,
        FeatureLoss,
        Loss,
        PixelLoss,
        Seen,
        StyleLoss,
        Sum,
        Sums,
    )

_HOME = {
    "again": ["iter_rerun", "iter_resume", "recipe_of", "resume"],
    "api": ["iter_stylize", "iter_texture", "plan", "stylize", "texture"],
    "assets": ["catalog"],
    "errors": [
        "BrushworkError",
        "CheckpointError",
        "DeviceError",
        "MemoryBudgetError",
        "OptionError",
        "OutputError",
        "PictureError",
        "RecipeError",
        "WeightsError",
    ],
    "events": ["Event", "Finished", "Kept", "Planned", "Rescued", "ScaleStarted", "StepTaken"],
    "features": ["VGG", "load_weights"],
    "keeping": ["Keeping"],
    "losses": ["content_loss", "gram_matrix", "style_loss", "total_variation"],
    "options": ["Options", "StyleOptions"],
    "painting": ["Painting"],
    "planning": ["Plan"],
    "recipe": ["Recipe"],
    "scene": ["Scene"],
    "terms": [
        "Compared",
        "ContentLoss",
        "FeatureLoss",
        "Loss",
        "PixelLoss",
        "Seen",
        "StyleLoss",
        "Sum",
        "Sums",
    ],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "VGG",
    "BrushworkError",
    "CheckpointError",
    "Compared",
    "ContentLoss",
    "DeviceError",
    "Event",
    "FeatureLoss",
    "Finished",
    "Keeping",
    "Kept",
    "Loss",
    "MemoryBudgetError",
    "OptionError",
    "Options",
    "OutputError",
    "Painting",
    "PictureError",
    "PixelLoss",
    "Plan",
    "Planned",
    "Recipe",
    "RecipeError",
    "Rescued",
    "ScaleStarted",
    "Scene",
    "Seen",
    "StepTaken",
    "StyleLoss",
    "StyleOptions",
    "Sum",
    "Sums",
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
    "recipe_of",
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
