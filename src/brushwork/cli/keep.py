"""The flags about what is left of a run that is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter
from cyclopts.validators import Number

CHECKPOINT_GROUP = Group("If it is stopped", sort_key=3)


@Parameter(name="*", group=CHECKPOINT_GROUP)
@dataclass(frozen=True)
class Checkpointing:
    """Where the state of a run is kept while it lasts, for ``brushwork resume``."""

    checkpoint: Path | None = None
    """Folder for the state of the run; by default one in the cache if it takes over two minutes."""

    checkpoint_every: Annotated[float, Parameter(validator=Number(gte=0))] = 30.0
    """Seconds from one save to the next."""

    no_checkpoint: bool = False
    """Keep nothing: a run that is stopped is lost."""
