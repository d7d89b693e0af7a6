"""Three lines of Python, with the real weights at the smallest sizes."""

from __future__ import annotations

from dataclasses import replace

import PIL.Image
import pytest
import torch

import brushwork
from brushwork import assets
from brushwork.engine import run as runs
from brushwork.errors import DeviceError, ImageError, OptionError
from brushwork.features import device as equipment
from brushwork.options import Options

SMALL = {"size": 64, "effort": 0.25}


@pytest.fixture(scope="module")
def painting():
    return brushwork.stylize("cat", "great-wave", **SMALL)


def test_the_real_network_paints_a_picture(painting):
    assert painting.image.mode == "RGB"
    assert painting.image.size == (64, 48)
    assert painting.seconds > 0
    assert painting.options == Options(**SMALL)
    assert painting.notes == ()


def test_the_real_run_comes_much_closer_to_the_painting_and_stays_near_the_photo(painting):
    first = next(
        event
        for event in brushwork.iter_stylize("cat", "great-wave", **SMALL)
        if isinstance(event, brushwork.StepTaken)
    )
    assert painting.losses["style"] < 0.1 * first.losses["style"]
    assert painting.losses["content"] < 1
    assert painting.losses["total"] == pytest.approx(
        painting.losses["style"] + painting.options.content_weight * painting.losses["content"]
    )


def test_save_writes_and_does_not_overwrite(painting, tmp_path):
    path = painting.save(tmp_path / "out.png")
    with PIL.Image.open(path) as saved:
        assert saved.tobytes() == painting.image.tobytes()
    with pytest.raises(brushwork.OutputError, match="overwrite=True"):
        painting.save(path)
    painting.save(path, overwrite=True)


def test_pictures_come_as_paths_names_and_images(tiny_network):
    photo = assets.find("cat").path
    with PIL.Image.open(photo) as image:
        pictures = [
            brushwork.stylize(source, "great-wave", **SMALL).image.tobytes()
            for source in ("cat", str(photo), photo, image)
        ]
    assert len(set(pictures)) == 1


def test_options_come_as_a_model_and_by_name(tiny_network):
    options = Options(size=64, effort=0.25, strength=0.2)
    model = brushwork.stylize("cat", "great-wave", options)
    names = brushwork.stylize("cat", "great-wave", options, strength=0.9)
    assert model.options == options
    assert names.options == Options(size=64, effort=0.25, strength=0.9)
    assert model.losses["content"] < names.losses["content"]


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_weights_must_be_above_zero(weight):
    with pytest.raises(OptionError, match="weight was given as"):
        brushwork.iter_stylize("cat", [("ejiri", weight)])


def test_bad_requests_are_refused_before_the_first_event():
    with pytest.raises(OptionError, match="no painting"):
        brushwork.iter_stylize("cat", [])
    with pytest.raises(OptionError, match="there is no option 'sise'"):
        brushwork.iter_stylize("cat", "ejiri", sise=3)
    with pytest.raises(ImageError, match="crop it"):
        brushwork.iter_stylize("cat", "ejiri", init="astronaut")


def test_devices(monkeypatch):
    def present(*names):
        monkeypatch.setattr("torch.cuda.is_available", lambda: "cuda" in names)
        monkeypatch.setattr("torch.backends.mps.is_available", lambda: "mps" in names)

    present("cuda", "mps")
    assert equipment.pick_device("auto") == torch.device("cuda")
    assert equipment.pick_device("mps") == torch.device("mps")
    present("mps")
    assert equipment.pick_device("auto") == torch.device("mps")
    present()
    assert equipment.pick_device("auto") == torch.device("cpu")
    with pytest.raises(
        DeviceError, match=r"'cuda' is not available here; use auto, or one of: cpu"
    ):
        equipment.pick_device("cuda")


def test_notes_of_the_pictures_reach_the_painting(tiny_network, tmp_path):
    frames = [PIL.Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    painting = brushwork.stylize(tmp_path / "moving.gif", "ejiri", **SMALL)
    assert painting.notes == ("moving: animated: the first of 2 frames is used",)


def test_public_names_are_there_and_are_loaded_late():
    for name in brushwork.__all__:
        assert getattr(brushwork, name) is not None
    assert set(brushwork.__all__) <= set(dir(brushwork))
    with pytest.raises(AttributeError, match="no attribute 'styleize'"):
        brushwork.styleize  # noqa: B018


def test_a_plan_tells_what_a_run_would_take_without_painting(tiny_network):
    plan = brushwork.plan("cat", "great-wave", size=128, effort=0.25)
    stages = [(s.network, s.scale.width, s.scale.height) for s in plan.stages]
    assert stages == [("small", 128, 96), ("large", 128, 96)]
    assert 1e8 < plan.memory < plan.budget
    assert 0 < plan.seconds < 600


def test_a_long_run_is_timed_before_it_begins(monkeypatch):
    monkeypatch.setattr(runs, "add_seconds", lambda plan, *_: replace(plan, seconds=12.5))
    short = next(brushwork.iter_stylize("cat", "great-wave", size=256))
    assert short.plan.seconds is None
    long = next(brushwork.iter_stylize("cat", "great-wave", size=1024))
    assert long.plan.seconds == 12.5


@pytest.mark.parametrize("pays", [True, False])
def test_bfloat16_is_taken_where_a_cpu_gains_by_it(monkeypatch, pays):
    monkeypatch.setenv("BRUSHWORK_KERNELS", "")
    monkeypatch.setattr(equipment, "is_bfloat16_faster", lambda: pays)
    monkeypatch.setattr(equipment, "has_bfloat16", lambda: not pays)
    both, small = ("small", "large"), ("small",)
    usual, draft = ("bfloat16", "float32") if pays else ("float32", "bfloat16")
    assert equipment.pick_precision("auto", torch.device("cpu"), both) == usual
    assert equipment.pick_precision("auto", torch.device("cpu"), small) == draft
    assert equipment.pick_precision("auto", torch.device("cuda"), both) == "float32"
    assert equipment.pick_precision("float32", torch.device("cpu"), small) == "float32"
    monkeypatch.setenv("BRUSHWORK_KERNELS", "plain")
    assert equipment.pick_precision("auto", torch.device("cpu"), small) == "float32"
    built = runs.build_networks(Options(precision="bfloat16"), torch.device("cpu"))
    assert {one.precision for one in built.values()} == {"bfloat16"}


@pytest.mark.slow
@pytest.mark.parametrize("kernels", ["", "plain"])
def test_both_precisions_paint_the_same_picture(monkeypatch, kernels):
    monkeypatch.setenv("BRUSHWORK_KERNELS", kernels)
    # Few, because processors that are not made for bfloat16 compute it very slowly.
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 3)
    for name in ("FEWEST_STEPS", "LEAST_LAST_STEPS"):
        monkeypatch.setattr(f"brushwork.planning.networks.{name}", 3)
    losses = [
        brushwork.stylize("cat", "great-wave", size=48, precision=precision).losses["total"]
        for precision in ("float32", "bfloat16")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=0.1)
