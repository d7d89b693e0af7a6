"""Arrays and tensors at the door: which are taken, number by number, and what is said of others."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from brushwork import images
from brushwork.errors import ImageError

SHAPES = [(17, 19), (17, 19, 3), (17, 19, 4)]
FLOATS = [np.float16, np.float32, np.float64]
few = settings(max_examples=30, deadline=None)


def refusal(source: object) -> str:
    with pytest.raises(ImageError) as caught:
        images.read(source)  # type: ignore[arg-type]
    return str(caught.value)


def drawn(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Draw numbers of which no pixel is fully transparent."""
    random = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return random.uniform(0.1, 1, shape).astype(dtype)
    if np.dtype(dtype).kind == "b":
        return random.integers(0, 2, shape).astype(bool) | (np.arange(shape[-1]) == 3)
    return random.integers(1, np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)


def planes(image: images.Image) -> np.ndarray:
    """Give colour and alpha as (H, W, 3 or 4)."""
    parts = [image.pixels[0], *([] if image.alpha is None else [image.alpha[0]])]
    return torch.cat(parts).permute(1, 2, 0).numpy()


# What is taken.


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, ">u2", bool, *FLOATS, ">f4", np.longdouble])
def test_an_array_is_read_number_by_number(shape: tuple[int, ...], dtype: Any) -> None:
    array = drawn(shape, dtype)
    image = images.read(array)
    white = {"u1": 255, "u2": 65535}.get(array.dtype.str[1:], 1)
    expected = (array.astype(np.float64) / white).astype(np.float32)
    if array.ndim == 2:
        expected = np.dstack([expected] * 3)
    if expected.shape[2] == 4 and (expected[..., 3] == 1).all():
        expected = expected[..., :3]
    np.testing.assert_array_equal(planes(image), expected)
    assert image.pixels.dtype == torch.float32
    assert image.pixels.is_contiguous()
    assert (image.name, image.origin, image.notes) == ("picture", "picture", ())
    assert (image.path, image.sha256) == (None, None)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize(
    "dtype",
    [torch.uint8, torch.uint16, torch.bool, torch.bfloat16, torch.half, torch.float, torch.double],
)
def test_a_tensor_is_read_number_by_number(dtype: torch.dtype, batch: bool, channels: int) -> None:
    whole = {torch.uint8: 255, torch.uint16: 65535, torch.bool: 1}
    numbers = drawn((17, 19, channels), np.float64)
    if dtype in whole:
        numbers = np.rint(numbers * whole[dtype])
        numbers[..., 3:] = numbers[..., 3:].clip(1)  # nothing is hidden
    tensor = torch.from_numpy(numbers).to(dtype).permute(2, 0, 1)
    expected = tensor.permute(1, 2, 0).to(torch.float64).numpy() / whole.get(dtype, 1)
    if channels == 1:
        expected = np.dstack([expected] * 3)
    if channels == 4 and (expected[..., 3] == 1).all():
        expected = expected[..., :3]
    image = images.read(tensor[None] if batch else tensor)
    np.testing.assert_array_equal(planes(image), expected.astype(np.float32))
    assert image.pixels.is_contiguous()


@few
@given(hnp.arrays(np.uint16, (16, 16, 3)))
def test_a_level_of_sixteen_bits_is_the_float_nearest_to_its_fraction(levels: np.ndarray) -> None:
    found = images.read(levels).pixels[0, :, 3, 5].tolist()
    for value, level in zip(found, levels[3, 5].tolist(), strict=True):
        step = float(np.spacing(np.float32(level / 65535)))
        assert abs(Fraction(value) - Fraction(level, 65535)) <= Fraction(step) / 2


@few
@given(hnp.arrays(np.float32, (16, 17, 3), elements=st.floats(0, 1, width=32)))
def test_floats_are_kept_bit_for_bit(array: np.ndarray) -> None:
    assert planes(images.read(array)).tobytes() == array.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
def test_an_array_and_the_pil_image_of_it_are_one(mode: str) -> None:
    shape = {"L": (20, 30), "I;16": (20, 30), "RGB": (20, 30, 3), "RGBA": (20, 30, 4)}[mode]
    array = drawn(shape, np.uint16 if mode == "I;16" else np.uint8)
    image = PIL.Image.fromarray(array)
    assert image.mode == mode
    assert planes(images.read(array)).tobytes() == planes(images.read(image)).tobytes()


def test_what_is_hidden_takes_the_mean_colour_of_what_is_seen() -> None:
    array = np.zeros((16, 16, 4), np.float32)
    array[:8] = (0.25, 0.5, 1, 1)
    array[8:] = (1, 0, 1, 0)
    image = images.read(array)
    assert image.alpha is not None
    assert image.alpha[0, 0, :, 0].tolist() == [1] * 8 + [0] * 8
    assert image.pixels[0, :, 12, 12].tolist() == [0.25, 0.5, 1]
    assert array[12, 12].tolist() == [1, 0, 1, 0]


def test_alpha_of_one_everywhere_is_no_alpha() -> None:
    assert images.read(np.ones((16, 16, 4), np.float32)).alpha is None
    assert images.read(torch.full((4, 16, 16), 255, dtype=torch.uint8)).alpha is None


