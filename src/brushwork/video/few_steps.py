"""A few steps from what other frames have, held to it: how all but the first frame are painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from brushwork import images
from brushwork.api import collect_result
from brushwork.engine.inputs import Inputs, ScaleInputs, StyleImage
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.targets import Extra, StyleTargets
from brushwork.features import Networks
from brushwork.images.color import to_grey
from brushwork.layers import NetworkName
from brushwork.losses import Loss, TemporalLoss, WeightedSum
from brushwork.options import Options
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import style_size
from brushwork.video.carrying import Carried
from brushwork.video.filling import keep_tone
from brushwork.video.levels import Levels, to_levels, to_plane, to_tensor

#: More than this part of a frame that has no strokes is painted at half the size first, …
MUCH = 0.01
#: … in so many steps.
COARSE_STEPS = 24
#: What is there to stay is cleaned in so many steps of the large network.
LAST_STEPS = 6


class FewSteps:
    """Takes steps on the frames of a shot, whose style images it keeps small, with their targets.

    Parameters
    ----------
    first
        A frame of the shot, with its style images in the colours that they have in all of it.
    networks
        What paints.
    options
        How to stylize; the strength may be another at each frame.
    """

    def __init__(self, first: Inputs, networks: Networks, options: Options) -> None:
        plan = plan_run(first, networks, options)
        self._networks = networks
        self._plan = plan
        self._stages = list_quick_stages(plan)
        self._known: dict[NetworkName, StyleTargets] = {}
        self.styles = [
            _resize_style(style, self._stages[-1], options.style_scale) for style in first.styles
        ]

    def take(
        self,
        inputs: Inputs,
        options: Options,
        carried: Carried,
        steps: int,
        steadiness: float,
        *,
        lasting: bool = False,
    ) -> Levels:
        """Take steps from what was carried; if much is new, it is painted coarsely first.

        Parameters
        ----------
        inputs, options
            What is asked for of the frame; its style images are ``styles``, weighted.
        carried
            What other frames saw of it.
        steps
            How many, at the whole size.
        steadiness
            Weight of the temporal loss.
        lasting
            Whether what is new is there to stay: it keeps the colours that it begins in, and the
            large network, if there is one, has the last word.
        """
        start = to_tensor(carried.start).to(inputs.device)
        known = to_tensor(carried.known[..., None]).to(inputs.device)
        if inputs.colors is not None:
            start = to_grey(start)
        begun = to_tensor(carried.begun[..., None]).to(inputs.device)
        if len(self._stages) > 1 and float((1 - begun).mean()) > MUCH:
            held = _make_temporal(start, known, steadiness)
            coarse = self._run(
                inputs, options, [set_steps(self._stages[-2], COARSE_STEPS)], start, held
            )
            fresh = images.resize(to_tensor(to_plane(coarse)).to(start), _get_size(start))
            if lasting:
                plane = fresh[0].permute(1, 2, 0).cpu().numpy()
                fresh = to_tensor(keep_tone(plane, carried.start, carried.known)).to(start)
            if inputs.colors is not None:
                fresh = to_grey(fresh)
            start = fresh + begun * (start - fresh)
        held = _make_temporal(start, known, steadiness)
        stages = [set_steps(self._stages[-1], steps)]
        if lasting:
            stages = list_lasting_stages(self._plan, steps)
        painted = self._run(inputs, options, stages, start, held)
        if lasting:
            painted = to_levels(keep_tone(to_plane(painted), carried.start, carried.known))
        return painted

    def _run(
        self,
        inputs: Inputs,
        options: Options,
        stages: Sequence[Stage],
        start: Tensor,
        held: Extra,
    ) -> Levels:
        """Take steps from ``start``, held to what is known."""
        plan = Plan(tuple(stages), self._plan.budget)
        inputs = replace(inputs, start=start, start_alpha=None, noise=False)
        return collect(Run(inputs, self._networks, options, plan, None, held, known=self._known))


def list_quick_stages(plan: Plan) -> list[Stage]:
    """Give the stages that frames between use, the finest last: the small network's if any."""
    first = plan.stages[0].network
    return [stage for stage in plan.stages if stage.network == first]


def list_lasting_stages(plan: Plan, steps: int) -> list[Stage]:
    """Give the stages that what is there to stay is painted in at the whole size."""
    stages = [set_steps(list_quick_stages(plan)[-1], steps)]
    if plan.stages[-1].network != stages[0].network:
        stages.append(set_steps(plan.stages[-1], LAST_STEPS))
    return stages


def set_steps(stage: Stage, steps: int) -> Stage:
    """Give a stage with another number of steps."""
    return replace(stage, scale=replace(stage.scale, steps=steps))


def collect(run: Run) -> Levels:
    """Give what a run has painted."""
    return np.asarray(collect_result(stylize_inputs(run)).levels[..., :3], np.uint16)


def _make_temporal(warped: Tensor, known: Tensor, steadiness: float) -> Extra:
    """Make the temporal loss at the size of a scale."""

    def make(inputs: ScaleInputs) -> Loss | WeightedSum:
        small = [images.resize(one, inputs.size) for one in (warped, known)]
        return steadiness * TemporalLoss(*small)

    return make


def _resize_style(style: StyleImage, stage: Stage, scale: float) -> StyleImage:
    size = style_size(stage.scale, _get_size(style.pixels), scale * style.scale)
    part = None if style.part is None else images.resize(style.part, size)
    alpha = None if style.part is None else style.part
    return replace(style, pixels=images.resize(style.pixels, size, alpha), part=part)


def _get_size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
