"""Many pictures: what is done is skipped, what fails is told, what was stopped goes on."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import PIL.Image
import pytest

import brushwork
from brushwork import api, batch, images
from brushwork.batch import (
    InProcess,
    Job,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
    SaveOptions,
    make_jobs,
    read_manifest,
)
from brushwork.errors import OptionError
from brushwork.options import Settings
from tests.batch.conftest import FAST

pytestmark = pytest.mark.usefixtures("tiny_network")


def names(jobs: list[Job]) -> list[str]:
    return [job.output.name for job in jobs]


def test_every_photo_by_every_style(folder: Path) -> None:
    jobs = make_jobs(
        ["photos", "astronaut"], ["ejiri", "great-wave:2+ejiri"], FAST, Path("out"), "png"
    )
    assert names(jobs) == [
        "a-ejiri.png",
        "a-great-wave-ejiri.png",
        "b-ejiri.png",
        "b-great-wave-ejiri.png",
        "astronaut-ejiri.png",
        "astronaut-great-wave-ejiri.png",
    ]
    assert jobs[1].styles == ("great-wave:2", "ejiri")


@pytest.mark.parametrize(
    ("photos", "styles", "complaint"),
    [
        (["photos"], [], "no painting"),
        (["out"], ["ejiri"], "holds the photos"),
        ([], ["ejiri"], "no photo"),
        (["photos/a.png", "photos"], ["ejiri"], "would both become"),
    ],
)
def test_batches_that_make_no_sense_are_refused(
    folder: Path, photos: list[str], styles: list[str], complaint: str
) -> None:
    with pytest.raises(OptionError, match=complaint):
        make_jobs(photos, styles, FAST, Path("out"), "png")


def test_it_paints_skips_and_goes_on_after_failures(folder: Path) -> None:
    (folder / "photos" / "broken.png").write_bytes(b"not a picture")
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = [event for event in batch.run_jobs(jobs) if not isinstance(event, JobProgressed)]
    kinds = [type(event) for event in events]
    assert kinds == [JobStarted, JobFinished, JobStarted, JobFinished, JobStarted, JobFailed]
    assert isinstance(events[-1], JobFailed) and "not a picture" in events[-1].reason
    alone = brushwork.stylize("photos/a.png", "ejiri", FAST)
    with PIL.Image.open("out/a-ejiri.png") as made:
        assert made.tobytes() == alone.image.tobytes()
    assert brushwork.read_recipe("out/a-ejiri.png").content == "photos/a.png"
    assert sorted(path.name for path in Path("out").iterdir()) == ["a-ejiri.png", "b-ejiri.png"]
    again = [
        event for event in batch.run_jobs(jobs) if not isinstance(event, JobStarted | JobProgressed)
    ]
    assert [type(event) for event in again] == [JobSkipped, JobSkipped, JobFailed]


def test_what_changed_is_neither_skipped_nor_replaced(folder: Path) -> None:
    jobs = make_jobs(["photos/a.png"], ["ejiri"], FAST, Path("out"), "png")
    list(batch.run_jobs(jobs))
    before = Path("out/a-ejiri.png").read_bytes()
    other = make_jobs(
        ["photos/a.png"], ["ejiri"], Settings.create(FAST, strength=0.9), Path("out"), "png"
    )
    *_, last = batch.run_jobs(other)
    assert isinstance(last, JobFailed) and "is another picture" in last.reason
    assert Path("out/a-ejiri.png").read_bytes() == before
    *_, last = batch.run_jobs(other, InProcess(SaveOptions(overwrite=True)))
    assert isinstance(last, JobFinished)
    assert brushwork.read_recipe("out/a-ejiri.png").options["strength"] == 0.9


def test_a_batch_that_was_stopped_goes_on_in_the_middle_of_a_picture(folder: Path) -> None:
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = batch.run_jobs(jobs)
    begun, *steps = itertools.islice(events, 11)
    assert isinstance(begun, JobStarted) and all(isinstance(step, JobProgressed) for step in steps)
    del events
    assert [path.name for path in Path("out").iterdir()] == [".a-ejiri.png.checkpoint"]
    first = next(event for event in batch.run_jobs(jobs) if isinstance(event, JobProgressed))
    last = steps[-1]
    assert isinstance(last, JobProgressed) and 0 < last.progress < first.progress < 1
    list(batch.run_jobs(jobs))
    assert sorted(path.name for path in Path("out").iterdir()) == ["a-ejiri.png", "b-ejiri.png"]
    alone = brushwork.stylize("photos/a.png", "ejiri", FAST)
    with PIL.Image.open("out/a-ejiri.png") as made:
        assert made.tobytes() == alone.image.tobytes()


def test_a_stopped_picture_of_another_recipe_begins_anew(folder: Path) -> None:
    jobs = make_jobs(["photos/a.png"], ["ejiri"], FAST, Path("out"), "png")
    for event in batch.run_jobs(jobs):
        if isinstance(event, JobProgressed):
            break
    other = make_jobs(
        ["photos/a.png"], ["ejiri"], Settings.create(FAST, seed=3), Path("out"), "png"
    )
    *_, last = batch.run_jobs(other)
    assert isinstance(last, JobFinished)
    assert brushwork.read_recipe("out/a-ejiri.png").options["seed"] == 3
    assert [path.name for path in Path("out").iterdir()] == ["a-ejiri.png"]


def test_paintings_are_read_and_networks_built_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, built = [], []
    read_image, build = images.read, api.build_networks
    monkeypatch.setattr(
        images, "read", lambda one, **how: read.append(one) or read_image(one, **how)
    )
    monkeypatch.setattr(api, "build_networks", lambda *a: built.append(a) or build(*a))
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    assert sum(isinstance(event, JobFinished) for event in batch.run_jobs(jobs)) == 2
    assert len(built) == 1 and read.count("ejiri") == 1


def test_memory_that_runs_out_costs_one_picture_and_not_the_batch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_image = images.read

    def run_out(source: object, **how: object) -> images.Image:
        if str(source).endswith("a.png"):
            raise MemoryError
        return read_image(source, **how)

    monkeypatch.setattr(images, "read", run_out)
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = list(batch.run_jobs(jobs))
    (failed,) = [event for event in events if isinstance(event, JobFailed)]
    assert "memory ran out" in failed.reason
    assert sum(isinstance(event, JobFinished) for event in events) == 1


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_manifest_says_what_to_paint(folder: Path, kind: str) -> None:
    manifest = folder / "photos" / f"list.{kind}"
    if kind == "csv":
        manifest.write_text(
            "content,styles,output,strength,style_layers\n"
            "a.png,ejiri:2+great-wave,one.jpg,0.7,\n"
            "b.JPG,great-wave,,,conv1_1+conv2_1\n"
        )
    else:
        rows = [
            {
                "content": "a.png",
                "styles": ["ejiri:2", "great-wave"],
                "output": "one.jpg",
                "options": {"strength": 0.7},
            },
            {"content": "b.JPG", "styles": "great-wave", "style_layers": ["conv1_1", "conv2_1"]},
        ]
        manifest.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    first, second = read_manifest(manifest, FAST, Path("out"), "png")
    assert first.output == Path("out/one.jpg")
    assert (Path(first.content), first.styles) == (
        folder / "photos/a.png",
        ("ejiri:2", "great-wave"),
    )
    assert first.settings == Settings.create(FAST, strength=0.7)
    assert second.output == Path("out/b-great-wave.png")
    assert second.settings.options.style_layers == ("conv1_1", "conv2_1")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"content": "cat"}', "line 1: content and styles must be given"),
        (
            '\n{"content": "cat", "styles": "ejiri", "strength": 7}',
            "line 2: strength was given as 7",
        ),
        ('{"content": "cat", "styles": "ejiri", "colour": "x"}', "there is no option 'colour'"),
        ("[1]", "line 1"),
        ("cat ejiri", "no JSON"),
        ("", "names no picture"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused(folder: Path, text: str, complaint: str) -> None:
    (folder / "list.jsonl").write_text(text)
    with pytest.raises(OptionError, match=complaint):
        read_manifest(folder / "list.jsonl", FAST, Path("out"), "png")
    with pytest.raises(OptionError, match="cannot be read"):
        read_manifest(folder / "missing.csv", FAST, Path("out"), "png")
