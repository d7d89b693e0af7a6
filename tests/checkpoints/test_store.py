"""A run that is stopped at any moment goes on, and what cannot be trusted is refused."""

from __future__ import annotations

import functools
import itertools
import json
import shutil
from pathlib import Path

import filelock
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import brushwork
from brushwork import images
from brushwork.api import iter_resume, resume
from brushwork.checkpoints.cache import (
    list_unfinished,
    name_cache_folder,
    open_newest,
    remove_forgotten,
)
from brushwork.checkpoints.manifest import FILE, read_manifest
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import (
    CheckpointSaved,
    Event,
    Finished,
    Recovered,
    ScaleStarted,
    StepTaken,
)
from brushwork.errors import BrushworkError, CheckpointError, OptionError, OutputError, RecipeError
from brushwork.planning import pyramid

FAST = {"size": 48, "effort": 0.25}
#: Steps of a run in place of 75: enough to be stopped in the middle of it, and steered.
STEPS = 24


@pytest.fixture(autouse=True)
def few_steps(tiny_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: STEPS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    images.to_pil(images.read("cat").pixels).resize((200, 150)).save("photo.png")
    images.to_pil(images.read("ejiri").pixels).resize((200, 150)).save("painting.png")
    return tmp_path


def started(steps: int, keeping: Autosave | str, **options: object) -> None:
    """Begin a run and stop iterating after so many steps."""
    settings = {**FAST, **options}
    events = brushwork.iter_stylize("photo.png", "painting.png", checkpoint=keeping, **settings)
    taken = (event for event in events if isinstance(event, StepTaken))
    for _ in itertools.islice(taken, steps):
        pass


def stopped(folder: Path, steps: int = 5, **options: object) -> Path:
    """Give the folder of a run that was stopped."""
    started(steps, Autosave(folder / "kept", every=1e9), **options)
    return folder / "kept"


@functools.cache
def whole(**options: object) -> brushwork.Result:
    """Give what a run that is not stopped makes; the images of every test are the same."""
    return brushwork.stylize("photo.png", "painting.png", **{**FAST, **options})


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_stopped_run_goes_on_bit_for_bit(folder: Path, optimizer: str) -> None:
    expected = whole(optimizer=optimizer)
    kept = stopped(folder, 7, optimizer=optimizer)
    assert read_manifest(kept).position is not None
    painting = resume(kept)
    assert painting.image.tobytes() == expected.image.tobytes()
    assert painting.losses == expected.losses and painting.notes == expected.notes
    assert painting.recipe is not None and expected.recipe is not None
    told = painting.recipe.model_copy(update={"seconds": expected.seconds})
    assert told == expected.recipe


@pytest.mark.parametrize("steps", [STEPS - 5, STEPS, STEPS + 1, STEPS + 16, STEPS + 30])
def test_a_run_goes_on_from_any_of_its_scales(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(pyramid, "COARSEST", 48)
    expected = whole(size=96)
    kept = stopped(folder, steps, size=96)
    position = read_manifest(kept).position
    assert position is not None
    done = [stage.scale.steps for stage in read_manifest(kept).plan.stages[: position.index - 1]]
    assert sum(done) + position.step == steps
    result = resume(kept)
    assert result.image.tobytes() == expected.image.tobytes()
    assert result.losses == expected.losses


def test_it_may_be_stopped_again_and_again(folder: Path) -> None:
    expected = whole()
    kept = stopped(folder, 2)
    for _ in range(4):
        taken = (event for event in iter_resume(kept) if isinstance(event, StepTaken))
        for _ in itertools.islice(taken, 3):
            pass
        del taken
    position = read_manifest(kept).position
    assert position is not None and position.step == 14
    assert resume(kept).image.tobytes() == expected.image.tobytes()


def test_a_run_that_never_stepped_begins_anew(folder: Path) -> None:
    events = brushwork.iter_stylize("photo.png", "painting.png", checkpoint="kept", **FAST)
    next(events)
    del events
    assert read_manifest(Path("kept")).position is None
    assert resume("kept").image.tobytes() == whole().image.tobytes()


def test_nothing_is_left_when_it_is_done(folder: Path) -> None:
    before = sorted(folder.iterdir())
    brushwork.stylize(
        "photo.png", "painting.png", checkpoint=Autosave(folder / "k", every=0), **FAST
    )
    assert sorted(folder.iterdir()) == before
    resume(stopped(folder))
    assert sorted(folder.iterdir()) == before


def test_what_is_not_ours_in_the_folder_stays(folder: Path) -> None:
    kept = stopped(folder)
    (kept / "mine.txt").write_text("mine")
    resume(kept)
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]


def test_every_step_can_be_saved_and_old_tensors_go(folder: Path) -> None:
    events = brushwork.iter_stylize(
        "photo.png", "painting.png", checkpoint=Autosave(folder / "kept", every=0), **FAST
    )
    for event in events:
        if isinstance(event, CheckpointSaved) and read_manifest(event.folder).position is not None:
            run = read_manifest(event.folder)
            assert run.position is not None
            names = {entry.file for entry in run.position.tensors.values()}
            assert {path.name for path in event.folder.glob("*.safetensors")} == names


def test_what_a_killed_process_left_half_written_goes(folder: Path) -> None:
    kept = stopped(folder)
    (kept / ".brushwork-0123456789abcdef.tmp").write_bytes(b"half")
    resume(kept)
    assert not kept.exists()


def test_pairs_are_written_once(folder: Path) -> None:
    kept = stopped(folder, 6)
    before = {path.name for path in kept.glob("*.safetensors")}
    taken = (event for event in iter_resume(kept) if isinstance(event, StepTaken))
    next(taken)
    del taken
    after = {path.name for path in kept.glob("*.safetensors")}
    assert len(before & after) == len(before) - 4  # image, gradient, and the two products
    assert len(after - before) == 6  # these, and one pair


@pytest.mark.parametrize("texture", [False, True])
def test_pictures_without_a_file_are_kept_too(folder: Path, texture: bool) -> None:
    with PIL.Image.open("photo.png") as photo, PIL.Image.open("painting.png") as painting:
        photo.load(), painting.load()

    def events(checkpoint: str | None) -> list[Event]:
        if texture:
            found = brushwork.iter_texture(painting, checkpoint=checkpoint, seamless=True, **FAST)
        else:
            found = brushwork.iter_stylize(photo, painting, checkpoint=checkpoint, **FAST)
        return list(found if checkpoint is None else itertools.islice(found, 6))

    *_, last = events(None)
    assert isinstance(last, Finished)
    events("kept")
    assert resume("kept").image.tobytes() == last.result.image.tobytes()


def test_names_are_looked_up_where_the_run_began(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = whole()
    kept = stopped(folder)
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    PIL.Image.new("RGB", (200, 150)).save("photo.png")
    assert resume(kept).image.tobytes() == expected.image.tobytes()


def test_an_input_that_has_changed_is_refused(folder: Path) -> None:
    kept = stopped(folder)
    PIL.Image.new("RGB", (200, 150)).save("photo.png")
    with pytest.raises(CheckpointError, match=r"photo\.png \(photo\) has changed"):
        resume(kept)
    (folder / "photo.png").unlink()
    with pytest.raises(RecipeError, match=r"'photo\.png', the photo"):
        resume(kept)


def test_a_run_is_painted_by_one_process_at_a_time(folder: Path) -> None:
    kept = stopped(folder)
    with filelock.FileLock(kept / "lock"), pytest.raises(CheckpointError, match="another process"):
        resume(kept)


def test_a_folder_in_use_is_not_taken(folder: Path) -> None:
    (folder / "full").mkdir()
    (folder / "full" / "letter.txt").write_text("mine")
    with pytest.raises(CheckpointError, match="not empty"):
        started(1, "full")
    with pytest.raises(CheckpointError, match="not empty"):
        started(1, str(stopped(folder)))
    (folder / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        started(1, "file")


def test_a_folder_without_a_checkpoint_is_refused(folder: Path) -> None:
    for name in (".", "missing"):
        with pytest.raises(CheckpointError, match="holds no checkpoint"):
            resume(name)


def tamper(kept: Path, how: str) -> None:
    """Spoil a checkpoint in one of the ways in which files are spoilt."""
    file, tensor = kept / FILE, next(kept.glob("*.safetensors"))
    sealed = json.loads(file.read_text())
    if how == "torn json":
        file.write_bytes(file.read_bytes()[:-100])
    if how == "edited json":
        file.write_text(file.read_text().replace('"strength": 0.5', '"strength": 0.6'))
    if how == "torn tensor":
        tensor.write_bytes(tensor.read_bytes()[:-100])
    if how == "edited tensor":
        content = bytearray(tensor.read_bytes())
        content[-1] ^= 1
        tensor.write_bytes(content)
    if how == "missing tensor":
        tensor.unlink()
    if how == "foreign json":
        file.write_text('{"epoch": 3}')
    if how == "no json":
        file.write_bytes(b"\x80\x02}q\x00.")
    if how == "a path out of the folder":
        entry = next(iter(sealed["body"]["position"]["tensors"].values()))
        entry["file"] = "../photo.png"
        reseal(file, sealed["body"])
    if how == "older":
        reseal(file, {**sealed["body"], "brushwork": "0.0.1"})


def reseal(file: Path, body: dict[str, object]) -> None:
    from brushwork.checkpoints.manifest import _hash_body

    file.write_text(json.dumps({"sha256": _hash_body(body), "body": body}))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("torn json", "cannot be used"),
        ("edited json", "not as it was written"),
        ("torn tensor", "not as it was written"),
        ("edited tensor", "not as it was written"),
        ("missing tensor", "No such file"),
        ("foreign json", "lacks 'body'"),
        ("no json", "cannot be used"),
        ("a path out of the folder", "should match pattern"),
        ("older", r"is of brushwork 0\.0\.1"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_a_reason(
    folder: Path, how: str, reason: str
) -> None:
    kept = stopped(folder)
    tamper(kept, how)
    before = sorted(path.name for path in kept.iterdir())
    with pytest.raises(CheckpointError, match=reason):
        resume(kept)
    assert sorted(path.name for path in kept.iterdir()) == before


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    kept = tmp_path_factory.mktemp("fuzz") / "kept"
    events = brushwork.iter_stylize("cat", "ejiri", size=48, effort=0.25, checkpoint=kept)
    for _ in itertools.islice(events, 6):
        pass
    del events
    return (kept / FILE).read_bytes()


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_spoilt_file_is_refused(tmp_path: Path, sealed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sealed) - 1))
    end = data.draw(st.integers(start, min(len(sealed), start + 400)))
    spoilt = sealed[:start] + data.draw(st.binary(max_size=40)) + sealed[end:]
    (tmp_path / FILE).write_bytes(spoilt)
    if spoilt == sealed:
        return
    try:
        run = read_manifest(tmp_path)
    except CheckpointError:
        return
    # Spaces between the parts of JSON, and nothing else, may differ.
    assert run.model_dump() == json.loads(json.dumps(run.model_dump())) or run.position is not None


def test_a_disk_that_is_full_does_not_cost_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("no space left.")

    expected = whole()
    events = brushwork.iter_stylize(
        "photo.png", "painting.png", checkpoint=Autosave(folder / "kept", every=0), **FAST
    )
    rescued = []
    for event in events:
        if isinstance(event, CheckpointSaved):
            monkeypatch.setattr(Checkpoint, "save", full)
        if isinstance(event, Recovered):
            rescued.append(event.note)
    assert rescued == ["the state of the run could not be kept: no space left."]
    assert isinstance(event, Finished)
    assert event.result.image.tobytes() == expected.image.tobytes()
    assert rescued[0] in event.result.notes


def test_a_save_that_fails_leaves_the_one_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = whole()
    kept = stopped(folder, 4)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("brushwork.checkpoints.store.save_file", full)
        taken = (event for event in iter_resume(kept) if isinstance(event, StepTaken))
        next(taken)
        del taken
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert resume(kept).image.tobytes() == expected.image.tobytes()


def test_long_runs_are_kept_in_the_cache_by_themselves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(2, Autosave())
    assert list_unfinished() == []
    monkeypatch.setattr("brushwork.engine.run.LONG_SECONDS", -1)
    expected = whole()
    started(2, Autosave())
    started(3, Autosave())
    assert len(list_unfinished()) == 2
    assert resume().image.tobytes() == expected.image.tobytes()
    assert len(list_unfinished()) == 1
    resume()
    with pytest.raises(CheckpointError, match="no unfinished run is kept"):
        open_newest()


def test_what_nobody_resumed_for_a_month_goes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    started(2, Autosave(name_cache_folder()))
    started(2, Autosave(name_cache_folder()))
    (old, _), (new, _) = list_unfinished()
    os.utime(old / FILE, (0, 0))
    killed = name_cache_folder()
    killed.mkdir()
    (killed / "lock").touch()
    os.utime(killed, (0, 0))
    remove_forgotten()
    assert [place for place, _ in list_unfinished()] == [new]
    assert not old.exists() and not killed.exists()


def test_a_run_is_steered_from_where_it_stands(folder: Path) -> None:
    kept = stopped(folder, 12)
    copy = folder / "copy"
    shutil.copytree(kept, copy)
    plain, steered = resume(kept), resume(copy, strength=0.05)
    assert steered.losses["content"] < 0.8 * plain.losses["content"]
    assert steered.options.strength == 0.05
    assert steered.recipe is not None
    assert steered.recipe.steered == ("at 48×36, after step 12: strength 0.05",)


def test_a_steered_run_that_is_stopped_keeps_its_course(folder: Path) -> None:
    kept = stopped(folder, 12)
    copy = folder / "copy"
    shutil.copytree(kept, copy)
    steered = resume(kept, styles=[("painting.png", 1), ("great-wave", 3)])
    events = iter_resume(copy, styles=[("painting.png", 1), ("great-wave", 3)])
    next(events)
    events.close()
    again = resume(copy)
    assert again.image.tobytes() == steered.image.tobytes()
    assert again.recipe is not None
    assert "paintings painting.png" in again.recipe.steered[0]


def test_a_steered_run_that_is_stopped_later_keeps_its_course(folder: Path) -> None:
    kept = stopped(folder, 12)
    copy = folder / "copy"
    shutil.copytree(kept, copy)
    steered = resume(kept, strength=0.05)
    events = iter_resume(copy, strength=0.05)
    taken = (event for event in events if isinstance(event, StepTaken))
    for _ in itertools.islice(taken, 8):
        pass
    del taken
    events.close()
    assert resume(copy).image.tobytes() == steered.image.tobytes()


@pytest.mark.parametrize("steps", [5, 30, 48])
def test_a_run_may_be_steered_to_layers_that_the_small_network_does_not_know(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(pyramid, "COARSEST", 48)
    kept = stopped(folder, steps, size=96)
    events = list(iter_resume(kept, style_layers=("conv1_1", "conv2_2")))
    started = [event for event in events if isinstance(event, ScaleStarted)]
    assert {event.network for event in started} == {"large"}
    assert [event.width for event in started] == ([96] if steps > 40 else [48, 96])
    assert isinstance(events[-1], Finished)


def test_what_decides_the_scales_cannot_be_steered(folder: Path) -> None:
    kept = stopped(folder)
    with pytest.raises(OptionError, match="size cannot be changed"):
        resume(kept, size=128)
    with pytest.raises(BrushworkError):
        resume(kept, strength=7)
    resume(kept)
