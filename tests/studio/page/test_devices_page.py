"""Where there are several devices, the queue says what each job is painted on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.studio.conftest import TINY, Running
from tests.studio.page.conftest import FAST, PAINTED


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("devices") / "studio"
    running = Running(folder, "--device", "cpu", "--device", "cpu")
    yield running
    running.stop()


def test_the_queue_tells_what_each_job_is_painted_on(opened, studio: Running) -> None:
    long = {**TINY, "options": {"size": 512, "effort": 4}}
    jobs = [
        studio.client.post("/api/v1/jobs", json={**long, "styles": [{"image": style}]}).json()["id"]
        for style in ("great-wave", "ejiri", "summertime")
    ]
    page = opened(FAST)
    page.click("[data-view=queue]")
    first, second, third = (page.locator(f"[data-job='{job}'] .small") for job in jobs)
    for painted in (first, second):
        expect(painted).to_contain_text("on cpu", timeout=PAINTED)
    # What waits is nobody's yet.
    expect(third).to_be_visible()
    expect(third).not_to_contain_text("on cpu")
    studio.client.post(f"/api/v1/jobs/{jobs[0]}/cancel")
    expect(third).to_contain_text("on cpu", timeout=PAINTED)
    # What is over still says where it was.
    expect(
        page.get_by_role("list", name="Done").locator(f"[data-job='{jobs[0]}'] .small")
    ).to_have_text(re.compile("on cpu ·"))
    for job in jobs[1:]:
        studio.client.post(f"/api/v1/jobs/{job}/cancel")
