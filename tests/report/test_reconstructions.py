"""Maps unlike each other, strong pairs, exciting patches, and what comes back from noise."""

from __future__ import annotations

import torch

from brushwork import images
from brushwork.report.reconstructions import (
    choose_unlike,
    cut_exciting_patches,
    enlarge_patch,
    find_strongest_pairs,
    reconstruct_content,
    reconstruct_style,
)


def test_maps_that_fire_in_other_places_are_chosen() -> None:
    maps = torch.zeros(1, 4, 1, 4)
    maps[0, 0] = torch.tensor([3.0, 3, 0, 0])
    maps[0, 1] = torch.tensor([2.9, 2.9, 0, 0])
    maps[0, 2] = torch.tensor([0.0, 0, 2.5, 2.5])
    maps[0, 3] = torch.tensor([0.0, 0, 0, 0.1])
    assert choose_unlike(maps, 2) == [0, 2]


def test_the_strongest_pairs_are_of_different_maps_and_share_none() -> None:
    gram = torch.tensor(
        [
            [9.0, 6.0, 5.0, 0.0],
            [6.0, 9.0, 1.0, 0.0],
            [5.0, 1.0, 9.0, 2.0],
            [0.0, 0.0, 2.0, 9.0],
        ]
    )
    assert find_strongest_pairs(gram, 2) == [(0, 1), (2, 3)]
    assert find_strongest_pairs(gram, 9) == [(0, 1), (2, 3)]


def test_patches_are_cut_where_both_maps_fire_and_not_twice() -> None:
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    both = torch.zeros(64, 64)
    both[40, 20], both[41, 21], both[10, 50] = 3, 2.5, 2
    first, second = cut_exciting_patches(picture, both, "conv1_1", 2)
    assert first.shape == second.shape == (1, 3, 12, 12)
    assert torch.equal(first, picture[..., 34:46, 14:26])
    assert torch.equal(second, picture[..., 4:16, 44:56])


def test_patches_at_the_border_stay_inside() -> None:
    picture = torch.rand(1, 3, 64, 48)
    both = torch.zeros(32, 24)
    both[31, 23] = 1
    (patch,) = cut_exciting_patches(picture, both, "conv2_1", 1)
    assert torch.equal(patch, picture[..., -patch.shape[2] :, -patch.shape[3] :])
    assert enlarge_patch(patch, 64).shape == (1, 3, 64, 64)


def test_a_shallow_layer_keeps_nearly_everything() -> None:
    photo = images.resize(images.read("cat").pixels, (48, 64))
    found = reconstruct_content(photo, "conv1_2", 40)
    assert found.pixels.shape == photo.shape
    assert found.loss < 0.01
    assert float((found.pixels - photo).abs().mean()) < 0.05


def test_style_comes_back_without_the_places() -> None:
    painting = images.resize(images.read("great-wave").pixels, (48, 64))
    found = reconstruct_style(painting, ["conv1_1"], 40)
    assert found.loss < 0.01
    assert float((found.pixels - painting).abs().mean()) > 0.05
    assert float((found.pixels.mean(dim=(2, 3)) - painting.mean(dim=(2, 3))).abs().max()) < 0.1
