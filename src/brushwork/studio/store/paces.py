"""Jobs whose pace a plan did not know: the worker measures it when it has time."""

from __future__ import annotations

from brushwork.studio.schemas import JobSettings
from brushwork.studio.store.rows import encode
from brushwork.studio.store.table import Table


class PaceTable(Table):
    """The paces that somebody asks for, in their order."""

    name = "paces"

    def ask(self, settings: JobSettings, most: int) -> None:
        """Ask the worker to measure how long such a job takes, if it is not asked too much."""
        self._execute(
            "INSERT OR IGNORE INTO paces SELECT ? WHERE (SELECT COUNT(*) FROM paces) < ?",
            encode(settings),
            most,
        )

    def take(self) -> JobSettings | None:
        """Give, once, a job whose pace shall be measured."""
        row = self._execute(
            "DELETE FROM paces WHERE rowid = (SELECT MIN(rowid) FROM paces) RETURNING settings"
        ).fetchone()
        return None if row is None else JobSettings.model_validate_json(row["settings"])
