"""Attacks on Studio, by what anybody can send to a port of this computer. Nothing of them reaches a page."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overt.refusals import Refusal
from overt.web.studio import Studio, studio_app
from overt.web.studio import _guard as guard
from overt.web.studio import _uploads as uploads
from overt.web.studio._project import Project
from tests.attempts import Count
from tests.studio.conftest import ADDRESS, NOW, PORT, Browser, client_of, link_path

PAGES = ("/", "/stop", "/static/icon.svg", "/static/licences.txt", "/p/00000000/", "/nowhere")


def refused(answer: Any, status: int) -> bool:
    """Whether it was refused with one plain sentence and no page."""
    plain = answer.headers["content-type"] == "text/plain; charset=utf-8" and answer.text.count("\n") == 1
    return answer.status_code == status and plain and "csrf" not in answer.text and "<" not in answer.text


@pytest.mark.parametrize(
    "host",
    [
        f"localhost:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"127.0.0.1.example:{PORT}",
        f"rebound.example:{PORT}",
        f"127.0.0.2:{PORT}", f"[::1]:{PORT}", f"2130706433:{PORT}", f"127.1:{PORT}", "", f"127.0.0.1:{PORT}.",
        f"127.0.0.1:0{PORT}",
    ],
)  # fmt: skip
def test_another_host_is_refused(host: str, browser: Browser, studio: Studio, attempts: Count) -> None:
    """A name that was bound to this computer by another site is not ours, whatever cookie it brings."""
    for path in (*PAGES, link_path(studio)):
        assert refused(browser.get(path, host=host), 421)
    attempts("requests with another host", len(PAGES) + 1)


def test_another_computer_is_refused(studio: Studio) -> None:
    """By its address, before anything else is looked at."""
    from starlette.testclient import TestClient

    for peer in ("192.0.2.7", "127.0.0.2", "::1", "::ffff:127.0.0.1", "testclient"):
        client = TestClient(studio_app(studio), base_url=ADDRESS, client=(peer, 50_000), follow_redirects=False)
        assert refused(client.get(link_path(studio)), 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "none, same-origin", "NONE"])
def test_what_another_site_sent_is_refused(site: str, browser: Browser, studio: Studio) -> None:
    """Also with the session's cookie; and a link that was clicked on a page says what to do."""
    headers = {"sec-fetch-site": site}
    assert refused(browser.get("/", **headers), 403)
    clicked = client_of(studio).get(link_path(studio), headers=headers)
    assert refused(clicked, 403)
    assert "Paste the link into the address bar" in clicked.text
    assert "set-cookie" not in clicked.headers


def test_a_link_works_once(studio: Studio) -> None:
    """Used, wrong, empty or replaced, it gives no cookie."""
    path = link_path(studio)
    first = client_of(studio)
    assert first.get(path).status_code == 303
    for token in (path, "/open/", "/open/x", f"{path}x", "/open/" + "%00" * 20):
        again = client_of(studio).get(token)
        assert again.status_code in (403, 404)
        assert "set-cookie" not in again.headers
    assert "Press Enter in the window where Overt runs" in client_of(studio).get(path).text
    older = link_path(studio)
    newer = link_path(studio)
    assert client_of(studio).get(older).status_code == 403
    assert client_of(studio).get(newer).status_code == 303
    assert first.get("/").status_code == 200


def test_the_cookie_is_this_studios_alone(browser: Browser, studio: Studio) -> None:
    """Not another port's, not a part of it, not twice; and it is hidden from scripts and other sites."""
    cookie = client_of(studio).get(link_path(studio)).headers["set-cookie"]
    assert cookie.startswith(f"overt_studio_{PORT}=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=strict")
    value = studio.keys.session
    for bad in (
        "", f"overt_studio_{PORT + 1}={value}", f"overt_studio_{PORT}={value[:-1]}", f"overt_studio_{PORT}=",
        f"OVERT_STUDIO_{PORT}={value}",
    ):  # fmt: skip
        assert refused(client_of(studio).get("/", headers={"cookie": bad}), 403)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://localhost:8123", "http://127.0.0.1:8124", "https://127.0.0.1:8123", "http://evil.example"],
)
def test_a_form_from_elsewhere_changes_nothing(origin: str | None, browser: Browser, studio: Studio) -> None:
    """Even with the cookie and the form's token: a form has an origin, and it is ours."""
    headers = {"origin": origin} if origin is not None else {}
    sent = {"csrf": studio.keys.form, "title": "a", "folder": "made"}
    assert refused(browser.client.post("/new", data=sent, headers=headers), 403)
    assert not (studio.here / "made").exists()


def test_a_form_without_its_token_changes_nothing(browser: Browser, studio: Studio) -> None:
    """From our origin, but not from a page of ours."""
    for token in ("", "x", studio.keys.session):
        sent = {"csrf": token, "title": "a", "folder": "made"}
        assert refused(browser.client.post("/new", data=sent, headers={"origin": ADDRESS}), 403)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert browser.client.request(method, "/", headers={"origin": ADDRESS}).status_code == 405
    assert not (studio.here / "made").exists()


def test_no_answer_may_be_read_framed_or_kept_by_others(browser: Browser, project: Project, studio: Studio) -> None:
    """The headers of every page and refusal."""
    answers = [browser.get(path) for path in (*PAGES, f"/p/{project.ident}/", f"/p/{project.ident}/history")]
    answers += [client_of(studio).get("/"), browser.get("/", host="evil.example"), browser.post("/new")]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cache-control"] == "no-store" or "/static/" in str(answer.url)


