"""Where the studio keeps what it has: one folder, every file in it under a name of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from brushwork.files import make_folder


def default_folder() -> Path:
    """Name the folder in which a person's programs keep their data."""
    return Path(platformdirs.user_data_dir("brushwork")) / "studio"


@dataclass(frozen=True)
class Folder:
    """The studio's folder, and what is where in it."""

    root: Path

    def made(self) -> Folder:
        """Make what is not there yet.

        Raises
        ------
        OutputError
            If it cannot be made.
        """
        for folder in (self.pictures, self.paintings, self.previews, self.checkpoints):
            make_folder(folder)
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
    def pictures(self) -> Path:
        """Uploads: ``<id>.png`` and a small ``<id>.webp``."""
        return self.root / "pictures"

    @property
    def paintings(self) -> Path:
        """Paintings, in the same way."""
        return self.root / "paintings"

    @property
    def previews(self) -> Path:
        """What a job looks like now: ``<id>.jpg``."""
        return self.root / "previews"

    @property
    def checkpoints(self) -> Path:
        """The state of each job that was begun: a folder by its id."""
        return self.root / "checkpoints"
