"""The small network takes the early steps of a scale, the large one the last, and the last word."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from brushwork.checkpoints.manifest import Snapshot
from brushwork.engine.events import Event, Finished, ScaleStarted, StepTaken
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.result import Result
from brushwork.features import VGGFeatures
from brushwork.optimizers.base import State
from brushwork.options import Options
from tests.scenes import paint

OPTIONS = Options(size=192, effort=0.25)


@pytest.fixture
def large(tiny_vgg: Callable[..., VGGFeatures]) -> VGGFeatures:
    return tiny_vgg(*OPTIONS.layers, dtype=torch.float32)


@pytest.fixture
def small(tiny_vgg: Callable[..., VGGFeatures]) -> VGGFeatures:
    """Build a network of other numbers, that sees much as the large one does."""
    network = tiny_vgg(*OPTIONS.layers, dtype=torch.float32)
    generator = torch.Generator().manual_seed(3)
    for convolution in network._list_convolutions():
        noise = torch.randn(convolution.kernel.shape, generator=generator)
        convolution.kernel = convolution.kernel + 0.2 * convolution.kernel.std() * noise
    return network


@pytest.fixture
def subject(random_picture: Callable[..., Tensor]) -> Inputs:
    draw = functools.partial(random_picture, dtype=torch.float32)
    return Inputs(draw(72, 96, seed=1), [StyleImage(draw(80, 64, seed=2))])


def finish(events: Iterable[Event]) -> Result:
    *_, last = events
    assert isinstance(last, Finished)
    return last.result


def copy(snapshot: Snapshot) -> Snapshot:
    tensors = {name: tensor.clone() for name, tensor in snapshot.state.tensors.items()}
    numbers = json.loads(json.dumps(snapshot.state.numbers))
    return replace(snapshot, state=State(tensors, numbers))


def test_each_takes_its_turn_at_every_scale(
    subject: Inputs, large: VGGFeatures, small: VGGFeatures
) -> None:
    events = list(paint(subject, large, OPTIONS, small=small))
    started = [event for event in events if isinstance(event, ScaleStarted)]
    assert [(event.index, event.network, event.width) for event in started] == [
        (1, "small", 96),
        (2, "large", 96),
        (3, "small", 192),
        (4, "large", 192),
    ]
    taken = [event.scale.network for event in events if isinstance(event, StepTaken)]
    assert len(taken) == sum(event.steps for event in started)


def test_each_is_asked_in_its_own_turn_alone(subject: Inputs, large: VGGFeatures) -> None:
    asked: list[tuple[str, int]] = []

    def watch(name: str, image: Tensor) -> dict[str, Tensor]:
        if image.requires_grad:
            asked.append((name, image.shape[3]))
        return large(image)

    events = paint(
        subject, functools.partial(watch, "large"), OPTIONS, small=functools.partial(watch, "small")
    )
    finish(events)
    order = list(dict.fromkeys(asked))
    assert order == [("small", 96), ("large", 96), ("small", 192), ("large", 192)]


def test_the_losses_of_the_result_are_the_large_networks(
    subject: Inputs, large: VGGFeatures, small: VGGFeatures
) -> None:
    events = list(paint(subject, large, OPTIONS, small=small))
    last = [event for event in events if isinstance(event, StepTaken)][-1]
    result = finish(events)
    assert result.losses["total"] <= last.losses["total"] * 1.001
    assert result.losses["total"] == pytest.approx(last.losses["total"], rel=0.2)


def test_a_small_network_that_leads_astray_costs_nothing(
    subject: Inputs, large: VGGFeatures
) -> None:
    def lead_astray(image: Tensor) -> dict[str, Tensor]:
        """Take black for the targets, which are looked at without a gradient."""
        return large(image if image.requires_grad else torch.zeros_like(image))

    options = Options(size=96, effort=0.25)
    events = list(paint(subject, large, options, small=lead_astray))
    first = next(e for e in events if isinstance(e, StepTaken) and e.scale.network == "large")
    alone = next(e for e in paint(subject, large, options) if isinstance(e, StepTaken))
    assert first.losses == alone.losses
    assert any("the small network led astray" in note for note in finish(events).notes)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_run_goes_on_from_every_step_bit_for_bit(
    subject: Inputs,
    large: VGGFeatures,
    small: VGGFeatures,
    optimizer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 12)
    monkeypatch.setattr("brushwork.planning.pyramid.COARSEST", 48)
    monkeypatch.setattr("brushwork.planning.plan.JUDGED_SCALES", 1)  # one between is not judged
    options = Options.create(OPTIONS, optimizer=optimizer)
    events, snapshots = [], []
    for event in paint(subject, large, options, small=small):
        events.append(event)
        if isinstance(event, StepTaken):
            snapshots.append(copy(event.snapshot()))
    whole = finish(events)
    for snapshot in snapshots[::7] + snapshots[-1:]:
        again = finish(paint(subject, large, options, small=small, snapshot=snapshot))
        assert (again.image.tobytes(), again.losses) == (whole.image.tobytes(), whole.losses)
        assert again.notes == whole.notes


def test_a_run_that_leads_astray_goes_on_the_same(subject: Inputs, large: VGGFeatures) -> None:
    """What the large network compares with is part of the state."""

    def lead_astray(image: Tensor) -> dict[str, Tensor]:
        return large(image if image.requires_grad else torch.zeros_like(image))

    options = Options(size=96, effort=0.25)
    events = list(paint(subject, large, options, small=lead_astray))
    again = paint(subject, large, options, small=lead_astray)
    stopped = next(e for e in again if isinstance(e, StepTaken) and e.step == 5)
    rest = paint(subject, large, options, small=lead_astray, snapshot=copy(stopped.snapshot()))
    assert finish(rest).image.tobytes() == finish(events).image.tobytes()


def test_the_small_networks_steps_say_nothing_of_the_large_ones_precision(
    subject: Inputs, small: VGGFeatures, large: VGGFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brushwork.engine.loop.question_choice", lambda *_: "measure anew")
    networks = {"small": small, "large": large}
    plan = plan_run(subject, networks, OPTIONS)
    for name, told in (("small", False), ("large", True)):
        stages = [stage for stage in plan.stages if stage.network == name][-1:]
        run = Run(subject, networks, OPTIONS, replace(plan, stages=tuple(stages)))
        result = finish(stylize_inputs(run))
        assert ("measure anew" in result.notes) is told
