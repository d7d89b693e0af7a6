"""The flags about what is left of a run that is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cyclopts import Group, Parameter

GROUP = Group("If it is stopped", sort_key=3)


@Parameter(name="*", group=GROUP)
@dataclass(frozen=True)
class Keep:
    """Where the state of a run is kept while it lasts, for ``brushwork resume``."""

    checkpoint: Path | None = None
    """Folder for the state of the run; by default one in the cache if it takes over two minutes."""

    no_checkpoint: bool = False
    """Keep nothing: a run that is stopped is lost."""
