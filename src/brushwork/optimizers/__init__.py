"""Ways to change the target image so that its loss falls, never leaving the range [0, 1]."""

from __future__ import annotations

from brushwork.optimizers.adam import Adam
from brushwork.optimizers.base import Evaluate, Optimizer
from brushwork.optimizers.lbfgs import LBFGS

OPTIMIZERS: dict[str, type[Optimizer]] = {"lbfgs": LBFGS, "adam": Adam}

__all__ = ["LBFGS", "OPTIMIZERS", "Adam", "Evaluate", "Optimizer"]
