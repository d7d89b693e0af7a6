"""What a film would take, told before it is queued, by what is known of its clip."""

from __future__ import annotations

import shutil

from brushwork.features import pick_device
from brushwork.options import Options
from brushwork.planning.plan import Plan
from brushwork.studio.clips import Clips, get_end
from brushwork.studio.errors import TooLargeError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.schemas import ClipInfo, FilmPlan, FilmUse
from brushwork.studio.settings import read_film_options
from brushwork.system.memory import format_bytes
from brushwork.video.workload import Workload


class FilmPlanner:
    """Plans films.

    Parameters
    ----------
    clips, folder
        What they are made of, and where their frames are kept.
    """

    def __init__(self, clips: Clips, folder: StudioFolder) -> None:
        self._clips = clips
        self._folder = folder

    def plan(self, film: FilmUse, options: Options, frame: Plan, *, known: bool) -> FilmPlan:
        """Say what a film will take.

        Parameters
        ----------
        film, options
            What is asked for.
        frame
            What a frame takes, painted as a picture.
        known
            Whether it is known in which precision this machine paints.

        Raises
        ------
        BrushworkError
            If there is no such clip, the part is empty or too long, or the disk is too small.
        """
        # OpenCV is of the extra; a studio without it has no clips.
        from brushwork.video.estimate import recall_estimate
        from brushwork.video.footage import choose_size
        from brushwork.video.planning import measure_disk

        count = self._clips.check_part(film)
        clip, given = self._clips.get(film.clip), read_film_options(film)
        size = choose_size((clip.height, clip.width), options.size)
        disk = measure_disk(size, [count] * given.passes)
        self._check_disk(count, disk)
        first = 1 if given.one_shot else min(count, _count_shots(film, clip))
        seconds = recall_estimate(
            frame,
            options,
            pick_device(options.device),
            steps=given.steps,
            first=first,
            following=Workload(count, given.passes).measure_left(1, 0) - first,
        )
        return FilmPlan(
            frames=count,
            width=size[1],
            height=size[0],
            seconds=seconds if known else None,
            disk=disk,
        )

    def get_extent(self, film: FilmUse) -> tuple[int, int]:
        """Give height and width of a clip.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        clip = self._clips.get(film.clip)
        return clip.height, clip.width

    def _check_disk(self, count: int, needed: int) -> None:
        free = shutil.disk_usage(self._folder.root).free
        if needed > free:
            raise TooLargeError(
                f"the {count} frames of this film need {format_bytes(needed)} on the disk, but "
                f"{format_bytes(free)} are free; choose a shorter part, a smaller size or fewer "
                "passes, or make room."
            )


def _count_shots(film: FilmUse, clip: ClipInfo) -> int:
    end = get_end(film, clip)
    return sum(shot.start < end and shot.end > film.start for shot in clip.shots)
