"""A Studio in this process, with an invented source. Everybody in it is invented."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from overt.web.studio import EngineSettings, Studio, studio_app
from overt.web.studio._project import Project
from overt.web.studio._remembered import Remembered
from overt.web.studio.pages import ACTIONS, STEPS

PORT = 8123
ADDRESS = f"http://127.0.0.1:{PORT}"
NOW = dt.datetime(2026, 6, 30, 14, 5, 12, tzinfo=dt.UTC)
# Whose names stand in columns of invented sources: no page may show them.
CANARIES = ("Zebedee", "Quagmire", "Philomena", "Thistlewood")


class Browser:
    """A browser that followed the link: `get`, and `post` of a form with what its page gave."""

    def __init__(self, studio: Studio, client: TestClient) -> None:
        self.studio = studio
        self.client = client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def post(self, path: str, *, at: int | None = None, files: object = None, **fields: str) -> httpx.Response:
        sent = {"csrf": self.studio.keys.form, **fields}
        if at is not None or path.startswith("/p/"):
            project = self.studio.projects.get(path.split("/")[2]) if path.startswith("/p/") else None
            sent["at"] = str(at if at is not None else project.history.last if project else 0)
        return self.client.post(path, data=sent, files=files, headers={"origin": ADDRESS})  # type: ignore[arg-type]


def canaries_in(text: str) -> list[str]:
    """The names that a text should not have."""
    return [name for name in CANARIES if name.casefold() in text.casefold()]


def asks_for_the_whole_page(browser: Browser, path: str, region: str) -> bool:
    """Whether a page that waits for a part of itself, as htmx does, is told to ask for all of it."""
    answer = browser.get(path, **{"hx-request": "true", "hx-target": f"div#{region}"})
    return answer.text == "" and answer.headers.get("hx-refresh") == "true"


def link_path(studio: Studio) -> str:
    """The path of a new link."""
    return studio.new_link().removeprefix(ADDRESS)


@pytest.fixture
def make_studio(tmp_path: Path) -> Iterator[Callable[[], Studio]]:
    """Makes a Studio; all end with the test."""
    studios: list[Studio] = []

    def make() -> Studio:
        engine = EngineSettings(tmp_path, memory="200MiB", threads=1)
        remembered = Remembered(tmp_path / "settings" / "studio.json")
        studios.append(Studio(PORT, tmp_path, ACTIONS, STEPS, engine=engine, remembered=remembered, now=lambda: NOW))
        return studios[-1]

    yield make
    for studio in studios:
        studio.close()


@pytest.fixture
def studio(make_studio: Callable[[], Studio]) -> Studio:
    return make_studio()


def _fail(error: BaseException) -> None:
    raise error


def client_of(studio: Studio) -> TestClient:
    """A browser that has not followed the link."""
    return TestClient(studio_app(studio, _fail), base_url=ADDRESS, follow_redirects=False, client=("127.0.0.1", 50_000))


@pytest.fixture
def browser(studio: Studio) -> Browser:
    """A browser that followed the link."""
    client = client_of(studio)
    answer = client.get(link_path(studio))
    assert answer.status_code == 303
    assert re.search(r"HttpOnly", answer.headers["set-cookie"])
    return Browser(studio, client)


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> Project:
    """An open project without a source."""
    return studio.create(tmp_path / "midshire", "Midshire list (invented)")
