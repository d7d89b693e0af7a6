"""What of a film's options does not go together, told before anything is read; without OpenCV."""

from __future__ import annotations

from brushwork.options import Options
from brushwork.video.keying import read_key
from brushwork.video.settings import FilmOptions, refuse_recoloring
from brushwork.video.timeline import parse_fade, parse_strength


def check_film(
    options: Options, film: FilmOptions, strength: str | None, paintings: int, *, masked: bool
) -> None:
    """Refuse options that will not do.

    Parameters
    ----------
    options, film
        Those of a picture, and the film's own.
    strength
        Strength over time, or None.
    paintings
        How many style images there are.
    masked
        Whether a mask says what is painted.

    Raises
    ------
    OptionError
        The message says which, and what is allowed.
    """
    refuse_recoloring(options)
    if strength is not None:
        parse_strength(strength)
    if film.fade is not None:
        parse_fade(film.fade, paintings)
    read_key(film.keep_color, masked)
