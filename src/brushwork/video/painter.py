"""One frame after the other: the first of a shot as a picture, the next from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from brushwork.engine.targets import Extra, StyleTargets
from brushwork.features import get_choices, pick_device
from brushwork.images.color import to_grey
from brushwork.layers import NetworkName
from brushwork.losses import Loss, TemporalLoss, WeightedSum
from brushwork.options import Options
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import style_size
from brushwork.video.ahead import FURTHER, choose_ahead, keep_tone
from brushwork.video.carrying import (
    Carried,
    Painted,
    camera_stands,
    carry,
    find_still,
    find_whole,
    hold,
    keep_still,
    to_levels,
    to_plane,
)
from brushwork.video.clip import Pixels
from brushwork.video.folder import FilmFolder, Levels
from brushwork.video.masking import FrameMasks, is_empty
from brushwork.video.motion import Motion, Plane, compose, estimate_motion
from brushwork.video.planes import STILL
from brushwork.video.settings import FilmOptions
from brushwork.video.timeline import Timeline

#: How far back it is looked for what the frame before did not see, in frames.
EARLIER = (5, 15, 40)
#: Every so many frames, what comes into view until then is painted ahead, as a whole.
AHEAD = 10
#: So far it may be painted ahead, in frames.
FARTHEST = AHEAD + max(FURTHER)
#: Steps at half the size, and then at the whole one, that paint what is seen for the first time.
COARSE_STEPS, FINE_STEPS = 24, 12
#: So much of the long side about what is new is painted with it.
AROUND = 0.3
#: Steadiness there: what is new goes on from what is painted, which does not change.
FIRM = 30.0
#: Pixels at the edge of the first frame of a shot that do not move with the camera.
FIRST_RIM = 3
#: More than this part of a frame that no other one saw is painted at half the size first.
MUCH = 0.01
#: Frames are still settling so many seconds after strength or paintings have changed.
SETTLING = Fraction(1, 2)


@dataclass(frozen=True)
class Moments:
    """What changes while the film runs: strength, and the weight of each painting."""

    strength: Timeline | None = None
    weights: tuple[Timeline, ...] = ()

    def are_changing(self, seconds: Fraction) -> bool:
        """Tell whether any has changed of late, so that frames have to change with it."""
        lines = [line for line in (self.strength, *self.weights) if line is not None]
        return any(line.at(seconds) != line.at(seconds - SETTLING) for line in lines)


@dataclass(frozen=True)
class Frame:
    """Where a frame stands in its film.

    Attributes
    ----------
    number
        Which one, from 0.
    shot
        The number of the first frame of its shot.
    last
        That of the last one, as far as it is known: at least `FARTHEST` frames are.
    """

    number: int
    shot: int
    last: int

    @property
    def base(self) -> int:
        """The last frame before it that something was painted ahead from."""
        return self.shot + (self.number - self.shot - 1) // AHEAD * AHEAD


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
    masks
        What of each frame is painted.
    times
        When each frame is shown.
    """

    def __init__(
        self,
        folder: FilmFolder,
        request: Request,
        film: FilmOptions,
        moments: Moments,
        masks: FrameMasks,
        times: Sequence[Fraction],
    ) -> None:
        self._folder = folder
        self._times = times
        self._request = request
        self._film = film
        self._moments = moments
        self._masks = masks
        self._stylizer = Stylizer(request.options)
        self._device = pick_device(request.options.device)
        self._known: dict[NetworkName, StyleTargets] = {}
        self._colored: Sequence[StyleImage] = ()
        self._styles: list[StyleImage] = []
        self._plan: Plan | None = None
        self._chosen: dict[int, int] = {}
        self._back: dict[tuple[int, int], Motion] = {}
        self._kernels: dict[str, str] = folder.read_request().get("kernels") or {}

    def paint(self, frame: Frame) -> None:
        """Paint a frame and keep it."""
        number = frame.number
        self._folder.remove_ahead(max(frame.shot, frame.base - AHEAD))
        pixels = self._folder.read_source(number)
        inside = self._masks.read(number, pixels)
        if number == frame.shot:
            self._styles = []  # those of another shot have its colours
        if is_empty(inside):
            self._keep(number, np.asarray(pixels.astype(np.uint16) * 257), pixels)
            return
        if number == frame.shot or is_empty(self._read(number - 1).inside):
            self._keep(number, self._paint_first(frame, pixels, inside), pixels)
            return
        # What moves slowly is left until that can be seen, and then it moves all the way.
        anchor = self._folder.read_anchor(number - 1)
        before = replace(self._read_to_move(number - 1, frame.shot), source=anchor)
        changing = self._moments.are_changing(self._times[number])
        still = np.zeros(pixels.shape[:2], np.float32)
        if not changing:
            still = find_still(anchor, pixels) * find_whole(before.inside) * find_whole(inside)
        if bool(still.all()):
            self._keep(number, before.levels, anchor)
            return
        motion = estimate_motion(before.source, pixels)
        if not camera_stands(still, pixels, motion.backward):
            still = still * (np.abs(motion.backward).max(axis=2) < STILL)
        inputs, options = self._prepare_following(frame, pixels, inside)
        carried = carry(pixels, before, motion, self._list_others(frame), still, inside)
        film = self._film
        painted = self._paint_following(inputs, options, carried, film.steps, film.steadiness)
        painted = self._masks.restore(painted, pixels, inside)
        if not changing:
            painted = hold(painted, carried.show(pixels, inside), film.steadiness)
        painted = keep_still(painted, before.levels, still, inside)
        self._keep(number, painted, np.where(still[..., None] > 0, anchor, pixels))

    def _keep(self, number: int, levels: Levels, anchor: Pixels) -> None:
        self._note_kernels()
        self._folder.write_painted(number, levels, anchor)

    def _note_kernels(self) -> None:
        """Write down how it is computed before what was computed so counts as done."""
        kernels = {**self._kernels, **get_choices()}
        if kernels != self._kernels:
            self._folder.update_request(kernels=kernels)
            self._kernels = kernels

    def _read(self, number: int) -> Painted:
        source = self._folder.read_source(number)
        return Painted(self._folder.read_painted(number), source, self._masks.read(number, source))

    def _read_to_move(self, number: int, shot: int) -> Painted:
        """Give a frame without the line that strokes leave at the edge of the first one."""
        return replace(self._read(number), rim=FIRST_RIM if number == shot else 0)

    def _list_others(self, frame: Frame) -> Iterator[Painted]:
        """Give other frames that may have seen what the one before did not, or will see it."""
        yield from self._list_earlier(frame.number, frame.shot, frame.number - 1)
        if (ahead := self._paint_ahead(frame)) is not None:
            yield ahead

    def _list_earlier(self, number: int, first: int, last: int) -> Iterator[Painted]:
        for back in EARLIER:
            if first <= number - back <= last:
                yield self._read(number - back)

    def _paint_ahead(self, frame: Frame) -> Painted | None:
        """Paint a frame that comes later, and with it, at once, what comes into view until then.

        What is uncovered bit by bit would otherwise be painted in strips too narrow for a stroke.
        """
        number, near = self._choose_ahead(frame.base, frame)
        pixels = self._folder.read_source(number)
        inside = self._masks.read(number, pixels)
        if is_empty(inside):
            return None
        between = self._folder.read_source(near)
        if not self._folder.has_ahead(frame.base):
            later = replace(frame, number=number)
            inputs, options = self._prepare_following(later, pixels, inside)
            base = self._read_to_move(frame.base, frame.shot)
            motion = estimate_motion(base.source, between)
            if number > near:
                motion = compose(motion, estimate_motion(between, pixels))
            earlier = self._list_earlier(number, frame.shot, frame.base)
            loose = self._read_last_ahead(frame)
            carried = carry(
                pixels, base, motion, earlier, inside=inside, loose=loose, guesses=False
            )
            inputs = paint_only_new(inputs, carried)
            painted = self._paint_following(
                inputs, options, carried, FINE_STEPS, FIRM, keeps_tone=True
            )
            painted = self._masks.restore(painted, pixels, inside)
            self._note_kernels()
            self._folder.write_ahead(frame.base, painted)
        ahead = Painted(self._folder.read_ahead(frame.base), pixels, inside)
        if number == near:
            return ahead
        if (number, near) not in self._back:
            self._back = {(number, near): estimate_motion(pixels, between, quick=True)}
        return replace(ahead, via=(between, self._back[number, near]))

    def _read_last_ahead(self, frame: Frame) -> Painted | None:
        """Give what was painted ahead before: of some of it nothing has been shown."""
        base = frame.base - AHEAD
        if base < frame.shot or not self._folder.has_ahead(base):
            return None
        number, _ = self._choose_ahead(base, frame)
        pixels = self._folder.read_source(number)
        return Painted(self._folder.read_ahead(base), pixels, self._masks.read(number, pixels))

    def _choose_ahead(self, base: int, frame: Frame) -> tuple[int, int]:
        """Give the frame that is painted ahead from one, and that until which it is to last."""
        near = min(base + AHEAD, frame.last)
        if base not in self._chosen:
            self._chosen[base] = choose_ahead(self._folder.read_source, base, near, frame.last)
        return self._chosen[base], near

    def _prepare_following(
        self, frame: Frame, pixels: Pixels, inside: Plane | None
    ) -> tuple[Inputs, Options]:
        """Prepare a frame that is not the first of its shot."""
        seconds = self._times[frame.number]
        options = self._choose_options(seconds)
        if not self._styles:  # a run that was resumed within a shot
            self._begin_shot(frame)
        inputs = self._prepare(pixels, options, inside)
        return replace(inputs, styles=self._weigh(self._styles, seconds)), options

    def _choose_options(self, seconds: Fraction) -> Options:
        options = self._request.options
        if self._moments.strength is None:
            return options
        return Options.create(options, strength=self._moments.strength.at(seconds))

    def _prepare(self, pixels: Pixels, options: Options, inside: Plane | None) -> Inputs:
        content = images.read(np.ascontiguousarray(self._masks.clear(pixels, inside)))
        asked = replace(self._request, content=content, options=options, mask=None)
        inputs = asked.prepare(self._device)
        mask = None if inside is None else _to_tensor(inside[..., None]).to(self._device)
        return replace(inputs, mask=mask)

    def _paint_first(self, frame: Frame, pixels: Pixels, inside: Plane | None) -> Levels:
        """Paint the first frame of a shot, or the first that has anything to paint, with all steps.

        As a picture is painted.
        """
        seconds = self._times[frame.number]
        options = self._choose_options(seconds)
        if not self._styles:
            self._begin_shot(frame)
        inputs = self._prepare(pixels, options, inside)
        inputs = replace(inputs, styles=self._weigh(self._colored, seconds))
        networks = self._stylizer.get_networks(options, self._device)
        plan = plan_run(inputs, networks, options)
        painted = _collect(Run(inputs, networks, options, plan))
        return self._masks.restore(painted, pixels, inside)

    def _begin_shot(self, frame: Frame) -> None:
        """Colour the style images once for a shot, and make them small.

        They are coloured as the first frame is of which anything is painted.
        """
        for number in range(frame.shot, frame.number + 1):
            pixels = self._folder.read_source(number)
            inside = self._masks.read(number, pixels)
            if not is_empty(inside):
                break
        options = self._request.options
        first = self._prepare(pixels, options, inside)
        self._known = {}
        self._plan = None
        stage = self._find_stages(first, options)[-1]
        self._colored = first.styles
        self._styles = [_resize_style(style, stage, options.style_scale) for style in first.styles]

    def _weigh(self, styles: Sequence[StyleImage], seconds: Fraction) -> list[StyleImage]:
        if not self._moments.weights:
            return list(styles)
        weights = [line.at(seconds) for line in self._moments.weights]
        return [
            replace(style, weight=max(weight, 1e-4))
            for style, weight in zip(styles, weights, strict=True)
        ]

    def _find_stages(self, inputs: Inputs, options: Options) -> list[Stage]:
        """Give the stages that frames between use, the finest last: the small network's if any."""
        if self._plan is None:
            networks = self._stylizer.get_networks(options, self._device)
            self._plan = plan_run(inputs, networks, options)
        first = self._plan.stages[0].network
        return [stage for stage in self._plan.stages if stage.network == first]

    def _paint_following(
        self,
        inputs: Inputs,
        options: Options,
        carried: Carried,
        steps: int,
        steadiness: float,
        *,
        keeps_tone: bool = False,
    ) -> Levels:
        """Take a few steps from what was carried; if much is new, it is painted coarsely first.

        What is new may keep the colours that it begins in.
        """
        stages = self._find_stages(inputs, options)
        start, known = _to_tensor(carried.start), _to_tensor(carried.known[..., None])
        start, known = start.to(self._device), known.to(self._device)
        if inputs.colors is not None:
            start = to_grey(start)
        if len(stages) > 1 and float((1 - known).mean()) > MUCH:
            held = _make_temporal(start, known, steadiness)
            coarse = self._run(inputs, options, stages[-2], COARSE_STEPS, start, held)
            fresh = images.resize(_to_tensor(to_plane(coarse)).to(start), _get_size(start))
            if keeps_tone:
                plane = fresh[0].permute(1, 2, 0).cpu().numpy()
                fresh = _to_tensor(keep_tone(plane, carried.start, carried.known)).to(start)
            if inputs.colors is not None:
                fresh = to_grey(fresh)
            start = fresh + known * (start - fresh)
        held = _make_temporal(start, known, steadiness)
        painted = self._run(inputs, options, stages[-1], steps, start, held)
        if keeps_tone:
            painted = to_levels(keep_tone(to_plane(painted), carried.start, carried.known))
        return painted

    def _run(
        self,
        inputs: Inputs,
        options: Options,
        stage: Stage,
        steps: int,
        start: Tensor,
        held: Extra,
    ) -> Levels:
        """Take steps from ``start``, held to what is known."""
        networks = self._stylizer.get_networks(options, self._device)
        stage = replace(stage, scale=replace(stage.scale, steps=steps))
        plan = Plan((stage,), self._plan.budget if self._plan else 0)
        inputs = replace(inputs, start=start, start_alpha=None, noise=False)
        return _collect(Run(inputs, networks, options, plan, None, held, known=self._known))


