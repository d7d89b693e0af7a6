"""Distil VGG-19 into a network of a quarter of its channels.

    python -m training.distill PICTURES --output small.safetensors --hours 2 [--start FILE]

Needs the package and a folder of pictures; the package's own are added. It starts from channels of
the large network that are rebuilt by least squares (`training.initial`), then trains all layers
together: features and Gram matrices of six layers shall be those of the large network, seen in its
principal directions (`training.student`), on crops (`training.samples`) and on images that the
small network itself has driven somewhere (`training.iterates`). The best weights by held-out whole
pictures are written; a run that was stopped goes on where it was, and one that is over can be
warm-started by a longer ``--hours``, or, where only its weights are left, by ``--start`` and a
lower ``--rate``. Beside the output lie a log (CSV) and a plot of it.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from brushwork.features import VGGFeatures, load_weights
from brushwork.layers import SMALL_TAPS
from brushwork.losses import gram_matrix
from training.files import read_small_weights, read_state, write_small_weights, write_state
from training.initial import build_initial_weights
from training.iterates import Iterates
from training.plot import draw_log
from training.replay import Replay
from training.samples import Sampler, read_pictures, split
from training.student import Student, project
from training.validation import Validation

#: Sides of the crops and how many make a batch; each batch has one of them.
BATCHES = ((128, 6), (192, 3), (256, 2))
#: Pictures that only judge.
HELD_OUT = 12
#: Seconds between two validations, and between two runs that renew the iterates.
VALIDATE_SECONDS, RENEW_SECONDS = 180.0, 20.0
#: Of three samples one is an iterate, once there are some.
ITERATE_SHARE = 0.34
#: The part of a weight that a batch changes it by, at first and at last, and batches of warm-up.
RATE, LAST_RATE, WARM_UP = 5e-3, 5e-5, 100
#: Batches that are kept, and how many of them are learnt from again for each new one.
REPLAYED, REPLAYS = 500, 4
#: The energy that an error is compared with is at least this part of the batch's mean.
LEAST_ENERGY = 0.25


@dataclass
class Progress:
    """How far a run has come."""

    seconds: float = 0.0
    batches: int = 0
    best: float = math.inf


def main() -> None:
    """Train for as long as was asked, going on where an earlier run was stopped."""
    parser = argparse.ArgumentParser(description="Distil VGG-19 into a small network.")
    parser.add_argument("pictures", type=Path, help="a folder of pictures to learn from")
    parser.add_argument("--output", type=Path, default=Path("small.safetensors"))
    parser.add_argument("--hours", type=float, default=2.0, help="training time in all")
    parser.add_argument("--start", type=Path, help="weights of an earlier run on these pictures")
    parser.add_argument("--rate", type=float, default=RATE, help="relative rate to begin with")
    arguments = parser.parse_args()
    Distillation(
        arguments.pictures,
        arguments.output,
        3600 * arguments.hours,
        start=arguments.start,
        rate=arguments.rate,
    ).run()


class Distillation:
    """One run: pictures, networks, optimiser, and where everything is written."""

    def __init__(
        self,
        folder: Path,
        output: Path,
        seconds: float,
        *,
        start: Path | None = None,
        rate: float = RATE,
    ) -> None:
        self._output = output
        self._first_rate = rate
        self._seconds = seconds
        self._random = random.Random(0)
        torch.manual_seed(0)
        large = load_weights()
        self._teacher = VGGFeatures(SMALL_TAPS, weights=large)
        pictures = read_pictures(folder)
        learnt, judged = split(sorted(pictures), HELD_OUT)
        self._sampler = Sampler([pictures[name] for name in learnt], self._random)
        self._iterates = {
            side: Iterates(self._sampler, side, 160, self._random) for side, _ in BATCHES
        }
        self._replay = Replay(REPLAYED, self._random)
        state = read_state(self._state_file)
        if state is None:
            crops = [self._sampler.draw(160) for _ in range(48)]
            initial, self._bases = build_initial_weights(large, crops)
            self._student = Student(initial if start is None else read_small_weights(start, large))
        else:
            self._bases = state["bases"]
            self._student = Student(state["weights"])
        self._optimizer = make_optimizer(self._student)
        self._progress = Progress()
        if state is not None:
            self._student.load_state_dict(state["student"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._progress = Progress(**state["progress"])
        self._validation = Validation(
            {name: pictures[name] for name in judged}, self._teacher, self._bases
        )

    def run(self) -> None:
        """Train until the time is up."""
        if not self._progress.batches:
            self._validate()
        last = validated = renewed = time.perf_counter()
        while self._progress.seconds < self._seconds:
            now = time.perf_counter()
            if now - renewed > RENEW_SECONDS:
                self._iterates[self._random.choice(BATCHES)[0]].renew(self._student.weights())
                renewed = time.perf_counter()
            self._train_anew(*self._random.choice(BATCHES))
            for _ in range(REPLAYS):
                self._train(*self._replay.draw())
            now = time.perf_counter()
            # A machine that sleeps, or a run that is halted, has not trained meanwhile.
            self._progress.seconds += min(now - last, 60.0)
            last = now
            if now - validated > VALIDATE_SECONDS:
                self._validate()
                last = validated = time.perf_counter()
        self._validate()

    def _train_anew(self, side: int, count: int) -> None:
        """Take one step on a batch that was never shown before."""
        batch = torch.cat([self._draw(side) for _ in range(count)])
        with torch.no_grad():
            large = self._teacher(batch)
            wanted = {tap: project(large[tap], self._bases[tap]) for tap in SMALL_TAPS}
        self._replay.keep(batch, wanted)
        self._train(batch, wanted)

    def _train(self, batch: Tensor, wanted: Mapping[str, Tensor]) -> None:
        """Take one step on one batch."""
        loss = measure_loss(self._student(batch), wanted)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._student.parameters(), 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate() * group["scale"]
        self._optimizer.step()
        self._progress.batches += 1

    def _draw(self, side: int) -> Tensor:
        iterate = None
        if self._random.random() < ITERATE_SHARE:
            iterate = self._iterates[side].draw()
        return self._sampler.draw(side) if iterate is None else iterate

    def _rate(self) -> float:
        """Give the relative learning rate: warming up, then falling along half a cosine."""
        part = min(1.0, self._progress.seconds / self._seconds)
        cosine = LAST_RATE + (self._first_rate - LAST_RATE) * (1 + math.cos(math.pi * part)) / 2
        return cosine * min(1.0, (1 + self._progress.batches) / WARM_UP)

    def _validate(self) -> None:
        """Write down how good the network is, and the network itself where it is the best yet."""
        scores = self._validation.score(self._student)
        total = sum(scores.values()) / len(scores)
        if total < self._progress.best:
            self._progress.best = total
            write_small_weights(self._student.weights(), self._output)
        self._log(total, scores)
        write_state(
            self._state_file,
            {
                "bases": self._bases,
                "weights": self._student.weights(),
                "student": self._student.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "progress": asdict(self._progress),
            },
        )

    def _log(self, total: float, scores: Mapping[str, float]) -> None:
        file = self._output.with_suffix(".log.csv")
        fresh = not file.exists()
        with file.open("a", newline="", encoding="utf-8") as lines:
            writer = csv.writer(lines)
            if fresh:
                writer.writerow(["seconds", "batches", "mean", *scores])
            numbers = [total, *scores.values()]
            row = [round(self._progress.seconds), self._progress.batches]
            writer.writerow([*row, *(f"{number:.4f}" for number in numbers)])
        draw_log(file)

    @property
    def _state_file(self) -> Path:
        return self._output.with_suffix(".state.pt")


def make_optimizer(student: nn.Module) -> torch.optim.Optimizer:
    """Make an Adam whose steps are parts of what they change.

    The first kernel reads pixels up to 255 and is a hundred times smaller than the readouts; one
    rate for both would wreck the one or leave the other as it is.
    """
    groups = [
        {"params": [parameter], "scale": float(parameter.detach().square().mean().sqrt())}
        for parameter in student.parameters()
    ]
    return torch.optim.Adam(groups, lr=RATE, betas=(0.9, 0.99))


def measure_loss(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> Tensor:
    """Give the mean over layers of the relative errors of features and of Gram matrices."""
    parts = []
    for tap, target in wanted.items():
        parts.append(_relate(found[tap], target))
        parts.append(_relate(gram_matrix(found[tap]), gram_matrix(target)))
    return torch.stack(parts).mean()


def _relate(value: Tensor, target: Tensor) -> Tensor:
    """Compare each entry with its energy, or with a part of the mean where it has hardly any."""
    errors = (value - target).flatten(1).square().sum(dim=1)
    energies = target.flatten(1).square().sum(dim=1)
    return (errors / torch.maximum(energies, LEAST_ENERGY * energies.mean())).mean()


if __name__ == "__main__":
    main()
