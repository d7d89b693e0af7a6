"""``brushwork batch``: many pictures in one command."""

from __future__ import annotations

import json

SMALL = ["--size", "48", "--effort", "0.25", "--jobs", "1"]


def test_a_batch_is_painted_and_then_skipped(brushwork, folder):
    (folder / "list.csv").write_text("content,styles\nphoto.jpg,painting.jpg\ncat,nothing\n")
    command = ["batch", "--manifest", "list.csv", "-o", "new/out", "--type", "jpg", *SMALL]
    outcome = brushwork(*command)
    assert outcome.code == 1
    assert outcome.out.startswith("1 painted, 0 were there, 1 failed")
    assert "failed: cat: 'nothing' is neither a file nor a built-in picture" in outcome.err
    assert [path.name for path in (folder / "new/out").iterdir()] == ["photo-painting.jpg"]
    outcome = brushwork(*command, "--json")
    assert outcome.code == 1
    assert [json.loads(line)["event"] for line in outcome.out.splitlines()] == [
        "begun",
        "skipped",
        "begun",
        "failed",
    ]


def test_photos_and_styles_are_named_on_the_command_line(brushwork, folder):
    outcome = brushwork(
        "batch", "photo.jpg", "cat", "--style", "ejiri", "-o", "out", "--quiet", *SMALL
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert sorted(p.name for p in (folder / "out").iterdir()) == [
        "cat-ejiri.png",
        "photo-ejiri.png",
    ]


def test_a_reader_of_the_lines_that_goes_away_does_not_cost_the_pictures(process, folder):
    running = process("batch", "cat", "--style", "ejiri", "-o", "out", "--json", *SMALL)
    assert running.stdout.readline()
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == ""
    assert running.wait(timeout=480) == 0
    assert (folder / "out" / "cat-ejiri.png").is_file()


def test_what_makes_no_sense_exits_with_2(brushwork, folder):
    for arguments, complaint in [
        (["photo.jpg", "-o", "out"], "no painting was given"),
        (["photo.jpg", "--style", "ejiri", "-o", "photo.jpg"], "cannot be made"),
        (["photo.jpg", "--style", "ejiri", "-o", "-"], "a batch makes several pictures"),
        (["photo.jpg", "--manifest", "list.csv", "-o", "out"], "leave photos and --style out"),
    ]:
        outcome = brushwork("batch", *arguments)
        assert outcome.code == 2
        assert complaint in outcome.err


def test_pictures_that_are_not_read_are_named_at_the_end(brushwork, folder):
    photos = folder / "photos"
    photos.mkdir()
    (folder / "photo.jpg").rename(photos / "a.JFIF")
    for name in ("b.CR2", "c.psd", "notes.txt", ".hidden.psd"):
        (photos / name).write_bytes(b"something")
    command = ["batch", "photos", "--style", "ejiri", "-o", "out", *SMALL]
    outcome = brushwork(*command)
    assert outcome.code == 0
    assert outcome.err.splitlines()[-2:] == [
        "left out: photos/b.CR2: a raw photo, which a folder is not searched for; name it to have "
        "it painted.",
        "left out: photos/c.psd: a picture by its name, in a format that is not read; save it as "
        "PNG or JPEG.",
    ]
    assert outcome.out.startswith("1 painted, 0 were there, 0 failed, ")
    assert outcome.out.endswith(", 2 left out\n")
    lines = [json.loads(line) for line in brushwork(*command, "--json").out.splitlines()]
    left_out = [line["content"] for line in lines if line["event"] == "left_out"]
    assert left_out == ["photos/b.CR2", "photos/c.psd"]
    (photos / "a.JFIF").unlink()
    outcome = brushwork(*command)
    assert outcome.code == 2
    assert "photos/b.CR2, photos/c.psd: a raw photo, which a folder is not searched" in outcome.err
