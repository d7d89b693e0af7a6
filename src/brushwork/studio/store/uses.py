"""Who uses an image or a clip: questions that concern several tables at once."""

from __future__ import annotations

from brushwork.studio.store.database import Database


class Uses:
    """The uses of images and clips, by their identities.

    Parameters
    ----------
    database
        Where the tables are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_needed(self, identity: str) -> bool:
        """Tell whether a job that is not over uses it."""
        found = self._database.execute(
            "SELECT 1 FROM jobs WHERE state IN ('queued', 'running', 'paused') AND settings LIKE ?",
            f'%"{identity}"%',
        )
        return found.fetchone() is not None

    def is_referred_to(self, identity: str) -> bool:
        """Tell whether a job, draft or result has it in it, or a subject is of it."""
        named = f'%"{identity}"%'
        found = self._database.execute(
            "SELECT 1 FROM jobs WHERE settings LIKE ? OR steer LIKE ? "
            "UNION ALL SELECT 1 FROM results WHERE settings LIKE ? "
            "UNION ALL SELECT 1 FROM drafts WHERE settings LIKE ? "
            "UNION ALL SELECT 1 FROM subjects WHERE image = ? LIMIT 1",
            *(named,) * 4,
            identity,
        )
        return found.fetchone() is not None
