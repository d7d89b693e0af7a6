"""Requests that nobody would think of, made from the studio's own description of its API.

Whatever comes, the answer is one that the description promises: its status, its kind, its shape;
never a failure of the server's own, and each refusal in one shape.
"""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings, strategies

schemathesis = pytest.importorskip("schemathesis", reason="it makes the requests")

from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from brushwork.studio.app import create_app  # noqa: E402 - only where it is
from brushwork.studio.clip_reader import answer  # noqa: E402
from brushwork.studio.reader_process import ReaderProcess  # noqa: E402
from brushwork.studio.schemas import JobSettings, Result  # noqa: E402
from brushwork.studio.server import LOCAL  # noqa: E402
from brushwork.studio.services import Services  # noqa: E402
from brushwork.studio.store import ClipRow, new_identity  # noqa: E402
from tests.studio.conftest import TINY, make_image  # noqa: E402
from tests.studio.test_api import upload  # noqa: E402

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HOME, HEADERS = "http://127.0.0.1:7860", {"host": "127.0.0.1:7860"}
#: Requests for each route; the same at each run.
EXAMPLES = 8


@pytest.fixture
def operations(studio: Services, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give every route as something that makes requests; clips are read without a process."""
    monkeypatch.setattr(ReaderProcess, "start", lambda _: None)
    monkeypatch.setattr(ReaderProcess, "ask", lambda _, request: answer(request))
    description = schemathesis.openapi.from_asgi(
        "/openapi.json", create_app(studio, LOCAL), headers=HEADERS
    )
    found = [one.ok() for one in description.get_all_operations()]
    return [one for one in found if not one.path.endswith("/events")]  # they never end


def make_things(client: TestClient, studio: Services) -> dict[str, str]:
    """Give an identity of each kind that is there, by how its routes begin."""
    mask = upload(client, make_image(), "mask.png", "mask").json()["id"]
    result = Result(
        id=new_identity(),
        name="A result",
        width=60,
        height=40,
        created=0.0,
        seconds=1.0,
        losses={},
        settings=JobSettings.model_validate(TINY),
        notes=[],
        job=None,
    )
    studio.store.results.add(result, None, None)
    for file in (
        studio.gallery.get_file(result.id),
        studio.gallery.get_thumbnail_file(result.id),
    ):
        file.write_bytes(make_image())
    asked = {
        "jobs": TINY,
        "drafts": TINY,
        "subjects": {"image": "cat"},
        "grids": {"settings": TINY, "axes": [{"option": "seed", "values": [1, 2]}]},
    }
    made = {kind: client.post(f"/api/v1/{kind}", json=body) for kind, body in asked.items()}
    found = {kind: answer.json()["id"] for kind, answer in made.items()}
    clip = ClipRow(
        **{"id": new_identity(), "name": "A clip", "sha256": new_identity(), "notes": []},
        **{"width": 48, "height": 48, "rate": 10.0, "seconds": 0.1, "frames": 1, "sound": False},
        **{"shots": [{"start": 0, "end": 0.1}], "stills": [{"seconds": 0, "shot": 0}]},
        **{"created": 0.0, "used": 0.0},
    )
    studio.store.clips.add(clip)
    studio.clips.get_file(clip.id).parent.mkdir()
    studio.clips.get_still_file(clip.id, 0).write_bytes(make_image(encoding="JPEG"))
    return {**found, "images": mask, "results": result.id, "clips": clip.id}


def test_every_answer_is_as_described(
    operations: list[Any], client: TestClient, studio: Services
) -> None:
    assert len(operations) > 40
    for operation in operations:
        kind = operation.path.split("/")[3]
        fuzz(operation, make_things(client, studio).get(kind))


def fuzz(operation: Any, identity: str | None) -> None:
    """Ask one route, half of the times about something that is there."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), exists=strategies.booleans())
    def ask(case: Any, exists: bool) -> None:
        if exists and "identity" in (case.path_parameters or {}):
            case.path_parameters["identity"] = identity
        case.call_and_validate(base_url=HOME, headers=HEADERS, checks=CHECKS)

    ask()