def test_views_of_any_order_are_read() -> None:
    array = drawn((40, 50, 3), np.float32)
    for view in (array[::2, ::-1], array.transpose(1, 0, 2), np.asfortranarray(array)):
        np.testing.assert_array_equal(planes(images.read(view)), view)
    tensor = torch.from_numpy(array).permute(2, 1, 0)
    np.testing.assert_array_equal(images.read(tensor).pixels[0].numpy(), tensor.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.uint8, bool])
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_shared_and_nothing_changed(shape: tuple[int, ...], dtype: Any) -> None:
    array = drawn(shape, dtype)
    array.flags.writeable = False
    before = array.tobytes()
    image = images.read(array)
    image.pixels.zero_()
    if image.alpha is not None:
        image.alpha.zero_()
    assert array.tobytes() == before
    tensor = torch.from_numpy(array.copy())
    tensor = tensor[None] if tensor.ndim == 2 else tensor.permute(2, 0, 1).contiguous()
    kept = tensor.clone()
    images.read(tensor).pixels.zero_()
    assert tensor.equal(kept)


def test_a_tensor_with_a_gradient_is_read_without_it() -> None:
    tensor = torch.rand(3, 16, 16, requires_grad=True)
    found = images.read(2 * tensor / 2).pixels
    assert not found.requires_grad
    assert found[0].equal(tensor.detach())
    assert images.read(torch.nn.Parameter(torch.rand(1, 3, 16, 16))).pixels.grad_fn is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_tensor_on_a_gpu_is_read_from_there() -> None:
    tensor = torch.rand(3, 16, 16)
    found = images.read(tensor.cuda()).pixels
    assert found.device.type == "cpu"
    assert found[0].equal(tensor)


def test_channels_last_are_told_by_the_caller() -> None:
    array = drawn((17, 19, 3), np.float32)
    last = torch.from_numpy(array)
    for tensor in (last, last[None]):
        np.testing.assert_array_equal(planes(images.read(images.from_channels_last(tensor))), array)
    with pytest.raises(ImageError, match=r"has the shape \(17, 19\); .* must be H×W×C or B×H×W×C"):
        images.from_channels_last(last[..., 0])


def test_a_mask_of_truth_values_is_black_and_white() -> None:
    mask = np.eye(16, dtype=bool)
    np.testing.assert_array_equal(planes(images.read(mask))[..., 1], np.eye(16))


# What is refused.


@pytest.mark.parametrize(
    "shape", [(), (20,), (20, 20, 1), (20, 20, 2), (20, 20, 5), (3, 20, 20), (1, 20, 20, 3)]
)
def test_an_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    assert refusal(np.zeros(shape)) == (
        f"the given NumPy array has the shape {shape} and the type float64; taken are H×W, H×W×3 "
        "and H×W×4, of bool, uint8, uint16 or floating-point numbers in [0, 1]. Transpose or "
        "convert it."
    )


@pytest.mark.parametrize(
    "dtype", [np.int8, np.int64, np.uint32, np.complex64, object, "U3", "M8[s]"]
)
def test_an_array_of_another_type_is_refused(dtype: Any) -> None:
    message = refusal(np.zeros((20, 20), np.int64).astype(dtype))
    assert f"has the shape (20, 20) and the type {np.dtype(dtype)}; taken are" in message


@pytest.mark.parametrize(
    "shape", [(), (20,), (20, 20), (20, 20, 3), (2, 20, 20), (2, 3, 20, 20), (1, 20, 20, 3)]
)
def test_a_tensor_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    assert refusal(torch.zeros(shape)) == (
        f"the given tensor has the shape {shape} and the type torch.float32; taken are C×H×W and "
        "1×C×H×W with 1, 3 or 4 channels, of bool, uint8, uint16 or floating-point numbers in "
        "[0, 1]. Permute or convert it; images.from_channels_last does that for H×W×C and B×H×W×C."
    )


@pytest.mark.parametrize("dtype", [torch.int64, torch.int8, torch.complex64, torch.uint32])
def test_a_tensor_of_another_type_is_refused(dtype: torch.dtype) -> None:
    message = refusal(torch.zeros((3, 20, 20), dtype=dtype))
    assert f"has the shape (3, 20, 20) and the type {dtype}; taken are C×H×W" in message


@pytest.mark.parametrize(
    "tensor", [torch.zeros(3, 20, 20).to_sparse(), torch.zeros(3, 20, 20, device="meta")]
)
def test_a_tensor_without_pixels_is_refused(tensor: torch.Tensor) -> None:
    assert f"the layout {tensor.layout} on the device {tensor.device}" in refusal(tensor)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (-0.5, 1.0, "numbers from -0.5 to 1 "),
        (0.0, 255.0, "numbers from 0 to 255 "),
        (0.0, 1.0000001, "numbers from 0 to "),
        (0.0, np.inf, "numbers from 0 to inf "),
        (0.0, np.nan, "NaN "),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_outside_of_0_to_1_are_refused(
    low: float, high: float, found: str, dtype: str
) -> None:
    array = np.full((20, 20, 3), 0.5, dtype)
    array[3, 4], array[5, 6, 1] = low, high
    said = f"holds {found}"
    for source in (array, torch.from_numpy(array).permute(2, 0, 1)):
        message = refusal(source)
        assert said in message
        assert f"in {dtype}; taken is 0 (black) to 1 (white)" in message


def test_a_half_out_of_range_is_refused() -> None:
    assert "numbers from 0 to 2 in float16" in refusal(2 * np.eye(16, dtype=np.float16))
    assert "numbers from 0 to 2" in refusal(2 * torch.eye(16, dtype=torch.bfloat16)[None])


@pytest.mark.parametrize("size", [(0, 20), (20, 0), (15, 16), (16, 15)])
def test_an_array_too_small_is_refused(size: tuple[int, int]) -> None:
    expected = f"is {size[1]} x {size[0]} pixels; allowed is at least 16 pixels on both sides"
    assert f"the given NumPy array {expected}" in refusal(np.zeros(size))
    assert f"the given tensor {expected}" in refusal(torch.zeros(3, *size))


def test_what_nobody_sees_is_refused() -> None:
    assert "the given NumPy array is transparent everywhere" in refusal(np.zeros((16, 16, 4)))
