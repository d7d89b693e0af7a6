"""The trash: a row that was thrown away stays for a while, and is taken back or forgotten."""

from __future__ import annotations

import time

from brushwork.studio.store.table import Table

#: Days that the trash keeps what was thrown away.
KEPT_DAYS = 30


class TrashTable(Table):
    """A table of things that are thrown away; ``deleted`` is when one came into the trash."""

    def list_expired(self) -> list[str]:
        """Give the identities of what has been in the trash for long."""
        limit = time.time() - KEPT_DAYS * 86_400
        return self._list_identities(f"SELECT id FROM {self.name} WHERE deleted < ?", limit)

    def remove(self, identity: str) -> None:
        """Forget a row for good; who has files of it takes them away."""
        self._execute(f"DELETE FROM {self.name} WHERE id = ?", identity)
