"""Studio in a real browser, started as people start it: with and without script, and as other sites see it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium
from tests.studio import files
from tests.studio.live import Live, alive, faults_of, running
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """One Chromium for all of these tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Studio over the invented small list; the last test stops it."""
    folder = tmp_path_factory.mktemp("live")
    files.small(folder)
    with running(folder, "small.csv") as started:
        yield started


@pytest.fixture(scope="module")
def session(live: Live, chrome: Any) -> Any:
    """The cookie of the person who followed the link, which works once."""
    context = chrome.new_context()
    page = context.new_page()
    page.goto(live.link)
    assert page.url == f"{live.address}/"
    page.goto(live.link)
    assert "This link has been used" in page.locator("body").inner_text()
    kept = context.storage_state()
    context.close()
    return kept


def test_pages_are_usable_by_everybody(live: Live, chrome: Any, session: Any) -> None:
    """Light, dark, 360 px: axe finds nothing on any page, with the script running."""
    context = chrome.new_context(storage_state=session, bypass_csp=True, viewport={"width": 1100, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(live.address)
    faults = {"projects": faults_of(page)}
    page.click("button:has-text('Start project')")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    faults["fault"] = faults_of(page)
    page.goto(f"{live.address}/")
    page.click("a:has-text('small')")
    faults["steps"] = faults_of(page)
    page.click("nav a:has-text('History')")
    faults["history"] = faults_of(page)
    page.click("nav a:has-text('Stop')")
    faults["stop"] = faults_of(page)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}
    assert errors == []


def test_other_sites_reach_nothing(live: Live, chrome: Any, session: Any) -> None:
    """A page on another port posts a form, fetches, frames and links, in the browser that has the session."""
    page_of_attacker = f"""<!DOCTYPE html><title>other</title>
    <form method="post" action="{live.address}/new"><input name="title" value="x"><input name="folder" value="made">
    <button>go</button></form><a id="l" href="{live.address}/">link</a><img src="{live.address}/static/icon.svg" id="i">
    <iframe src="{live.address}/"></iframe>"""

    class Attacker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page_of_attacker.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Attacker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chrome.new_context(storage_state=session)
    try:
        page = context.new_page()
        page.goto(live.address)
        assert page.locator("h1").inner_text() == "Projects"
        for host in ("127.0.0.1", "localhost"):
            elsewhere = f"http://{host}:{server.server_port}/"
            page.goto(elsewhere)
            assert page.evaluate("document.getElementById('i').naturalWidth") == 0
            assert page.evaluate(f"fetch('{live.address}/', {{credentials: 'include'}}).then(() => 1, () => 0)") == 0
            assert "Start project" not in "".join(frame.content() for frame in page.frames)
            page.click("button")
            assert "Another site sent this request" in page.locator("body").inner_text()
            page.goto(elsewhere)
            page.click("#l")
            assert "Another site sent this request" in page.locator("body").inner_text()
        page.goto(f"{live.address.replace('127.0.0.1', 'localhost')}/")
        assert "Studio answers only at the address" in page.locator("body").inner_text()
        page.goto(f"{live.address}/")
        assert page.locator("h1").inner_text() == "Projects"
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def test_everything_works_without_script_and_stop_ends_all_processes(live: Live, chrome: Any, session: Any) -> None:
    """Under the strict policy, by keyboard."""
    context = chrome.new_context(storage_state=session, java_script_enabled=False)
    page = context.new_page()
    page.goto(live.address)
    page.fill("#title", "Second project")
    page.press("#title", "Enter")
    assert page.locator("h1").inner_text() == "Second project"
    page.goto(f"{live.address}/stop")
    children = live.children()
    page.click("button:has-text('Stop Studio')")
    assert page.locator("h1").inner_text() == "Studio has stopped"
    context.close()
    assert live.process.wait(60) == 0
    assert not any(map(alive, children))


def test_killed_at_any_time_the_project_opens_where_it_was(tmp_path: Path) -> None:
    """`kill -9` of Studio ends its engine too, and frees the project."""
    files.small(tmp_path)
    with running(tmp_path, "small.csv") as first:
        entries = sorted((tmp_path / "small-studio" / "history").glob("*.json"))
        children = first.children()
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        until(lambda: not any(map(alive, children)), "the end of every process")
    with running(tmp_path, "small.csv"):
        assert sorted((tmp_path / "small-studio" / "history").glob("*.json")) == entries
