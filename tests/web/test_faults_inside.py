"""What goes wrong inside: a page for whoever asked, a kind and a place in the log, and no value anywhere."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.web.portal import ServerLog
from overt.web.portal._desk import Desk
from overt.web.portal._server import log_lines
from tests.waiting import until
from tests.web.attacker import answer, connect, head
from tests.web.conftest import NOW, Site, csrf
from tests.web.pages import markup_shown
from tests.web.test_server import alpha, running  # noqa: F401  fixtures

FOLLOWED = f"/ask/follow?reference=Q{'2' * 27}"
HELD = "grounds: a secret value"
JSON = {"accept": "application/json"}


def fail(*_: object) -> None:
    raise RuntimeError(HELD)


@pytest.fixture
def broken(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A portal that cannot read its register, for a reason that nobody thought of."""
    site._first._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    monkeypatch.setattr(Desk, "reading", fail)
    return site


def test_a_fault_of_ours_is_a_page(broken: Site) -> None:
    """With a heading and a way on, in the portal's own frame; a program gets a problem."""
    client = broken.client()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    told = client.get(FOLLOWED)
    assert told.status_code == 500
    assert told.headers["content-type"].startswith("text/html")
    assert "<h1" in told.text
    assert "portal-top" in told.text
    assert "Sorry, there is a problem with this service" in told.text
    assert markup_shown(told.text) == []
    assert told.headers["content-security-policy"]
    problem = client.get(FOLLOWED, headers=JSON)
    assert problem.headers["content-type"] == "application/problem+json"
    assert HELD not in told.text + problem.text


def test_the_log_has_kind_and_place_and_no_words(broken: Site) -> None:
    """Enough to find the line; nothing of what stood in the record. The attempt is in the access log too."""
    client = broken.client()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    client.get(FOLLOWED)
    line = json.loads(broken.server_log.getvalue().splitlines()[-1])
    assert line["error"] == "RuntimeError"
    assert line["place"].startswith("overt.web.portal.public._asking.")
    assert HELD not in broken.server_log.getvalue()
    assert list(broken.app_journal().read())[-1].status == 500


def test_a_page_that_cannot_be_made_is_still_a_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the templates themselves fail, a page without them."""
    monkeypatch.setattr("overt.web.portal._visit.render", fail)
    client = site.client()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    for path, status in (("/nowhere", 500), ("/ask/follow", 500), ("/ask/follow?reference=" + "x" * 3_000, 414)):
        told = client.get(path)
        assert (told.status_code, "<h1>" in told.text) == (status, True), path
        assert HELD not in told.text


def test_what_is_turned_away_is_a_page(site: Site) -> None:
    """Each status has a heading and says what to do."""
    client, staff = site.client(), site.signed_in("P1001")
    form = {"content-type": "application/x-www-form-urlencoded"}
    told = {
        404: client.get("/nowhere"), 405: client.put("/ask"), 400: client.get("/", headers={"host": "evil.example"}),
        413: client.post("/ask", content=b"x" * 200_000, headers=form), 414: client.get("/?" + "x" * 3_000),
        415: client.post("/ask", content=b"<a/>", headers={"content-type": "text/xml"}), 403: staff.get("/oversight"),
    }  # fmt: skip
    for status, each in told.items():
        assert each.status_code == status
        assert "<h1" in each.text, status
        assert each.headers["content-type"].startswith("text/html"), status
        assert "evil" not in each.text
    too_many = [client.post("/verify/release", files={"release": b"x"}).status_code for _ in range(2)]
    assert set(too_many) <= {200, 422}
    assert staff.post("/sign-out", data={"csrf": csrf(staff)}).status_code == 303


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What libraries and threads log, as a portal's process writes it."""
    # A server of the tests in the same process may have told its library to be quiet.
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "level", logging.NOTSET)
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    root, in_thread = logging.getLogger(), threading.excepthook
    handlers, stream = root.handlers[:], io.StringIO()
    log_lines(ServerLog(lambda: NOW, stream))
    yield stream
    root.handlers[:], threading.excepthook = handlers, in_thread


def test_libraries_and_threads_log_no_words(lines: io.StringIO) -> None:
    """A traceback, a message with a value, a thread that fell over: one JSON object each, without them."""
    try:
        fail()
    except RuntimeError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved: %s", HELD)
    logging.getLogger("authlib").error(f"no such claim: {HELD}")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    thread = threading.Thread(target=fail, name="one")
    thread.start()
    thread.join()
    found = [json.loads(each) for each in lines.getvalue().splitlines()]
    assert [each["logger"] for each in found] == ["asyncio", "authlib", "uvicorn.error", "threading"]
    assert [each.get("error") for each in found] == ["RuntimeError", None, None, "RuntimeError"]
    assert found[2]["says"] == "Invalid HTTP request received."
    assert "secret" not in lines.getvalue()
    assert "Traceback" not in lines.getvalue()


def test_the_log_of_a_process_is_json_whatever_comes(running: tuple[Path, int, object]) -> None:  # noqa: F811
    """Requests that are none, and connections that end in the middle, leave no line that is not an object."""
    folder, port, _ = running
    for data in (b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00", head("POST", "/ask", "Content-Length: 50") + b"kind="):
        with connect(port) as connection:
            connection.sendall(data)
    with connect(port) as connection:
        connection.sendall(head("GET", "/health"))
        assert answer(connection).startswith(b"HTTP/1.1 200")
    log = folder / "server.log"
    until(lambda: "/health" in log.read_text(), "the line of the last request")
    shown = ("http://", "P1001", "P9001", "I7001", "Ctrl-C", "beginning")
    assert [each for each in log.read_text().splitlines() if each.strip() and not each.startswith("{")
            and not any(word in each for word in shown)] == []  # fmt: skip
