"""One frame after the other: the first of a shot as a picture, the next from the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import cv2
import numpy as np
import torch
from torch import Tensor

from brushwork import images
from brushwork.api import Stylizer, collect_result
from brushwork.engine.inputs import Inputs, ScaleInputs, StyleImage
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.request import Request
from brushwork.engine.targets import StyleTargets
from brushwork.features import pick_device
from brushwork.images.color import to_grey
from brushwork.layers import NetworkName
from brushwork.losses import Loss, TemporalLoss, WeightedSum
from brushwork.options import Options
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import style_size
from brushwork.video.clip import Pixels
from brushwork.video.folder import FilmFolder, Levels
from brushwork.video.motion import Plane, estimate_motion, warp
from brushwork.video.settings import FilmOptions
from brushwork.video.timeline import Timeline

#: How far back it is looked for what the frame before did not see, in frames.
EARLIER = (5, 15, 40)
#: Less than this part of a frame that no earlier one saw is left to the steps of the frame.
NEGLIGIBLE = 0.002
#: Steps at half the size that paint what is seen for the first time.
COARSE_STEPS = 24
#: Levels by which a still pixel differs from what it was, averaged over its surroundings: noise.
NOISE = 1.5
#: Pixels about a moving one that move with it: strokes reach over edges.
RIM = 2


@dataclass(frozen=True)
class Moments:
    """What changes while the film runs: strength, and the weight of each painting."""

    strength: Timeline | None = None
    weights: tuple[Timeline, ...] = ()


@dataclass(frozen=True)
class Carried:
    """What a frame has of earlier ones.

    Attributes
    ----------
    start
        ``(H, W, 3)`` in [0, 1]: earlier frames, moved to where their pixels are now, and the
        frame of the clip where there is none.
    known
        ``(H, W)``, 1 where an earlier frame saw it.
    """

    start: Plane
    known: Plane


class Painter:
    """Paints the frames of a film into its folder.

    Parameters
    ----------
    folder
        Where the frames are.
    request
        What is asked for, as of a picture; its content image is that of any frame.
    film
        How frames follow each other.
    moments
        What changes on the way.
    """

    def __init__(
        self, folder: FilmFolder, request: Request, film: FilmOptions, moments: Moments
    ) -> None:
        self._folder = folder
        self._request = request
        self._film = film
        self._moments = moments
        self._stylizer = Stylizer(request.options)
        self._device = pick_device(request.options.device)
        self._known: dict[NetworkName, StyleTargets] = {}
        self._styles: list[StyleImage] = []
        self._plan: Plan | None = None

    def paint(
        self, number: int, seconds: Fraction, shot: int, mask: images.Image | None = None
    ) -> None:
        """Paint a frame and keep it.

        Parameters
        ----------
        number
            Which one, from 0.
        seconds
            When it is shown.
        shot
            The number of the first frame of its shot.
        mask
            What of it is painted, where that is not the same in all frames.
        """
        pixels = self._folder.read_source(number)
        options = self._choose_options(seconds)
        inputs = self._prepare(pixels, options, mask)
        if number == shot:
            painted = self._paint_first(inputs, options, seconds)
            self._folder.write_painted(number, painted, pixels)
            return
        if not self._styles:  # a run that was resumed within a shot
            first = self._prepare(self._folder.read_source(shot), options, mask)
            self._begin_shot(first)
        before = self._folder.read_painted(number - 1)
        anchor = self._folder.read_anchor(number - 1)
        still = find_still(anchor, pixels)
        if bool(still.all()):
            self._folder.write_painted(number, before, anchor)
            return
        carried = self._carry(number, shot, pixels, before, still)
        inputs = replace(inputs, styles=self._weigh(self._styles, seconds))
        painted = self._paint_following(inputs, options, carried)
        if inputs.mask is None:
            painted = keep_still(painted, before, still)
            anchor = np.where(still[..., None], anchor, pixels)
        else:
            anchor = pixels
        self._folder.write_painted(number, painted, anchor)

    def _choose_options(self, seconds: Fraction) -> Options:
        options = self._request.options
        if self._moments.strength is None:
            return options
        return Options.create(options, strength=self._moments.strength.at(seconds))

    def _prepare(self, pixels: Pixels, options: Options, mask: images.Image | None) -> Inputs:
        content = images.read(np.ascontiguousarray(pixels))
        mask = self._request.mask if mask is None else mask
        asked = replace(self._request, content=content, options=options, mask=mask)
        return asked.prepare(self._device)

    def _paint_first(self, inputs: Inputs, options: Options, seconds: Fraction) -> Levels:
        """Paint the first frame of a shot as a picture, with all steps."""
        self._begin_shot(inputs)
        inputs = replace(inputs, styles=self._weigh(inputs.styles, seconds))
        networks = self._stylizer.get_networks(options, self._device)
        plan = plan_run(inputs, networks, options)
        return _collect(Run(inputs, networks, options, plan))

    def _begin_shot(self, first: Inputs) -> None:
        """Make the style images small once: they are coloured as the first frame of the shot is."""
        self._known = {}
        self._plan = None
        stage = self._find_stages(first, self._request.options)[-1]
        self._styles = [
            _resize_style(style, stage, self._request.options.style_scale) for style in first.styles
        ]

    def _weigh(self, styles: object, seconds: Fraction) -> list[StyleImage]:
        found = [style for style in styles if isinstance(style, StyleImage)]  # type: ignore[attr-defined]
        if not self._moments.weights:
            return found
        weights = [line.at(seconds) for line in self._moments.weights]
        return [
            replace(style, weight=max(weight, 1e-4))
            for style, weight in zip(found, weights, strict=True)
        ]

    def _find_stages(self, inputs: Inputs, options: Options) -> list[Stage]:
        """Give the stages that frames between use, the finest last: the small network's if any."""
        if self._plan is None:
            networks = self._stylizer.get_networks(options, self._device)
            self._plan = plan_run(inputs, networks, options)
        first = self._plan.stages[0].network
        return [stage for stage in self._plan.stages if stage.network == first]

    def _carry(
        self, number: int, shot: int, pixels: Pixels, before: Levels, still: Plane
    ) -> Carried:
        """Gather what earlier frames saw of this one: the newest first, then older ones."""
        motion = estimate_motion(self._folder.read_source(number - 1), pixels)
        start = warp(_to_plane(before), motion.backward, sharp=True)
        known = motion.visible
        start = np.where(still[..., None] > 0, _to_plane(before), start)
        known = np.maximum(known, still)
        for back in EARLIER:
            if number - back < shot or 1 - known.mean() < NEGLIGIBLE:
                break
            older = estimate_motion(self._folder.read_source(number - back), pixels)
            found = older.visible * (1 - known)
            moved = warp(
                _to_plane(self._folder.read_painted(number - back)), older.backward, sharp=True
            )
            start = np.where(found[..., None] > 0, moved, start)
            known = np.maximum(known, found)
        soft = _soften(known)
        content = pixels.astype(np.float32) / 255
        return Carried(np.clip(content + soft[..., None] * (start - content), 0, 1), soft)

    def _paint_following(self, inputs: Inputs, options: Options, carried: Carried) -> Levels:
        """Take a few steps from what earlier frames saw; what is new is painted coarsely first."""
        stages = self._find_stages(inputs, options)
        start, known = _to_tensor(carried.start), _to_tensor(carried.known[..., None])
        start, known = start.to(self._device), known.to(self._device)
        if inputs.colors is not None:
            start = to_grey(start)
        if len(stages) > 1 and float((1 - known).mean()) > NEGLIGIBLE:
            coarse = self._run(inputs, options, stages[-2], COARSE_STEPS, start, known)
            fresh = images.resize(_levels_to_tensor(coarse).to(start), _get_size(start))
            if inputs.colors is not None:
                fresh = to_grey(fresh)
            start = fresh + known * (start - fresh)
        return self._run(inputs, options, stages[-1], self._film.steps, start, known)

    def _run(
        self,
        inputs: Inputs,
        options: Options,
        stage: Stage,
        steps: int,
        start: Tensor,
        known: Tensor,
    ) -> Levels:
        """Take steps from ``start``, which is also what is held to, where it is known."""
        networks = self._stylizer.get_networks(options, self._device)
        stage = replace(stage, scale=replace(stage.scale, steps=steps))
        plan = Plan((stage,), self._plan.budget if self._plan else 0)
        inputs = replace(inputs, start=start, start_alpha=None, noise=False)
        extra = _hold(start, known, self._film.steadiness)
        return _collect(Run(inputs, networks, options, plan, None, extra, known=self._known))


