"""Many content images by many styles: in one process, in several, on a cluster, as they come."""

from brushwork.batch.events import (
    BatchEvent,
    FileLeftOut,
    JobEnded,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
)
from brushwork.batch.executor import Executor, InProcess, count_workers, run_jobs
from brushwork.batch.jobs import (
    Job,
    JobList,
    JobSource,
    WatchedFolders,
    list_left_out,
    make_jobs,
    read_manifest,
)
from brushwork.batch.processes import ProcessPool
from brushwork.batch.worker import SaveOptions

__all__ = [
    "BatchEvent",
    "Executor",
    "FileLeftOut",
    "InProcess",
    "Job",
    "JobEnded",
    "JobFailed",
    "JobFinished",
    "JobList",
    "JobProgressed",
    "JobSkipped",
    "JobSource",
    "JobStarted",
    "ProcessPool",
    "SaveOptions",
    "WatchedFolders",
    "count_workers",
    "list_left_out",
    "make_jobs",
    "read_manifest",
    "run_jobs",
]
