"""How good a small network is, by whole pictures that it has never learnt from."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from brushwork import images
from brushwork.features import VGGFeatures
from brushwork.layers import SMALL_TAPS
from brushwork.losses import gram_matrix
from brushwork.planning.pyramid import fit_size
from training.student import project

#: Long side at which the pictures are looked at.
LONG_SIDE = 256


class Validation:
    """Relative errors of features and Gram matrices on some pictures.

    Parameters
    ----------
    pictures
        ``(3, H, W)`` in [0, 1] by name.
    teacher
        The large network, with all taps, on the device that judges.
    bases
        The principal directions of its taps, there too.
    """

    def __init__(
        self,
        pictures: Mapping[str, Tensor],
        teacher: VGGFeatures,
        bases: Mapping[str, Tensor],
    ) -> None:
        device = teacher.scale.device
        self._pictures = {name: _shrink(picture).to(device) for name, picture in pictures.items()}
        with torch.no_grad():
            self._wanted = {
                name: {
                    tap: project(maps, bases[tap]).half() for tap, maps in teacher(picture).items()
                }
                for name, picture in self._pictures.items()
            }

    def score(self, student: nn.Module) -> dict[str, float]:
        """Give ``{"conv1_1": ‖f - F‖² / ‖F‖², "gram conv1_1": …}``, each a mean over pictures."""
        errors: dict[str, list[float]] = {}
        with torch.no_grad():
            for name, picture in self._pictures.items():
                found = student(picture)
                for tap in SMALL_TAPS:
                    wanted = self._wanted[name][tap].float()
                    errors.setdefault(tap, []).append(_relate(found[tap], wanted))
                    errors.setdefault(f"gram {tap}", []).append(
                        _relate(gram_matrix(found[tap]), gram_matrix(wanted))
                    )
        return {name: sum(several) / len(several) for name, several in errors.items()}


def _relate(value: Tensor, target: Tensor) -> float:
    return float((value - target).square().sum() / target.square().sum())


def _shrink(picture: Tensor) -> Tensor:
    height, width = picture.shape[1:]
    return images.resize(picture[None], fit_size(height, width, LONG_SIDE))
