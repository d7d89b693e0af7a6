"""Ray, connected: how tasks are started there, and what is said of those that are lost."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from brushwork.errors import OptionError
from brushwork.version import __version__

#: The address of a cluster that is this machine alone.
LOCAL = "local"
#: Seconds that a cluster has to answer at all.
CONNECT_SECONDS = 10.0
#: How often a task is started again because its machine or its process was lost.
MAX_RETRIES = 3
#: Tasks that wait for each core, so that none stands idle while images are read here.
QUEUE_FACTOR = 1.5


def connect(address: str) -> Any:
    """Give Ray, connected to a cluster.

    Raises
    ------
    OptionError
        If Ray is not installed, or the cluster cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody is told what is computed here
    try:
        import ray  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise OptionError(
            "a cluster is reached through Ray, which is not installed here; "
            "pip install 'brushwork[cluster]', or leave --cluster out."
        ) from None
    told: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    if address != LOCAL:
        told["address"] = address
    try:
        _check_reachable(address)
        ray.init(**told)
    except Exception as error:  # Ray has no one class for what can go wrong here
        raise OptionError(
            f"the cluster {address!r} cannot be reached ({_first_line(error)}); give "
            "ray://HOST:PORT of one that runs, or local."
        ) from None
    return ray


def _check_reachable(address: str) -> None:
    """See at once whether somebody answers there; Ray itself tries again for minutes."""
    place = urlsplit(address if "://" in address else f"//{address}")
    if place.hostname and place.port:
        socket.create_connection((place.hostname, place.port), CONNECT_SECONDS).close()


def make_task(ray: Any, function: Callable[..., Any]) -> Any:
    """Make a task of a function: on one core, started again where it is lost."""
    return ray.remote(function).options(num_cpus=1, max_retries=MAX_RETRIES)


def count_tasks(ray: Any) -> int:
    """Count the tasks that a cluster is given at once."""
    cores: float = ray.cluster_resources().get("CPU", 1)
    return max(1, round(QUEUE_FACTOR * cores))


def check_version(version: str) -> None:
    """Refuse a task that another version sends.

    Raises
    ------
    OptionError
        The message names both.
    """
    if version != __version__:
        raise OptionError(
            f"the cluster has brushwork {__version__}, and this comes from {version}; install "
            "the same version on all machines."
        )


def describe_loss(error: Exception) -> str:
    """Say that a task was lost too often."""
    return f"the cluster lost it {MAX_RETRIES + 1} times ({_first_line(error)})."


def _first_line(error: Exception) -> str:
    """Give what an error says first; Ray goes on for paragraphs."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
