"""Many photos by many paintings: in this process, in several, on a cluster, and as they come."""

from brushwork.batch.crew import Alone, Crew
from brushwork.batch.events import BatchEvent, Begun, Failed, Over, Painted, Skipped, Stepped
from brushwork.batch.jobs import Job, jobs_of
from brushwork.batch.manifest import jobs_in
from brushwork.batch.painter import Saving
from brushwork.batch.processes import Processes
from brushwork.batch.room import hands_for
from brushwork.batch.schedule import paint_all
from brushwork.batch.source import Listed, Source, Watched

__all__ = [
    "Alone",
    "BatchEvent",
    "Begun",
    "Crew",
    "Failed",
    "Job",
    "Listed",
    "Over",
    "Painted",
    "Processes",
    "Saving",
    "Skipped",
    "Source",
    "Stepped",
    "Watched",
    "hands_for",
    "jobs_in",
    "jobs_of",
    "paint_all",
]