def test_large_and_slow_bodies_end(browser: Browser, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing changed."""
    headers = {"origin": ADDRESS, "content-type": "application/x-www-form-urlencoded"}
    large = browser.client.post("/new", content=b"a=" + b"x" * (guard.MOST_BYTES + 1), headers=headers)
    assert refused(large, 413)
    assert refused(browser.get("/?q=" + "x" * 3_000), 414)
    monkeypatch.setattr(guard, "_BODY_SECONDS", 0.05)
    status = _slowly(studio, "/new", b"application/x-www-form-urlencoded", b"csrf=", 5)
    assert status == 408


def _slowly(studio: Studio, path: str, kind: bytes, begun: bytes, length: int) -> int:
    """The status for a body that begins and never ends."""
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", PORT),
        "headers": [
            (b"host", f"127.0.0.1:{PORT}".encode()), (b"origin", ADDRESS.encode()), (b"content-type", kind),
            (b"content-length", str(length).encode()),
            (b"cookie", f"{studio.keys.cookie}={studio.keys.session}".encode()),
        ],
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    pieces = [{"type": "http.request", "body": begun, "more_body": True}]

    async def receive() -> dict[str, Any]:
        if pieces:
            return pieces.pop()
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(studio_app(studio)(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize("name", ["studio.toml", "history", "source", "work", "lock", "mapping.sql", ""])
def test_a_project_of_links_is_refused(name: str, studio: Studio, tmp_path: Path) -> None:
    """Nothing is written where a link leads."""
    project = studio.create(tmp_path / "one", "Invented")
    project.work, project.source_folder  # noqa: B018  makes both folders
    folder = project.folder
    studio.close()
    target = tmp_path / "elsewhere"
    target.mkdir()
    path = folder / name if name else tmp_path / "linked"
    if name:
        if path.exists():
            path.rename(tmp_path / "moved")
            path.symlink_to(tmp_path / "moved")
        else:
            path.symlink_to(target / "made")
    else:
        path.symlink_to(folder)
    with pytest.raises(Refusal) as refusal:
        studio.open(path if not name else folder)
    assert refusal.value.code == "project-link"
    assert list(target.iterdir()) == []


def test_two_studios_do_not_share_a_project(make_studio: Callable[[], Studio], tmp_path: Path) -> None:
    """The second is told since when the first has it, and gets it when the first ends."""
    first, second = make_studio(), make_studio()
    folder = first.create(tmp_path / "one", "Invented").folder
    with pytest.raises(Refusal) as refusal:
        second.open(folder)
    assert refusal.value.code == "project-in-use"
    assert f"since {NOW.astimezone():%H:%M} (process {os.getpid()})" in refusal.value.found
    first.close()
    assert second.open(folder).settings.title == "Invented"


def test_a_crash_at_any_step_of_a_change_loses_nothing_that_counted(
    make_studio: Callable[[], Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempts: Count
) -> None:
    """Before its entry stands the change never was; after that it is there when the project is opened again."""
    from overt.web.studio import _history as history

    whole = history.write_whole

    class Killed(BaseException):
        """The process ends here."""

    for step in range(4):
        studio = make_studio()
        project = studio.create(tmp_path / f"project-{step}", "Before")
        writes = 0

        def dying(path: Path, data: bytes) -> None:
            nonlocal writes
            if writes == step:  # noqa: B023
                raise Killed
            writes += 1
            whole(path, data)

        monkeypatch.setattr(history, "write_whole", dying)
        try:
            project.set("Title", ["title"], seen=1, title="After")
        except Killed:
            assert step < 3
        monkeypatch.setattr(history, "write_whole", whole)
        studio.close()
        opened = make_studio().open(project.folder)
        # 0: its text, 1: its entry, 2: the file.
        assert opened.settings.title == ("Before" if step <= 1 else "After")
        assert [entry.number for entry in opened.history.entries] == list(range(1, opened.history.last + 1))
        assert (opened.folder / "studio.toml").read_text(encoding="utf-8") == opened.settings.write()
    attempts("crashes in a change", 4)


def test_a_file_edited_outside_is_an_entry_of_its_own(browser: Browser, project: Project) -> None:
    """And one that cannot be read is refused by name, before anything is done with it."""
    home = f"/p/{project.ident}/"
    (project.folder / "mapping.sql").write_text("-- by hand\n", encoding="utf-8")
    assert "Edited outside Studio" in browser.get(f"{home}history").text
    assert project.mapping == "-- by hand\n"
    (project.folder / "studio.toml").write_text("format = 1\n<b>", encoding="utf-8")
    answer = browser.get(home)
    assert answer.status_code == 422
    assert "project-damaged" in answer.text
    (project.folder / "studio.toml").write_text('format = 7\ntitle = "x"\n', encoding="utf-8")
    assert "project-format" in browser.get(home).text


def test_names_of_uploads_stay_in_the_folder(attempts: Count) -> None:
    """Only the last part of a name counts, printable, never hidden, of at most 200 characters."""
    names = {
        "../../etc/passwd": "passwd", "C:\\Users\\x\\gangs.xlsx": "gangs.xlsx", "..": "", ".": "", "": "", "a/": "",
        ".bashrc": "bashrc", "a\u202egnp.csv": "agnp.csv", "a\x00b.csv": "ab.csv",
        "x" * 300 + ".csv": "x" * 196 + ".csv",
        'a"b<c>|?.csv': "abc.csv", "caf\u0065\u0301.csv": "caf\u00e9.csv",
    }  # fmt: skip
    for given, kept in names.items():
        assert uploads.clean_name(given) == kept
    attempts("names of uploads", len(names))


def test_the_history_says_nothing_of_the_file_system(project: Project) -> None:
    """An entry has numbers, words and digests."""
    entry = json.loads((project.folder / "history" / "000001.json").read_text(encoding="utf-8"))
    assert entry["words"] == "Started the project"
    assert str(project.folder) not in json.dumps(entry)