def find_still(anchor: Pixels, pixels: Pixels) -> Plane:
    """Say where nothing but noise has changed since a pixel was last painted.

    Parameters
    ----------
    anchor
        What the clip showed at each pixel then.
    pixels
        What it shows now.

    Returns
    -------
    Plane
        ``(H, W)``, 1 where it is still.
    """
    changed = np.abs(anchor.astype(np.float32) - pixels).max(axis=2)
    moving = (cv2.blur(changed, (5, 5)) > NOISE).astype(np.uint8)
    rim = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    return np.asarray(np.asarray(cv2.dilate(moving, rim)) == 0, np.float32)


def keep_still(painted: Levels, before: Levels, still: Plane) -> Levels:
    """Leave still pixels exactly as they were, and go over to them softly from those that move."""
    soft = np.where(still > 0, 1, cv2.GaussianBlur(still, (0, 0), 1.5))[..., None]
    blended = painted + soft * (before.astype(np.float32) - painted)
    return np.where(still[..., None] > 0, before, np.rint(blended)).astype(np.uint16)


def _hold(
    warped: Tensor, known: Tensor, steadiness: float
) -> Callable[[ScaleInputs], Loss | WeightedSum]:
    """Make the temporal loss at the size of a scale."""

    def make(inputs: ScaleInputs) -> Loss | WeightedSum:
        small = [images.resize(one, inputs.size) for one in (warped, known)]
        return steadiness * TemporalLoss(*small)

    return make


def _soften(known: Plane) -> Plane:
    """Let what is known end softly, within itself."""
    inside = cv2.erode(known, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), 1.0), np.float32) * known


def _resize_style(style: StyleImage, stage: Stage, scale: float) -> StyleImage:
    size = style_size(stage.scale, _get_size(style.pixels), scale * style.scale)
    part = None if style.part is None else images.resize(style.part, size)
    alpha = None if style.part is None else style.part
    return replace(style, pixels=images.resize(style.pixels, size, alpha), part=part)


def _collect(run: Run) -> Levels:
    return np.asarray(collect_result(stylize_inputs(run)).levels[..., :3], np.uint16)


def _to_plane(levels: Levels) -> Plane:
    return np.asarray(levels / 65535, np.float32)


def _to_tensor(plane: Plane) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(plane.transpose(2, 0, 1)))[None]


def _levels_to_tensor(levels: Levels) -> Tensor:
    return _to_tensor(_to_plane(levels))


def _get_size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
