"""How good a small network has become, by pictures that it never learnt from.

    python -m training.report PICTURES small.state.pt

Prints, of the network that the package carries, the relative error of features and Gram matrices by
layer, and how its style and content losses go along with those of the large network on the way from
photo to painting. The state of its distillation knows the directions that were to be learnt.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.targets import make_objective
from brushwork.features import VGGFeatures, load_small_weights, load_weights
from brushwork.layers import SMALL_TAPS
from brushwork.optimizers import LBFGS
from brushwork.options import Options
from brushwork.planning.pyramid import fit_size
from training.distill import HELD_OUT
from training.files import read_state
from training.samples import read_pictures, split
from training.student import Student
from training.validation import Validation

#: Long side of the pictures on the way, the steps that they are taken after, and pairs of pictures.
SIDE, STEPS, PAIRS = 128, (1, 2, 3, 5, 8, 12, 20, 30, 45), 5


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="Report on the small network.")
    parser.add_argument("pictures", type=Path, help="the folder that it learnt from")
    parser.add_argument("state", type=Path, help="what training.distill left beside the weights")
    arguments = parser.parse_args()
    state = read_state(arguments.state)
    if state is None:
        raise SystemExit(f"there is no {arguments.state}.")
    weights = load_small_weights()
    pictures = read_pictures(arguments.pictures)
    _, judged = split(sorted(pictures), HELD_OUT)
    held_out = {name: pictures[name] for name in judged}
    large = VGGFeatures(SMALL_TAPS, weights=load_weights())
    print_errors(Validation(held_out, large, state["bases"]).score(Student(weights)))
    small = VGGFeatures(SMALL_TAPS, weights=weights)
    print_correlations(list(held_out.values()), small, large)


def print_errors(scores: dict[str, float]) -> None:
    """Print the relative squared error of features and Gram matrices by layer."""
    print("| layer | features | Gram matrix |\n| --- | ---: | ---: |")
    for tap in SMALL_TAPS:
        print(f"| `{tap}` | {scores[tap]:.3f} | {scores[f'gram {tap}']:.3f} |")


def print_correlations(pictures: list[Tensor], small: VGGFeatures, large: VGGFeatures) -> None:
    """Print how the losses of both networks go along on the way from photo to painting."""
    found: dict[str, list[tuple[float, float]]] = {"style": [], "content": []}
    for photo, painting in itertools.islice(itertools.pairwise(pictures), PAIRS):
        ours, theirs = (_make_objective(network, photo, painting) for network in (small, large))
        for image in _list_on_the_way(theirs, _resize(photo)):
            losses, wanted = ours.losses(image), theirs.losses(image)
            for name, pairs in found.items():
                pairs.append((losses[name], wanted[name]))
    for name, pairs in found.items():
        both = torch.tensor(pairs, dtype=torch.float64).T
        linear = float(torch.corrcoef(both)[0, 1])
        logarithmic = float(torch.corrcoef(both.clamp_min(1e-9).log())[0, 1])
        print(f"{name} loss: correlation {linear:.4f}, of the logarithms {logarithmic:.4f}")


def _make_objective(network: VGGFeatures, photo: Tensor, painting: Tensor) -> Objective:
    content = _resize(photo)
    inputs = ScaleInputs(
        [StyleImage(_resize(painting))], (content.shape[2], content.shape[3]), content=content
    )
    return make_objective(network, inputs, Options())


def _list_on_the_way(objective: Objective, start: Tensor) -> list[Tensor]:
    """Drive an image by an objective, and give it after some of the steps."""
    optimizer = LBFGS(objective.evaluate, start)
    found = []
    for step in range(1, max(STEPS) + 1):
        optimizer.step()
        if step in STEPS:
            found.append(optimizer.best)
    return found


def _resize(picture: Tensor) -> Tensor:
    height, width = picture.shape[1:]
    return images.resize(picture[None], fit_size(height, width, SIDE))


if __name__ == "__main__":
    main()
