"""The brush of a shot: with all steps, with a few from what is there, or for what is new alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import torch

from brushwork import images
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.loop import Run, plan_run
from brushwork.engine.request import Request
from brushwork.features import Networks, pick_device
from brushwork.images.color import to_grey
from brushwork.options import Options
from brushwork.video.carrying import Carried
from brushwork.video.few_steps import MUCH, FewSteps, collect
from brushwork.video.levels import Levels, to_tensor
from brushwork.video.masking import FrameMasks
from brushwork.video.moments import Moments
from brushwork.video.reel import SourceFrame

#: Steps that paint what is seen for the first time, after coarse ones.
NEW_STEPS = 8
#: So much of the long side about what is new is painted with it.
AROUND = 0.3
#: Steadiness there: what is new goes on from what is painted, which does not change.
FIRM = 30.0


class Brush:
    """Paints the frames of a shot, each as its moment asks, in one palette.

    Parameters
    ----------
    request
        What is asked for, as of a picture; its content image is that of any frame.
    moments
        What changes on the way.
    masks
        What of each frame is painted.
    networks
        What paints.
    first
        The frame whose colours style images take, where they do: the first that is painted.
    """

    def __init__(
        self,
        request: Request,
        moments: Moments,
        masks: FrameMasks,
        networks: Networks,
        first: SourceFrame,
    ) -> None:
        self._request = request
        self._moments = moments
        self._masks = masks
        self._networks = networks
        self._device = pick_device(request.options.device)
        inputs = self._prepare(first, request.options)
        self._styles = inputs.styles
        self._few = FewSteps(inputs.to_device(self._device), networks, request.options)

    def paint_first(self, source: SourceFrame) -> Levels:
        """Paint a frame with all steps, as a picture is painted."""
        inputs, options = self._ask(source)
        plan = plan_run(inputs, self._networks, options)
        return self._restore(collect(Run(inputs, self._networks, options, plan)), source)

    def paint_following(
        self, source: SourceFrame, carried: Carried, steps: int, steadiness: float
    ) -> Levels:
        """Take a few steps from what other frames saw, held to that."""
        inputs, options = self._ask(source, self._few.styles)
        return self._restore(self._few.take(inputs, options, carried, steps, steadiness), source)

    def paint_new(self, source: SourceFrame, carried: Carried) -> Levels:
        """Paint what no other frame saw; it keeps the colours that it begins in."""
        inputs, options = self._ask(source, self._few.styles)
        asked = paint_only_new(inputs, carried)
        painted = self._few.take(asked, options, carried, NEW_STEPS, FIRM, lasting=True)
        return self._restore(painted, source)

    def _ask(
        self, source: SourceFrame, styles: Sequence[StyleImage] | None = None
    ) -> tuple[Inputs, Options]:
        """Give the images and options of a frame, as its moment asks; the whole styles if None."""
        options = self._moments.set_options(self._request.options, source.seconds)
        inputs = self._prepare(source, options, self._styles).to_device(self._device)
        weighed = self._moments.weigh(styles or inputs.styles, source.seconds)
        return replace(inputs, styles=weighed), options

    def _prepare(
        self,
        source: SourceFrame,
        options: Options,
        recolored: Sequence[StyleImage] | None = None,
    ) -> Inputs:
        """Give the images of a frame on the CPU."""
        pixels, inside = self._masks.clear(source.pixels, source.inside), source.inside
        content = images.read(np.ascontiguousarray(pixels))
        asked = replace(self._request, content=content, options=options, mask=None)
        inputs = asked.prepare(torch.device("cpu"), recolored)
        return replace(inputs, mask=None if inside is None else to_tensor(inside[..., None]))

    def _restore(self, painted: Levels, source: SourceFrame) -> Levels:
        return self._masks.restore(painted, source.pixels, source.inside)


def paint_only_new(inputs: Inputs, carried: Carried) -> Inputs:
    """Ask of what is new, with what is about it, to make up the style by itself.

    Were the whole frame asked, what is painted already would answer for it. It is, where next to
    nothing is new.

    Parameters
    ----------
    inputs
        The frame; its mask says what of it is painted.
    carried
        What is known of it, and what is shown where nothing is painted now.
    """
    size = 2 * max(4, round(AROUND * max(carried.known.shape))) + 1
    near = cv2.dilate(1 - carried.known, np.ones((size, size), np.uint8))
    soft = np.asarray(cv2.GaussianBlur(near, (0, 0), size / 8), np.float32)
    mask = to_tensor(soft[..., None]).to(inputs.styles[0].pixels)
    if inputs.mask is not None:
        mask = mask * inputs.mask
    if float(mask.mean()) < MUCH:
        return inputs
    background = to_tensor(carried.start).to(mask)
    if inputs.colors is not None:
        background = to_grey(background)
    return replace(inputs, mask=mask, background=background)
