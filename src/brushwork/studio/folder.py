"""The studio's folder: what is where in it, and where it is if nobody says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from brushwork.system.files import create_folder


def get_default_folder() -> Path:
    """Name the folder in which a person's programs keep their data."""
    return Path(platformdirs.user_data_dir("brushwork")) / "studio"


@dataclass(frozen=True)
class StudioFolder:
    """The studio's folder, and what is where in it."""

    root: Path

    def create(self) -> StudioFolder:
        """Make what is not there yet.

        Raises
        ------
        OutputError
            If it cannot be made.
        """
        for folder in (
            *(self.images, self.clips, self.results),
            *(self.previews, self.drafts, self.checkpoints),
        ):
            create_folder(folder)
        return self

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "studio.sqlite"

    @property
    def lock(self) -> Path:
        """What the server that uses the folder holds."""
        return self.root / "lock"

    @property
    def address(self) -> Path:
        """Where a studio that runs is found by programs of the same user; for nobody else."""
        return self.root / "address.json"

    # The next two are called as version 0.1 called them, so that no file of anybody's has to move.

    @property
    def images(self) -> Path:
        """Uploads: ``<id>.png`` and a small ``<id>.webp``."""
        return self.root / "pictures"

    @property
    def clips(self) -> Path:
        """Clips: a folder by its id, with the file that came and the stills of its sheet."""
        return self.root / "clips"

    @property
    def results(self) -> Path:
        """Results, in the same way."""
        return self.root / "paintings"

    @property
    def previews(self) -> Path:
        """What a job looks like now: ``<id>.jpg``."""
        return self.root / "previews"

    @property
    def drafts(self) -> Path:
        """Drafts: ``<id>.jpg`` and, of one that is done, ``<id>.png`` and ``<id>.webp``."""
        return self.root / "drafts"

    @property
    def checkpoints(self) -> Path:
        """The state of each job that was started: a folder by its id."""
        return self.root / "checkpoints"
