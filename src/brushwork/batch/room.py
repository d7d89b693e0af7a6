"""How many pictures fit beside each other on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from brushwork import memory
from brushwork.batch.jobs import Job
from brushwork.equipment import pick_device
from brushwork.options import Options
from brushwork.planning import Circumstances, StyleSize, plan_for

#: Bytes of a process that has the library loaded, the weights, and the pictures of one job.
PROCESS = 600 * 10**6
#: A budget in which every plan fits.
PLENTY = 10**15
#: Where photos keep coming, there may be any number of them.
MOST = 10**6


def hands_for(jobs: Sequence[Job], options: Options) -> int:
    """Give how many processes shall paint at once: a core each, and memory for all of them.

    Two processes of one thread each paint more in an hour than one with two threads, because much
    of a step is not spread over threads (``python -m benchmarks.batches``). On a graphics
    processor one picture after the other is as fast as any.

    Parameters
    ----------
    jobs
        What is to be painted, as far as it is known.
    options
        What will be painted by, where nothing is known yet.
    """
    if pick_device(options.device).type != "cpu":
        return 1
    need = max(_need(one) for one in [options, *(job.options for job in jobs)])
    most = min(torch.get_num_threads(), len(jobs) or MOST)
    return max(1, min(most, memory.available() // need))


def _need(options: Options) -> int:
    """Give the bytes that a picture takes without tiles: of a square photo, which is the most."""
    side = options.size
    given = Circumstances((side, side), [StyleSize(side, side)], "float32", PLENTY, PROCESS)
    most = plan_for(options, given).memory
    return min(most, options.memory_budget or most)
