"""Arrays and tensors wherever an image is taken, networks that are shared, runs that are closed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork import api, images
from brushwork.features import VGGFeatures
from brushwork.losses import FeatureLoss, FeatureView, LossValue, Statistics
from brushwork.planning import pyramid

FAST: dict[str, Any] = {"size": 48, "effort": 0.25}


@pytest.fixture(autouse=True)
def few_steps(tiny_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 7)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    PIL.Image.fromarray(ramp).save("grey.png")
    flag = PIL.Image.new("RGB", (64, 48), "red")
    flag.paste((0, 0, 255), (32, 0, 64, 48))
    flag.save("flag.png")
    images.to_pil(images.read("cat").pixels).resize((64, 48)).save("content.png")
    images.to_pil(images.read("ejiri").pixels).resize((64, 48)).save("style.png")
    return tmp_path


def as_array(name: str) -> np.ndarray:
    with PIL.Image.open(name) as image:
        return np.asarray(image)


def as_tensor(name: str) -> torch.Tensor:
    array = as_array(name)
    planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return torch.from_numpy(planes.astype(np.float32) / 255)


def as_pil(name: str) -> PIL.Image.Image:
    with PIL.Image.open(name) as image:
        return image.copy()


@pytest.mark.parametrize("give", [as_array, as_tensor, as_pil, Path])
def test_every_image_may_be_in_memory(folder: Path, give: Any) -> None:
    def run(form: Any) -> brushwork.Result:
        return brushwork.stylize(
            form("content.png"),
            [(form("style.png"), {"region": "red", "part": form("grey.png")}),
             (form("style.png"), {"region": form("grey.png"), "scale": 2})],
            mask=form("grey.png"),
            regions=form("flag.png"),
            preserve=form("grey.png"),
            init=form("style.png"),
            **FAST,
        )  # fmt: skip

    named, given = run(str), run(give)
    assert given.image.tobytes() == named.image.tobytes()
    assert given.losses == named.losses


def test_images_in_memory_are_saved_with_the_run(folder: Path) -> None:
    asked: dict[str, Any] = {"mask": as_array("grey.png"), "init": as_tensor("style.png"), **FAST}
    whole = brushwork.stylize(as_array("content.png"), as_pil("style.png"), **asked)
    events = brushwork.iter_stylize(
        as_array("content.png"), as_pil("style.png"), checkpoint="kept", **asked
    )
    steps = (event for event in events if isinstance(event, brushwork.StepTaken))
    for _ in range(5):
        next(steps)
    events.close()
    resumed = brushwork.resume("kept")
    assert resumed.image.tobytes() == whole.image.tobytes()
    assert not Path("kept").exists()


def test_a_recipe_names_images_as_a_person_knows_them(folder: Path) -> None:
    content = images.read("content.png").with_origin("holiday.jpg", "0" * 64)
    events = brushwork.iter_stylize(content, "ejiri", checkpoint="kept", **FAST)
    next(events)
    next(event for event in events if isinstance(event, brushwork.StepTaken))
    events.close()
    recipe = brushwork.resume("kept").recipe
    assert recipe is not None and recipe.content == "holiday.jpg"
    assert recipe.inputs[0].sha256 == "0" * 64


def test_a_network_is_built_once_for_equal_options(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[VGGFeatures] = []
    original = api.build_networks

    def build(*arguments: Any) -> VGGFeatures:
        built.append(original(*arguments))
        return built[-1]

    monkeypatch.setattr(api, "build_networks", build)
    stylizer = brushwork.Stylizer(**FAST)
    first = stylizer.stylize("cat", "ejiri")
    louder = stylizer.stylize("cat", "ejiri", strength=0.9)
    assert len(built) == 1
    assert louder.options.strength == 0.9 and stylizer.settings.options.strength == 0.5
    assert stylizer.stylize("cat", "ejiri").image.tobytes() == first.image.tobytes()
    stylizer.stylize("cat", "ejiri", pooling="average")
    assert len(built) == 2


def test_networks_of_options_long_past_are_let_go() -> None:
    stylizer = brushwork.Stylizer()
    cpu = torch.device("cpu")
    every = [
        brushwork.Options(content_layers=(layer,))
        for layer in ("conv1_1", "conv2_1", "conv3_1", "conv4_1")
    ]
    first, second, *_ = (stylizer.get_networks(options, cpu) for options in every[:3])
    assert stylizer.get_networks(every[0], cpu) is first
    stylizer.get_networks(every[3], cpu)
    assert stylizer.get_networks(every[0], cpu) is first  # it was asked for again meanwhile
    assert stylizer.get_networks(every[1], cpu) is not second


class Quiet(FeatureLoss):
    """The mean of a layer that no option names."""

    name = "quiet"
    layers = ("conv1_2",)

    def accumulate(self, seen: FeatureView) -> Statistics:
        return {"sum": seen.maps["conv1_2"].mean()[None]}

    def compute(self, sums: Statistics) -> LossValue:
        return LossValue(sums["sum"].sum())


def test_a_loss_says_itself_which_layers_it_wants_to_see() -> None:
    result = brushwork.stylize("cat", "ejiri", extra=lambda _: 0.1 * Quiet(), **FAST)
    assert result.losses["quiet"] > 0


@pytest.mark.parametrize("steps", [0, 3])
def test_events_can_be_closed_at_any_time(folder: Path, steps: int) -> None:
    """Before the first event too: the folder is then free for another process."""
    brushwork.stylize("content.png", "style.png", **FAST).save("made.png")

    def take(events: Generator[brushwork.Event]) -> None:
        taken = (event for event in events if isinstance(event, brushwork.StepTaken))
        assert len(list(itertools.islice(taken, steps))) == steps
        events.close()
        assert list(events) == []

    whole = brushwork.texture("style.png", **FAST)
    take(brushwork.iter_stylize("content.png", "style.png", checkpoint="a", **FAST))
    take(brushwork.iter_rerun("made.png", checkpoint="b"))
    take(brushwork.iter_texture("style.png", checkpoint="c", **FAST))
    take(brushwork.iter_resume("c"))
    assert brushwork.resume("c").image.tobytes() == whole.image.tobytes()
    assert Path("a/checkpoint.json").is_file() and Path("b/checkpoint.json").is_file()


def test_rerun_gives_the_result_of_iter_rerun(folder: Path) -> None:
    result = brushwork.stylize("content.png", "style.png", **FAST)
    result.save("made.png")
    assert brushwork.rerun("made.png").image.tobytes() == result.image.tobytes()


def test_a_result_is_an_array_a_tensor_and_a_file(folder: Path) -> None:
    photo = as_pil("content.png")
    photo.putalpha(as_pil("grey.png"))
    result = brushwork.stylize(photo, "style.png", **FAST)
    array, tensor = result.array(), result.tensor()
    assert array.dtype == np.float32 and array.shape == (36, 48, 4)
    assert np.array_equal(array, result.levels.astype(np.float32) / np.float32(65535))
    assert np.array_equal(tensor[0].permute(1, 2, 0).numpy(), array)
    assert np.abs(array - np.asarray(result.image) / 255).max() <= 0.5 / 255 + 1e-5
    for extension, kind in ((".png", "PNG"), (".webp", "WEBP"), (".tiff", "TIFF")):
        file = io.BytesIO()
        assert result.save(file, extension=extension) is None
        with PIL.Image.open(file) as saved:
            assert saved.format == kind
            assert saved.convert("RGBA").tobytes() == result.image.tobytes()


def test_an_open_file_takes_an_opaque_result_as_jpg_with_its_recipe(folder: Path) -> None:
    result = brushwork.stylize("content.png", "style.png", **FAST)
    file = io.BytesIO()
    assert result.save(file, extension=".jpg") is None
    with PIL.Image.open(file) as saved:
        assert saved.format == "JPEG" and saved.size == (48, 36)
        assert np.abs(np.asarray(saved) / 255 - result.array()).mean() < 0.02
    Path("made.jpg").write_bytes(file.getvalue())
    assert brushwork.read_recipe("made.jpg") == result.recipe


@pytest.mark.parametrize(
    "given", [{"a": 1}, b"bytes", None, 3, [1, 2], (name for name in ("a", "b"))]
)
def test_what_is_no_image_is_told_what_is_taken(given: object) -> None:
    with pytest.raises(brushwork.BrushworkError, match=r"(?i)path.*built-in.*PIL.*array.*tensor"):
        brushwork.iter_stylize("cat", "ejiri", mask=given if given is not None else {})
    if given is not None:
        with pytest.raises(brushwork.BrushworkError, match=r"(?i)path.*built-in.*PIL"):
            brushwork.iter_stylize(given, "ejiri")  # type: ignore[arg-type]
