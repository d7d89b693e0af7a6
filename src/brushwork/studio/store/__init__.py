"""All SQL of the studio: a file a table, with its rows as models, its columns and its questions."""

from brushwork.studio.store.clips import ClipColumns, ClipRow
from brushwork.studio.store.drafts import DraftColumns, DraftRow
from brushwork.studio.store.events import EventRow
from brushwork.studio.store.grids import GridColumns, GridRow
from brushwork.studio.store.identities import new_identity
from brushwork.studio.store.images import ImageRow
from brushwork.studio.store.jobs import Command, JobColumns, JobRow
from brushwork.studio.store.results import ResultColumns, ResultQuery
from brushwork.studio.store.store import Store
from brushwork.studio.store.subjects import SubjectColumns, SubjectRow

__all__ = [
    "ClipColumns",
    "ClipRow",
    "Command",
    "DraftColumns",
    "DraftRow",
    "EventRow",
    "GridColumns",
    "GridRow",
    "ImageRow",
    "JobColumns",
    "JobRow",
    "ResultColumns",
    "ResultQuery",
    "Store",
    "SubjectColumns",
    "SubjectRow",
    "new_identity",
]
