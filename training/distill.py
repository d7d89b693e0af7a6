"""Distil VGG-19 into a network of a quarter of its channels.

    python -m training.distill PICTURES --output small.safetensors --hours 2 [--start FILE]
                               [--device cuda --batch 8]

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
import os
import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from brushwork.features import VGGFeatures, load_weights, pick_device
from brushwork.layers import SMALL_TAPS
from brushwork.losses import gram_matrix
from training.files import read_small_weights, read_state, write_small_weights, write_state
from training.initial import build_initial_weights
from training.iterates import Iterates
from training.plot import draw_log
from training.replay import Replay
from training.samples import Batches, Sampler, read_pictures, split
from training.student import Student, project
from training.validation import Validation

#: Sides of the crops and how many make a batch; each batch has one of them.
BATCHES = ((128, 6), (192, 3), (256, 2))
#: Pictures that only judge.
HELD_OUT = 12
#: Seconds between two validations at most, and the part of a run.
VALIDATE_SECONDS, VALIDATE_PART = 180.0, 0.05
#: Of three samples one is an iterate, once there are some; a fifth of the time goes into them.
ITERATE_SHARE, ITERATE_TIME, ITERATES = 0.34, 0.2, 160
#: The part of a weight that a batch changes it by, at first and at last, and batches of warm-up.
RATE, LAST_RATE, WARM_UP = 5e-3, 5e-5, 100
#: Batches that are kept, and how many of them are learnt from again for each new one. On a GPU the
#: large network's answer takes hardly longer than a step, and all batches are new.
REPLAYED, REPLAYS = 500, {"cpu": 4}
#: The energy that an error is compared with is at least this part of the batch's mean.
LEAST_ENERGY = 0.25

CPU = torch.device("cpu")


@dataclass
class Progress:
    """How far a run has come."""

    seconds: float = 0.0
    seconds_on_iterates: float = 0.0
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
    parser.add_argument("--device", default="cpu", help="cpu, cuda, mps or auto")
    parser.add_argument("--batch", type=int, default=1, help="so many times as many crops a batch")
    arguments = parser.parse_args()
    Distillation(
        arguments.pictures,
        arguments.output,
        3600 * arguments.hours,
        start=arguments.start,
        rate=arguments.rate,
        device=pick_device(arguments.device),
        batch=arguments.batch,
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
        device: torch.device = CPU,
        batch: int = 1,
    ) -> None:
        self._output = output
        self._first_rate = rate
        self._seconds = seconds
        self._device = device
        self._random = random.Random(0)
        torch.manual_seed(0)
        large = load_weights()
        half = device.type == "cuda"
        teacher = VGGFeatures(
            SMALL_TAPS, weights=large, precision="bfloat16" if half else "float32"
        )
        self._teacher = teacher.to(device)
        pictures = read_pictures(folder)
        learnt, judged = split(sorted(pictures), HELD_OUT)
        learnt_from = [pictures[name] for name in learnt]
        self._iterates = {side: Iterates(ITERATES * batch, self._random) for side, _ in BATCHES}
        self._replay = Replay(REPLAYED, self._random)
        state = read_state(self._state_file)
        if state is None:
            sampler = Sampler(learnt_from, self._random)
            crops = [sampler.draw(160) for _ in range(48)]
            initial, bases = build_initial_weights(large, crops)
            weights = initial if start is None else read_small_weights(start, large)
        else:
            bases, weights = state["bases"], state["weights"]
        self._student = Student(weights).to(device)
        self._optimizer = make_optimizer(self._student)
        self._progress = Progress()
        if state is not None:
            self._student.load_state_dict(state["student"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._progress = Progress(**state["progress"])
        self._bases = {tap: basis.to(device) for tap, basis in bases.items()}
        self._validation = Validation(
            {name: pictures[name] for name in judged}, self._teacher, self._bases
        )
        batches = Batches(
            learnt_from,
            [(side, count * batch) for side, count in BATCHES],
            seed=self._progress.batches,
        )
        # On the CPU the drawing takes little beside the learning; a GPU must not wait for it.
        workers = 0 if device.type == "cpu" else max(1, (os.cpu_count() or 1) - 2)
        self._batches = iter(DataLoader(batches, batch_size=None, num_workers=workers))

    def run(self) -> None:
        """Train until the time is up."""
        if not self._progress.batches:
            self._validate()
        last = validated = time.perf_counter()
        while self._progress.seconds < self._seconds:
            if self._progress.seconds_on_iterates <= ITERATE_TIME * self._progress.seconds:
                self._renew_iterates()
            self._train_anew()
            for _ in range(REPLAYS.get(self._device.type, 0)):
                self._train(*self._replay.draw())
            now = time.perf_counter()
            # A machine that sleeps, or a run that is halted, has not trained meanwhile.
            self._progress.seconds += min(now - last, 60.0)
            last = now
            if now - validated > min(VALIDATE_SECONDS, VALIDATE_PART * self._seconds):
                self._validate()
                last = validated = time.perf_counter()
        self._validate()

    def _renew_iterates(self) -> None:
        began = time.perf_counter()
        contents = self._draw()
        self._iterates[contents.shape[3]].renew(self._student, contents, contents.roll(1, dims=0))
        self._progress.seconds_on_iterates += time.perf_counter() - began

    def _draw(self) -> Tensor:
        return next(self._batches).to(self._device)

    def _train_anew(self) -> None:
        """Take one step on a batch that was never shown before."""
        batch = self._draw()
        batch = self._iterates[batch.shape[3]].mix_into(batch, ITERATE_SHARE)
        with torch.no_grad():
            large = self._teacher(batch)
            wanted = {tap: project(large[tap], self._bases[tap]) for tap in SMALL_TAPS}
        if self._device.type in REPLAYS:
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
                "bases": {tap: basis.cpu() for tap, basis in self._bases.items()},
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
    return torch.optim.Adam(groups, lr=RATE, betas=(0.9, 0.99), fused=True)


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