def _make_temporal(warped: Tensor, known: Tensor, steadiness: float) -> Extra:
    """Make the temporal loss at the size of a scale."""

    def make(inputs: ScaleInputs) -> Loss | WeightedSum:
        small = [images.resize(one, inputs.size) for one in (warped, known)]
        return steadiness * TemporalLoss(*small)

    return make


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
    mask = _to_tensor(soft[..., None]).to(inputs.styles[0].pixels)
    if inputs.mask is not None:
        mask = mask * inputs.mask
    if float(mask.mean()) < MUCH:
        return inputs
    background = _to_tensor(carried.start).to(mask)
    if inputs.colors is not None:
        background = to_grey(background)
    return replace(inputs, mask=mask, background=background)


def _resize_style(style: StyleImage, stage: Stage, scale: float) -> StyleImage:
    size = style_size(stage.scale, _get_size(style.pixels), scale * style.scale)
    part = None if style.part is None else images.resize(style.part, size)
    alpha = None if style.part is None else style.part
    return replace(style, pixels=images.resize(style.pixels, size, alpha), part=part)


def _collect(run: Run) -> Levels:
    return np.asarray(collect_result(stylize_inputs(run)).levels[..., :3], np.uint16)


def _to_tensor(plane: Plane) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(plane.transpose(2, 0, 1)))[None]


def _get_size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
