"""Weights files: what is read, under which names, and what is refused with which tensor named."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from brushwork import assets, images, layers
from brushwork.errors import WeightsError
from brushwork.features import VGGFeatures, Weights, load_small_weights, load_weights
from brushwork.layers import SMALL_TAPS, VGG19_LAYERS, count_channels
from brushwork.losses import gram_matrix, style_loss

SMALL_CHANNELS = (2, 3, 4, 4, 5)

# The convolutions of torchvision's vgg19.features and vgg16.features, counted in its printout.
VGG19_NUMBERS = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)
VGG16_NUMBERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
VGG16_LAYERS = tuple(
    layer for layer in VGG19_LAYERS if layer not in {"conv3_4", "conv4_4", "conv5_4"}
)

State = dict[str, Tensor]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let VGG have a handful of channels, so that the files here are a few kilobytes."""
    monkeypatch.setattr(layers, "CHANNELS", SMALL_CHANNELS)


def state_dict(names: dict[str, str], channels: tuple[int, ...] = SMALL_CHANNELS) -> State:
    """Give random tensors by the names of the modules, layer by layer."""
    generator = torch.Generator().manual_seed(0)
    state, inputs = {}, 3
    for layer, name in names.items():
        outputs = channels[int(layer[len("conv")]) - 1]
        state[f"{name}.weight"] = torch.randn(outputs, inputs, 3, 3, generator=generator)
        state[f"{name}.bias"] = torch.randn(outputs, generator=generator)
        inputs = outputs
    return state


def own_names() -> dict[str, str]:
    return {layer: layer for layer in VGG19_LAYERS}


def vgg19_names() -> dict[str, str]:
    return {
        layer: f"features.{number}"
        for layer, number in zip(VGG19_LAYERS, VGG19_NUMBERS, strict=True)
    }


def vgg16_names() -> dict[str, str]:
    return {
        layer: f"features.{number}"
        for layer, number in zip(VGG16_LAYERS, VGG16_NUMBERS, strict=True)
    }


def saved(state: object, path: Path) -> Path:
    if path.suffix == ".safetensors":
        safetensors.torch.save_file(state, path)  # type: ignore[arg-type]
    else:
        torch.save(state, path)
    return path


def refusal(path: str | Path | None) -> str:
    with pytest.raises(WeightsError) as caught:
        load_weights(path)
    return str(caught.value)


def check(found: Weights, state: State, names: dict[str, str]) -> None:
    assert tuple(found.convolutions) == tuple(names)
    for layer, name in names.items():
        kernel, bias = found.convolutions[layer]
        assert kernel.dtype == bias.dtype == torch.float32
        assert torch.equal(kernel, state[f"{name}.weight"].float())
        assert torch.equal(bias, state[f"{name}.bias"].float())


# The embedded network.


@pytest.fixture(scope="module")
def embedded() -> Weights:
    return load_weights()


