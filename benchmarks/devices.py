"""What a device computes, and how fast: ``python -m benchmarks.devices cuda``.

Three tables, all of the cat in the Great Wave. *Agreement*: loss and gradient of the device in
float32 and bfloat16 against those of the CPU in float64. *Steps*: milliseconds of one evaluation
with its gradient, by all layers and VGG-19, for each precision as it is, with channels last, and
compiled. *Paintings*: whole runs by default options, a second time, when all is warm, with the
distances of `brushwork.metrics`.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

import brushwork
from brushwork import images
from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.targets import make_objective
from brushwork.features import VGGFeatures, pick_device
from brushwork.features.vgg import Precision
from brushwork.metrics import Metrics
from brushwork.options import Options
from brushwork.planning.pyramid import fit_size

CONTENT, STYLE = "cat", "great-wave"
AGREEMENT_SIDE = 256
STEP_SIDES = (512, 1024, 2048)
RUNS = ((512, False), (512, True), (1024, False), (2048, False))
TURNS = 10


@dataclass(frozen=True)
class Way:
    """How the network is computed."""

    precision: Precision
    channels_last: bool = False
    compiled: bool = False

    def __str__(self) -> str:
        extra = ", channels last" * self.channels_last + ", compiled" * self.compiled
        return f"{self.precision}{extra}"

    def build(self, device: torch.device) -> VGGFeatures:
        """Build VGG-19 in this way."""
        network = VGGFeatures(Options().layers, precision=self.precision).to(device)
        if self.channels_last:
            network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if self.compiled:
            network.compile()
        return network


WAYS = [
    Way(precision, *flags)
    for precision in ("float32", "bfloat16")
    for flags in ((False, False), (True, False), (False, True), (True, True))
]


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description="Measure a device.")
    parser.add_argument("device", choices=("cuda", "mps", "cpu"))
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, nothing compiled")
    arguments = parser.parse_args()
    device = pick_device(arguments.device)
    print(f"{describe(device)}, torch {torch.__version__}\n")
    print_agreement(device)
    ways = [way for way in WAYS if not (arguments.quick and way.compiled)]
    print_steps(device, ways, STEP_SIDES[:1] if arguments.quick else STEP_SIDES)
    print_runs(device.type, RUNS[:2] if arguments.quick else RUNS)


def describe(device: torch.device) -> str:
    """Name a device as its maker does."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def print_agreement(device: torch.device) -> None:
    """Compare loss and gradient with the CPU's in double precision."""
    loss, gradient = evaluate(VGGFeatures(Options().layers).double(), torch.device("cpu"))
    print("| precision | error of the loss | of the gradient |\n| --- | ---: | ---: |")
    for way in (Way("float32"), Way("bfloat16")):
        found, slope = evaluate(way.build(device), device)
        difference = float((slope.cpu().double() - gradient).norm() / gradient.norm())
        print(f"| {way} | {abs(found / loss - 1):.1e} | {difference:.1e} |", flush=True)
    print()


def evaluate(network: VGGFeatures, device: torch.device) -> tuple[float, Tensor]:
    """Give total loss and gradient at the photo itself."""
    objective, start = make(network, AGREEMENT_SIDE, device, network.scale.dtype)
    found = objective.evaluate(start)
    return found.total, found.gradient


def make(
    network: VGGFeatures, side: int, device: torch.device, dtype: torch.dtype = torch.float32
) -> tuple[Objective, Tensor]:
    """Make the objective of one scale, and its content image."""
    content, style = (_read(name, side).to(device, dtype) for name in (CONTENT, STYLE))
    size = (content.shape[2], content.shape[3])
    inputs = ScaleInputs([StyleImage(style)], size, content=content)
    return make_objective(network, inputs, Options()), content


def _read(name: str, side: int) -> Tensor:
    pixels = images.read(name).pixels
    height, width = pixels.shape[2:]
    return images.resize(pixels, fit_size(height, width, side))


def print_steps(device: torch.device, ways: list[Way], sides: tuple[int, ...]) -> None:
    """Print the milliseconds of an evaluation by size and way."""
    print(f"| milliseconds a step | {' | '.join(f'{side} px' for side in sides)} |")
    print(f"| --- |{' ---: |' * len(sides)}")
    for way in ways:
        network = way.build(device)
        times = []
        for side in sides:
            objective, start = make(network, side, device)
            if way.channels_last:
                start = start.contiguous(memory_format=torch.channels_last)
            times.append(time_steps(lambda o=objective, s=start: o.evaluate(s), device))
            torch.compiler.reset()
        print(f"| {way} | {' | '.join(f'{1000 * seconds:.1f}' for seconds in times)} |", flush=True)
    print()


def time_steps(step: Callable[[], object], device: torch.device) -> float:
    """Give the seconds of a step: the median of several, after two that warm up."""
    seconds = []
    for turn in range(TURNS + 2):
        began = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if turn > 1:
            seconds.append(time.perf_counter() - began)
    return sorted(seconds)[len(seconds) // 2]


def print_runs(device: str, runs: tuple[tuple[int, bool], ...]) -> None:
    """Print the seconds and the distances of whole paintings."""
    metrics = Metrics(*(images.read(name).pixels for name in (CONTENT, STYLE)), AGREEMENT_SIDE)
    print("| painting | seconds | style | content |\n| --- | ---: | ---: | ---: |")
    for (side, draft), precision in itertools.product(runs, ("float32", "bfloat16")):
        options = {"size": side, "draft": draft, "precision": precision, "device": device}
        for _ in range(2):
            began = time.perf_counter()
            result = brushwork.stylize(CONTENT, STYLE, **options)
            seconds = time.perf_counter() - began
        style, content = metrics(result.tensor())
        name = f"{'draft, ' * draft}{side} px, {precision}"
        print(f"| {name} | {seconds:.2f} | {style:.4f} | {content:.4f} |", flush=True)


if __name__ == "__main__":
    main()
