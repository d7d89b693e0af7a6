"""Many content images by many styles: in one process, in several, on a cluster, as they come."""

from brushwork.batch.events import (
    BatchEvent,
    JobEnded,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
)
from brushwork.batch.executor import Executor, InProcess, count_workers, run_jobs
from brushwork.batch.jobs import Job, JobList, JobSource, WatchedFolders, make_jobs, read_manifest
from brushwork.batch.processes import ProcessPool
from brushwork.batch.worker import SaveOptions

__all__ = [
    "InProcess",
    "BatchEvent",
    "JobStarted",
    "Executor",
    "JobFailed",
    "Job",
    "JobList",
    "JobEnded",
    "JobFinished",
    "ProcessPool",
    "SaveOptions",
    "JobSkipped",
    "JobSource",
    "JobProgressed",
    "WatchedFolders",
    "count_workers",
    "read_manifest",
    "make_jobs",
    "run_jobs",
]