def test_the_embedded_network_has_the_sixteen_layers_and_shapes_of_vgg19(embedded: Weights) -> None:
    assert tuple(embedded.convolutions) == VGG19_LAYERS
    channels = [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    for (kernel, bias), inputs, outputs in zip(
        embedded.convolutions.values(), [3, *channels], channels, strict=False
    ):
        assert (kernel.shape, bias.shape) == ((outputs, inputs, 3, 3), (outputs,))
        assert kernel.dtype == bias.dtype == torch.float32
        assert kernel.isfinite().all()
        assert kernel.std() > 1e-3


def test_the_embedded_network_reads_0_to_255_without_the_mean_of_imagenet(
    embedded: Weights,
) -> None:
    assert embedded.scale.tolist() == [255, 255, 255]
    torch.testing.assert_close(embedded.offset, torch.tensor([-123.68, -116.779, -103.939]))


@pytest.mark.parametrize(
    ("name", "load"), [("VGG19", load_weights), ("SMALL_VGG19", load_small_weights)]
)
def test_a_damaged_embedded_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, load: Callable[[], Weights]
) -> None:
    whole: Path = getattr(assets, name)
    data = bytearray(whole.read_bytes())
    data[len(data) // 2] ^= 1
    damaged = tmp_path / whole.name
    damaged.write_bytes(data)
    monkeypatch.setattr(assets, name, damaged)
    with pytest.raises(WeightsError) as refused:
        load()
    assert str(refused.value) == (
        f"the embedded weights {whole.name} are damaged (wrong SHA-256); install brushwork again."
    )


def test_the_small_network_has_a_quarter_of_the_channels_and_reads_out_as_many() -> None:
    small = load_small_weights()
    assert tuple(small.convolutions) == VGG19_LAYERS[: VGG19_LAYERS.index("conv5_1") + 1]
    for layer, (kernel, bias) in small.convolutions.items():
        assert kernel.shape[0] == bias.shape[0] == count_channels(layer) / 4
    assert {layer: readout.shape for layer, readout in small.readouts.items()} == {
        layer: (count_channels(layer) // 4,) * 2 for layer in SMALL_TAPS
    }
    assert assets.SMALL_VGG19.stat().st_size < 4e6


def test_the_small_network_says_of_a_picture_nearly_what_the_large_one_says() -> None:
    """Lengths and angles are kept, so that losses are: here of a photo and of a painting.

    A little less of each, and the less the deeper; deeper than here only the order is kept.
    """
    networks = [
        VGGFeatures(SMALL_TAPS, weights=weights)
        for weights in (load_small_weights(), load_weights())
    ]
    cat, wave = (images.resize(images.read(n).pixels, (96, 128)) for n in ("cat", "great-wave"))
    for layer in ("conv1_1", "conv2_1", "conv3_1", "conv4_1"):
        distances = [
            float(style_loss(gram_matrix(network(cat)[layer]), gram_matrix(network(wave)[layer])))
            for network in networks
        ]
        assert distances[0] == pytest.approx(distances[1], rel=0.35), layer


# Files that are read.


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors"])
def test_torchvision_vgg19_gets_the_names_of_its_layers(tmp_path: Path, suffix: str) -> None:
    state = state_dict(vgg19_names())
    path = saved(state, tmp_path / f"vgg19{suffix}")
    check(load_weights(path), state, vgg19_names())


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_torchvision_vgg16_gets_the_names_of_its_layers(tmp_path: Path, suffix: str) -> None:
    state = state_dict(vgg16_names())
    path = saved(state, tmp_path / f"vgg16{suffix}")
    check(load_weights(path), state, vgg16_names())


@pytest.mark.usefixtures("small")
def test_own_names_keep_the_convention_of_the_embedded_network(tmp_path: Path) -> None:
    state = state_dict(own_names())
    found = load_weights(saved(state, tmp_path / "own.safetensors"))
    check(found, state, own_names())
    assert found.scale.tolist() == [255, 255, 255]


@pytest.mark.usefixtures("small")
def test_torchvision_weights_get_the_normalisation_of_torchvision(tmp_path: Path) -> None:
    found = load_weights(saved(state_dict(vgg19_names()), tmp_path / "vgg19.pth"))
    # 1/0.229, 1/0.224, 1/0.225; then -0.485/0.229, -0.456/0.224, -0.406/0.225.
    torch.testing.assert_close(found.scale, torch.tensor([4.366812, 4.464286, 4.444444]))
    torch.testing.assert_close(found.offset, torch.tensor([-2.117904, -2.035714, -1.804444]))


@pytest.mark.parametrize(("names", "layers"), [(vgg19_names, 16), (vgg16_names, 13)])
def test_the_full_size_of_torchvision_networks_is_accepted(
    tmp_path: Path, names: Callable[[], dict[str, str]], layers: int
) -> None:
    # One number seen everywhere: full shapes in a small file.
    state, inputs = {}, 3
    for layer, name in names().items():
        outputs = {"1": 64, "2": 128, "3": 256}.get(layer[len("conv")], 512)
        state[f"{name}.weight"] = torch.full((), 0.5).expand(outputs, inputs, 3, 3)
        state[f"{name}.bias"] = torch.zeros(()).expand(outputs)
        inputs = outputs
    # The classifier is there too, and is none of our business.
    state["classifier.0.weight"] = torch.zeros(()).expand(4096, 25088)
    state["classifier.0.bias"] = torch.zeros(()).expand(4096)
    found = load_weights(saved(state, tmp_path / "full.pth"))
    assert len(found.convolutions) == layers
    assert found.convolutions["conv5_3"][0].shape == (512, 512, 3, 3)


@pytest.mark.usefixtures("small")
def test_the_file_format_before_torch_1_6_is_read(tmp_path: Path) -> None:
    state, path = state_dict(vgg19_names()), tmp_path / "old.pth"
    torch.save(state, path, _use_new_zipfile_serialization=False)
    check(load_weights(path), state, vgg19_names())


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floating_types_become_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    state = {name: tensor.to(dtype) for name, tensor in state_dict(vgg16_names()).items()}
    check(load_weights(saved(state, tmp_path / "vgg16.pth")), state, vgg16_names())


@pytest.mark.usefixtures("small")
def test_a_codebook_is_looked_up(tmp_path: Path) -> None:
    state = state_dict(own_names())
    kernel = state.pop("conv1_1.weight")
    state["conv1_1.weight_table"] = torch.tensor([-0.5, 0.25, 2.0])
    state["conv1_1.weight_index"] = torch.arange(kernel.numel()).reshape(kernel.shape).byte() % 3
    found = load_weights(saved(state, tmp_path / "own.safetensors")).convolutions["conv1_1"][0]
    # 0, 1, 2, 0, … row by row of every 3×3 kernel.
    assert found[0, 0].tolist() == [[-0.5, 0.25, 2.0]] * 3


@pytest.mark.usefixtures("small")
def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = saved(state_dict(vgg19_names()), tmp_path / "vgg19.pth")
    assert tuple(load_weights(str(path)).convolutions) == VGG19_LAYERS


@pytest.mark.usefixtures("small")
def test_what_was_read_computes(tmp_path: Path) -> None:
    found = load_weights(saved(state_dict(vgg16_names()), tmp_path / "vgg16.pth"))
    maps = VGGFeatures(["conv5_3"], weights=found)(torch.rand(1, 3, 32, 48))
    assert maps["conv5_3"].shape == (1, 5, 2, 3)


@pytest.mark.usefixtures("small")
def test_a_layer_that_vgg16_lacks_is_refused_as_a_tap(tmp_path: Path) -> None:
    found = load_weights(saved(state_dict(vgg16_names()), tmp_path / "vgg16.pth"))
    with pytest.raises(
        WeightsError, match=r"^layers asked for: conv3_4; the weights have conv1_1,"
    ):
        VGGFeatures(["conv3_4"], weights=found)


# Files that are refused.


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize(
    "name", ["features.0.weight", "features.0.bias", "features.16.weight", "features.34.bias"]
)
def test_a_missing_tensor_is_named(tmp_path: Path, name: str, suffix: str) -> None:
    state = state_dict(vgg19_names())
    del state[name]
    path = saved(state, tmp_path / f"vgg19{suffix}")
    assert refusal(path) == f"{path}: tensor {name} is missing; this is not a VGG-19 or VGG-16."


@pytest.mark.usefixtures("small")
def test_a_vgg19_without_its_last_kernel_is_not_taken_for_a_vgg16(tmp_path: Path) -> None:
    state = state_dict(vgg19_names())
    del state["features.34.weight"]
    assert "tensor features.34.weight is missing" in refusal(saved(state, tmp_path / "vgg19.pth"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["features.0.bias", "features.14.weight", "features.28.weight"])
def test_a_missing_tensor_of_vgg16_is_named(tmp_path: Path, name: str) -> None:
    state = state_dict(vgg16_names())
    del state[name]
    assert f"tensor {name} is missing" in refusal(saved(state, tmp_path / "vgg16.pth"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["conv1_1.weight", "conv4_2.bias", "conv5_4.weight"])
def test_a_missing_tensor_of_own_names_is_named(tmp_path: Path, name: str) -> None:
    state = state_dict(own_names())
    del state[name]
    path = saved(state, tmp_path / "own.safetensors")
    assert refusal(path) == f"{path}: tensor {name} is missing; this is not a VGG-19 or VGG-16."


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["features.5.weight", "features.5.bias"])
def test_a_tensor_of_another_shape_is_named_with_both_shapes(tmp_path: Path, name: str) -> None:
    state = state_dict(vgg19_names())
    shape = tuple(state[name].shape)
    state[name] = torch.zeros(7, *shape[1:])
    path = saved(state, tmp_path / "vgg19.pth")
    given = (7, *shape[1:])
    assert refusal(path) == f"{path}: tensor {name} has shape {given}, but VGG has {shape} there."


def test_a_network_with_other_channels_is_refused(tmp_path: Path) -> None:
    path = saved(state_dict(vgg19_names()), tmp_path / "small.pth")
    assert refusal(path) == (
        f"{path}: tensor features.0.weight has shape (2, 3, 3, 3), but VGG has (64, 3, 3, 3) there."
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", ["features.7.weight", "features.7.bias"])
def test_a_tensor_with_one_number_that_is_not_finite_is_named(
    tmp_path: Path, name: str, value: float, suffix: str
) -> None:
    state = state_dict(vgg19_names())
    state[name].view(-1)[-1] = value
    path = saved(state, tmp_path / f"vgg19{suffix}")
    assert refusal(path) == (
        f"{path}: tensor {name} holds something else than finite real numbers."
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64])
def test_a_tensor_that_holds_no_real_numbers_is_named(tmp_path: Path, dtype: torch.dtype) -> None:
    state = state_dict(vgg19_names())
    state["features.2.weight"] = torch.ones(2, 2, 3, 3, dtype=dtype)
    path = saved(state, tmp_path / "vgg19.pth")
    assert refusal(path) == (
        f"{path}: tensor features.2.weight holds something else than finite real numbers."
    )


@pytest.mark.usefixtures("small")
def test_a_number_too_large_for_float32_is_refused(tmp_path: Path) -> None:
    state = state_dict(vgg19_names())
    state["features.2.weight"] = torch.full((2, 2, 3, 3), 1e300, dtype=torch.float64)
    assert "tensor features.2.weight" in refusal(saved(state, tmp_path / "vgg19.pth"))


@pytest.mark.usefixtures("small")
def test_an_index_outside_of_its_codebook_is_refused_and_named(tmp_path: Path) -> None:
    state = state_dict(own_names())
    shape = state.pop("conv1_1.weight").shape
    state["conv1_1.weight_table"] = torch.tensor([-0.5, 0.25])
    state["conv1_1.weight_index"] = torch.full(shape, 2, dtype=torch.uint8)
    path = saved(state, tmp_path / "own.safetensors")
    assert refusal(path).startswith(f"{path}: tensor conv1_1.weight")


@pytest.mark.usefixtures("small")
def test_a_network_with_batch_normalisation_is_refused(tmp_path: Path) -> None:
    # torchvision's vgg19_bn: convolution, normalisation, ReLU; a pool after each stack.
    numbers = (0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49)
    names = {
        layer: f"features.{number}" for layer, number in zip(VGG19_LAYERS, numbers, strict=True)
    }
    state = state_dict(names)
    for number in numbers:
        outputs = len(state[f"features.{number}.bias"])
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"features.{number + 1}.{part}"] = torch.ones(outputs)
        state[f"features.{number + 1}.num_batches_tracked"] = torch.tensor(1)
    path = saved(state, tmp_path / "vgg19_bn.pth")
    assert refusal(path) == (
        f"{path}: tensor features.2.weight is missing; this is not a VGG-19 or VGG-16."
    )


class Burglar:
    """An object whose pickle makes a folder when it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_file_that_would_run_code_is_refused_and_the_code_does_not_run(tmp_path: Path) -> None:
    loot, path = tmp_path / "loot", tmp_path / "vgg19.pth"
    torch.save({"features.0.weight": Burglar(loot)}, path)
    assert refusal(path).startswith(f"{str(path)!r} is not a readable state dict (")
    assert not loot.exists()


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_bare_pickle_that_would_run_code_is_refused_and_the_code_does_not_run(
    tmp_path: Path, protocol: int
) -> None:
    loot, path = tmp_path / "loot", tmp_path / "vgg19.pth"
    path.write_bytes(pickle.dumps({"features.0.weight": Burglar(loot)}, protocol))
    pickle.loads(path.read_bytes())
    assert loot.is_dir()  # so this is what happens to those who just open it
    loot.rmdir()
    assert refusal(path).startswith(f"{str(path)!r} is not a readable state dict (")
    assert not loot.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"weights go here\n",
        b"# VGG\n",
        b"GARBAGE" * 10,
        b"a\n",
        b".",
        b"\x80\x02.",
        b"\x80\x02X",
        b"PK\x03\x04",
        bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
    ],
)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_that_is_something_else_is_refused(
    tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"vgg19{suffix}"
    path.write_bytes(content)
    kind = "safetensors file" if suffix == ".safetensors" else "state dict"
    assert refusal(path).startswith(f"{str(path)!r} is not a readable {kind}")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["vgg19.pth", "before-torch-1.6.pth", "vgg19.safetensors"])
def test_a_file_that_was_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    path, state = tmp_path / name, state_dict(vgg19_names())
    if name.startswith("before"):
        torch.save(state, path, _use_new_zipfile_serialization=False)
    else:
        saved(state, path)
    data = path.read_bytes()
    for part in range(1, 60):
        path.write_bytes(data[: part * len(data) // 60])
        assert str(path) in refusal(path)


def test_what_is_no_state_dict_is_refused_with_its_type(tmp_path: Path) -> None:
    path = saved([torch.zeros(3)], tmp_path / "list.pth")
    assert refusal(path) == f"{str(path)!r} holds a list, not a state dict."


def test_a_state_dict_of_something_else_is_refused(tmp_path: Path) -> None:
    path = saved({"epoch": 3, "fc.weight": torch.zeros(3)}, tmp_path / "other.pth")
    assert re.match(rf"{re.escape(str(path))}: tensor \S+ is missing; ", refusal(path))


@pytest.mark.parametrize("name", ["nowhere.pth", "nowhere.safetensors", "folder", "folder.pth"])
def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.startswith("folder"):
        path.mkdir()
    assert refusal(path) == (
        f"there is no weights file {str(path)!r}; give a .safetensors or .pth file."
    )
