"""Things that were drawn are found; cuts against all cuts, mixtures against NumPy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork import images
from brushwork.errors import OptionError
from brushwork.images import strips
from brushwork.images.color import to_oklab
from brushwork.masks import components, mixtures, segmentation
from brushwork.masks.shapes import Box


def disc(size: tuple[int, int], x: float, y: float, radius: float) -> Tensor:
    rows, columns = torch.meshgrid(*(torch.arange(n) + 0.5 for n in size), indexing="ij")
    return ((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)[None, None]


def painted(shape: Tensor, color: tuple[float, ...], ground: tuple[float, ...]) -> Tensor:
    """Paint a shape on a ground, and lay noise over both."""
    noise = torch.randn(1, 3, *shape.shape[2:], generator=torch.Generator().manual_seed(0))
    flat = [torch.tensor(part).reshape(1, 3, 1, 1) for part in (color, ground)]
    return (torch.where(shape, *flat) + 0.08 * noise).clamp(0, 1)


def overlap(mask: Tensor, shape: Tensor) -> float:
    """Give the intersection over the union."""
    found = mask > 0.5
    return float((found & shape).sum() / (found | shape).sum())


ORANGE, SLATE = (0.8, 0.5, 0.2), (0.4, 0.45, 0.5)


@pytest.mark.parametrize("size", [(150, 200), (500, 700)])
def test_a_disc_on_noise_is_found(size: tuple[int, int]) -> None:
    unit = size[0] / 150
    shape = disc(size, 110 * unit, 70 * unit, 40 * unit)
    box = Box(60 * unit, 22 * unit, 95 * unit, 96 * unit)
    mask = segmentation.find_subject(painted(shape, ORANGE, SLATE), box)
    assert mask.shape == (1, 1, *size)
    assert 0 <= mask.min() <= mask.max() <= 1
    assert overlap(mask, shape) > 0.95


def test_a_thing_of_two_colours_on_a_ground_of_two_is_found() -> None:
    shape = disc((150, 200), 100, 75, 45)
    photo = painted(shape, ORANGE, SLATE)
    photo[..., :75, :] = painted(shape, (0.9, 0.9, 0.9), (0.2, 0.5, 0.3))[..., :75, :]
    assert overlap(segmentation.find_subject(photo, Box(48, 25, 104, 102)), shape) > 0.95


def test_a_thing_cut_off_by_the_border_is_found_up_to_there() -> None:
    shape = disc((150, 200), 100, 150, 60)
    mask = segmentation.find_subject(painted(shape, ORANGE, SLATE), Box(35, 82, 130, 68))
    assert overlap(mask, shape) > 0.95
    assert mask[0, 0, -1, 45:155].min() > 0.5


def test_what_is_cut_off_by_the_border_may_have_colours_of_its_own_there() -> None:
    shape = torch.zeros(1, 1, 150, 200, dtype=torch.bool)
    shape[..., 60:, 70:130] = True
    photo = painted(shape, ORANGE, SLATE)
    photo[..., 125:, :] = painted(shape, (0.2, 0.2, 0.6), SLATE)[..., 125:, :]
    assert overlap(segmentation.find_subject(photo, Box(55, 50, 90, 100)), shape) > 0.95


def test_a_colour_of_elsewhere_does_not_count_against_the_thing() -> None:
    shape = disc((150, 300), 80, 75, 40)
    photo = painted(shape, ORANGE, SLATE)
    photo[..., 200:] = painted(shape, ORANGE, ORANGE)[..., 200:]
    assert overlap(segmentation.find_subject(photo, Box(35, 30, 90, 90)), shape) > 0.95


def test_a_shadow_is_background() -> None:
    shape, shadow = disc((150, 200), 100, 70, 35), disc((150, 200), 112, 90, 35)
    photo = painted(shape, (0.9, 0.9, 0.9), (0.75, 0.2, 0.4))
    # Half of the light: the transfer curve of sRGB is nearly a power of 2.2.
    photo = torch.where(shadow & ~shape, photo * 0.5 ** (1 / 2.2), photo)
    assert overlap(segmentation.find_subject(photo, Box(55, 28, 100, 104)), shape) > 0.95


def test_a_larger_twin_outside_the_box_is_background() -> None:
    shape, twin = disc((150, 300), 75, 75, 30), disc((150, 300), 220, 75, 45)
    mask = segmentation.find_subject(painted(shape | twin, ORANGE, SLATE), Box(40, 40, 110, 70))
    assert overlap(mask, shape) > 0.95


def test_a_small_gap_of_the_colour_of_the_background_is_part_of_the_thing() -> None:
    shape, gap = disc((150, 200), 100, 75, 45), disc((150, 200), 105, 70, 9)
    mask = segmentation.find_subject(painted(shape & ~gap, ORANGE, SLATE), Box(50, 25, 100, 100))
    assert overlap(mask, shape) > 0.95
    assert mask[gap].min() > 0.5


def test_nothing_outside_the_box_is_selected() -> None:
    shape = disc((150, 200), 100, 75, 40)
    mask = segmentation.find_subject(painted(shape, ORANGE, SLATE), Box(50, 30, 60, 90))
    assert mask[..., 110:].max() == 0
    assert mask[0, 0, 75, 100] == 1


def test_what_sticks_out_of_the_box_is_known_as_background() -> None:
    shape = disc((150, 200), 100, 75, 40)
    down, right = (torch.arange(150) - 75) / 45, (torch.arange(200) - 70) / 30
    found = segmentation.find_in_box(painted(shape, ORANGE, SLATE), down, right)
    assert found[..., 101:].sum() == 0
    assert found[0, 0, 75, 62:98].all()


def test_the_same_photo_gives_the_same_mask() -> None:
    photo, box = painted(disc((60, 80), 40, 30, 15), ORANGE, SLATE), Box(20, 10, 40, 40)
    assert segmentation.find_subject(photo, box).equal(segmentation.find_subject(photo, box))


@pytest.mark.parametrize("box", [Box(0, 0, 80, 60), Box(-5, -5, 100, 100)])
def test_a_box_round_the_whole_photo_is_refused(box: Box) -> None:
    with pytest.raises(OptionError, match="leaves nothing of the photo outside"):
        segmentation.find_subject(painted(disc((60, 80), 40, 30, 15), ORANGE, SLATE), box)


def test_a_box_with_nothing_in_it_is_refused() -> None:
    with pytest.raises(OptionError, match="nothing in the box of the subject looks different"):
        segmentation.find_subject(torch.full((1, 3, 60, 80), 0.5), Box(20, 10, 40, 40))


# Places as (x, y), seen by eye: ears, paws, tail, tower tops, hair; and what is close to them.
PLACES = {
    "cat": (
        Box(170, 90, 854, 490),
        [(313, 122), (200, 258), (440, 450), (600, 400), (760, 540), (1000, 400), (800, 440)],
        [
            (290, 150),
            (420, 180),
            (300, 380),
            (650, 520),
            (960, 240),
            (380, 460),
            (468, 478),
            (494, 493),
        ],
    ),
    "astronaut": (
        Box(10, 5, 365, 507),
        [(225, 30), (165, 80), (290, 85), (220, 120), (45, 400), (330, 280), (170, 380)],
        [(40, 60), (120, 100), (320, 100), (330, 180), (80, 180), (340, 250)],
    ),
    "neuschwanstein": (
        Box(215, 65, 530, 510),
        [(325, 130), (390, 215), (702, 245), (592, 315), (240, 300), (600, 460), (460, 330)],
        [(360, 150), (450, 180), (620, 260), (640, 320), (400, 520), (730, 420), (270, 150)],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_things_in_the_built_in_photos_are_found(name: str) -> None:
    box, thing, background = PLACES[name]
    mask = segmentation.find_subject(images.read(name).pixels, box)[0, 0]
    assert [place for place in thing if mask[place[1], place[0]] < 0.5] == []
    assert [place for place in background if mask[place[1], place[0]] > 0.5] == []


@pytest.mark.parametrize("seed", [0, 2, 3, 4])
def test_a_cut_is_the_least_of_all_cuts(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    evidence = 3 * torch.randn(1, 1, 3, 4, generator=generator)
    costs = segmentation.weigh_edges(0.1 * torch.rand(1, 3, 3, 4, generator=generator))
    costs = [cost / 6 for cost in costs]
    found = segmentation.cut_outline(evidence, costs, torch.zeros(1, 1, 3, 4), 3000)
    energies = {
        labels: energy(labels, evidence, costs) for labels in itertools.product((0, 1), repeat=12)
    }
    best = min(energies, key=energies.__getitem__)
    assert 0 < sum(best) < 12
    assert tuple(int(value) for value in found.flatten().round()) == best


def energy(labels: tuple[int, ...], evidence: Tensor, costs: list[Tensor]) -> float:
    """Add up what an outline costs, pixel by pixel."""
    grid = np.array(labels).reshape(3, 4)
    total = -float((evidence[0, 0].numpy() * grid).sum())
    for (down, right), cost in zip(((0, 1), (1, 0), (1, 1), (1, -1)), costs, strict=True):
        weights = iter(cost.flatten().tolist())
        for row, column in itertools.product(range(3), range(4)):
            if row + down < 3 and 0 <= column + right < 4:
                total += next(weights) * abs(grid[row, column] - grid[row + down, column + right])
    return total


def test_an_outline_costs_less_along_an_edge_and_more_over_a_corner() -> None:
    lab = torch.zeros(1, 3, 4, 6)
    lab[:, 0, :, 3:] = 0.5
    across, down, slanting, _ = segmentation.weigh_edges(lab)
    assert float(down.min()) == float(down.max()) == pytest.approx(segmentation.STIFFNESS)
    assert float(slanting[0, 0, 0, 0]) == pytest.approx(segmentation.STIFFNESS / math.sqrt(2))
    # Of the 4·5 + 3·6 + 2·3·5 pairs 4 + 2·3 cross the edge.
    mean = 0.25 * 10 / 68
    expected = segmentation.STIFFNESS * math.exp(-0.25 / (2 * mean))
    assert float(across[0, 0, 0, 2]) == pytest.approx(expected, rel=1e-4)


def test_a_mixture_gives_the_density_of_a_colour_at_its_place() -> None:
    random = np.random.default_rng(0)
    roots = np.tril(random.normal(size=(2, 5, 5))) + 3 * np.eye(5)
    means, shares = random.normal(size=(2, 5)), np.array([0.3, 0.7])
    pixels = random.normal(size=(9, 5))

    def density(at: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
        away = at - mean
        squares = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away)
        return np.exp(-squares / 2) / np.sqrt(np.linalg.det(covariance))

    covariances = roots @ roots.transpose(0, 2, 1)
    both = sum(shares[k] * density(pixels, means[k], covariances[k]) for k in (0, 1))
    place = sum(
        shares[k] * density(pixels[:, :2], means[k][:2], covariances[k][:2, :2]) for k in (0, 1)
    )
    mixture = mixtures.Mixture(*(torch.from_numpy(part) for part in (shares, means, roots)))
    found = mixture.log_density(torch.from_numpy(pixels))
    np.testing.assert_allclose(found.numpy(), np.log(both / place), rtol=1e-10)


def test_fitting_finds_groups_far_apart() -> None:
    generator = torch.Generator().manual_seed(0)
    centres = torch.rand(3, 5, generator=generator)
    centres[:, 2] = torch.tensor([0.1, 0.5, 0.9])
    pixels = centres.repeat_interleave(300, dim=0) + 0.01 * torch.randn(900, 5, generator=generator)
    # Only the first two count.
    mixture = mixtures.fit_mixture(pixels, torch.tensor([1.0, 3.0, 0.0]).repeat_interleave(300))
    nearest = (mixture.means[:, None] - centres).norm(dim=2).argmin(dim=1)
    parts = [float(mixture.shares[nearest == index].sum()) for index in range(3)]
    assert parts == pytest.approx([0.25, 0.75, 0], abs=1e-3)


def test_less_light_shrinks_all_coordinates_of_oklab() -> None:
    light = torch.tensor([0.5, 0.2, 0.3])

    def lab(linear: Tensor) -> Tensor:
        return to_oklab((1.055 * linear ** (1 / 2.4) - 0.055).reshape(1, 3, 1, 1)).flatten()

    mean = torch.cat([torch.tensor([0.3, 0.4]), lab(light)])[None]
    mixture = mixtures.Mixture(torch.ones(1), mean, 0.1 * torch.eye(5)[None])
    shaded = mixtures.add_shadows(mixture)
    assert float(shaded.shares.sum()) == pytest.approx(1)
    for left, shade in zip((1.0, *mixtures.SHADOWS), shaded.means, strict=True):
        torch.testing.assert_close(shade[:2], mean[0, :2])
        torch.testing.assert_close(shade[2:], lab(light * left**3), atol=1e-5, rtol=1e-4)


def drawn(*rows: str) -> Tensor:
    return torch.tensor([[letter == "#" for letter in row] for row in rows])[None, None]


def test_connected_parts_have_one_label_each() -> None:
    spiral = drawn("#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######")
    assert len(components.label_components(spiral)[spiral].unique()) == 1
    slanting = drawn("##..", "..##", "....", "#..#")
    assert len(components.label_components(slanting)[slanting].unique()) == 3
    assert len(components.label_components(slanting, corners=False)[slanting].unique()) == 4


def test_specks_are_dropped_and_large_parts_kept() -> None:
    inside = torch.zeros(1, 1, 30, 40, dtype=torch.bool)
    inside[..., 5:25, 2:22] = True
    inside[..., 5:15, 25:31] = True
    expected = inside.clone()
    inside[..., 20:25, 30:35] = True
    assert components.keep_large(inside).equal(expected)


def test_gaps_are_filled_unless_large_or_open() -> None:
    inside = torch.ones(1, 1, 40, 40, dtype=torch.bool)
    outside = torch.zeros_like(inside)
    inside[..., 10:30, 10:30] = False  # large
    inside[..., 0:3, 20:25] = False  # closed by the border of the photo
    inside[..., 35:38, 5:9] = False
    inside[..., 0:4, 0:2] = False  # open to what is known as background
    outside[..., 0, 0] = True
    inside[..., 4, 2] = False  # touches the open one at a corner
    expected = inside.clone()
    expected[..., 4, 2] = True
    expected[..., 0:3, 20:25] = True
    expected[..., 35:38, 5:9] = True
    assert components.fill_gaps(inside, outside).equal(expected)


@pytest.mark.parametrize("strip", [2**20, 7000])
def test_a_softened_outline_follows_the_large_picture(
    strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strips, "STRIP_PIXELS", strip)
    shape = disc((400, 600), 303, 197, 120)
    photo = torch.where(shape, 0.8, 0.3).expand(1, 3, -1, -1).contiguous()
    small = images.resize(photo, (80, 120))
    mask = segmentation.soften(photo, small, small[:, :1] > 0.55)
    assert overlap(mask, shape) > 0.998
    far = disc((400, 600), 303, 197, 80) | ~disc((400, 600), 303, 197, 160)
    assert mask[far].equal(shape[far].float())
    assert float(((mask > 0.02) & (mask < 0.98)).float().mean()) < 0.01


@pytest.mark.parametrize("size", [(97, 131), (31, 60), (20, 500)])
def test_rows_of_an_enlarged_image_are_those_of_the_whole(size: tuple[int, int]) -> None:
    planes = torch.rand(1, 4, 31, 40, generator=torch.Generator().manual_seed(0))
    whole = torch.nn.functional.interpolate(planes, size, mode="bilinear")
    for start in range(0, size[0], 10):
        rows = slice(start, min(start + 10, size[0]))
        found = segmentation._enlarge(planes, size, rows)
        torch.testing.assert_close(found, whole[..., rows, :], rtol=0, atol=1e-5)
