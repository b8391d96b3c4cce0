"""Files that come with a form: written straight into the project, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from overt.web._answers import Sent
from overt.web._forms import FormField
from overt.web.studio import EngineSettings, Studio, studio_app
from overt.web.studio import _uploads as uploads
from overt.web.studio._action import StudioAction, StudioAsk
from overt.web.studio.pages import ACTIONS, STEPS
from tests.studio.conftest import ADDRESS, PORT, Browser, client_of, link_path

BOUNDARY = "edge"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass
class Desk:
    """A Studio with a form for files, and what its function saw."""

    studio: Studio
    browser: Browser
    path: str
    folder: Path
    seen: list[tuple[str, int, str]] = field(default_factory=list)

    def send(self, body: bytes, kind: str = KIND) -> Any:
        return self.browser.client.post(self.path, content=body, headers={"origin": ADDRESS, "content-type": kind})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    seen: list[tuple[str, int, str]] = []

    def take(ask: StudioAsk) -> Sent:
        for upload in ask.uploads:
            seen.append((upload.name, upload.size, upload.sha256))
            if upload.name != "unwanted.csv":
                upload.keep(ask.project.source_folder)
        return Sent(ask.home)

    action = StudioAction("/p/{project}/try", take, "POST", (FormField("place", "Place", optional=True),), uploads=True)
    studio = Studio(PORT, tmp_path, (*ACTIONS, action), STEPS, engine=EngineSettings(tmp_path))
    project = studio.create(tmp_path / "one", "Invented")
    client = client_of(studio)
    client.get(link_path(studio))
    yield Desk(studio, Browser(studio, client), f"/p/{project.ident}/try", project.folder / "source", seen)
    studio.close()


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    filename = f'; filename="{file}"' if file is not None else ""
    return (
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"{filename}\r\n\r\n'.encode() + content + b"\r\n"
    )


def form(desk: Desk, *parts: bytes, csrf: bool = True) -> bytes:
    token = part("csrf", desk.studio.keys.form.encode()) if csrf else b""
    return token + part("at", b"1") + b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def test_files_are_kept_unchanged_under_the_last_part_of_their_name(desk: Desk) -> None:
    """With their digest; one that the page does not keep is removed."""
    content = bytes(range(256)) * 1_000 + b"--edge"
    sent = form(desk, part("files", content, "../../list.csv"), part("files", b"a", "unwanted.csv"))
    assert desk.send(sent).status_code == 303
    assert desk.seen == [
        ("list.csv", len(content), sha256(content).hexdigest()),
        ("unwanted.csv", 1, sha256(b"a").hexdigest()),
    ]
    assert [path.name for path in desk.folder.iterdir()] == ["list.csv"]
    assert (desk.folder / "list.csv").read_bytes() == content
    assert oct((desk.folder / "list.csv").stat().st_mode & 0o777) == "0o600"
    again = desk.send(form(desk, part("files", b"b", "list.csv")))
    assert again.status_code == 422
    assert "upload-name-taken" in again.text
    assert (desk.folder / "list.csv").read_bytes() == content


def test_a_form_without_a_file_is_a_form(desk: Desk) -> None:
    """A browser sends an empty part where nothing was chosen."""
    assert desk.send(form(desk, part("place", b"/data"), part("files", b"", ""))).status_code == 303
    assert desk.seen == []


@pytest.mark.parametrize("case", ["no token", "token behind", "cut off", "twice", "no edge", "unknown", "no name"])
def test_a_broken_form_leaves_nothing(case: str, desk: Desk) -> None:
    """Whatever was written of it is removed."""
    file = part("files", b"x" * 100_000, "list.csv")
    whole = form(desk, file)
    token = part("csrf", desk.studio.keys.form.encode())
    bodies = {
        "no token": form(desk, file, csrf=False),
        "token behind": form(desk, file, token, csrf=False),
        "cut off": whole[:-50],
        "twice": form(desk, part("place", b"a"), part("place", b"b"), file),
        "no edge": whole.replace(b"--edge", b"--other"),
        "unknown": form(desk, part("other", b"a"), file),
        "no name": form(desk, b"--edge\r\ncontent-disposition: form-data\r\n\r\nx\r\n", file),
    }
    assert desk.send(bodies[case]).status_code in (400, 403)
    assert list(desk.folder.iterdir()) == []
    assert desk.seen == []


def test_too_many_files_end_it(desk: Desk) -> None:
    """None of them is left."""
    many = form(desk, *(part("files", b"x", f"{number}.csv") for number in range(10_000)))
    assert desk.send(many).status_code == 413
    assert list(desk.folder.iterdir()) == []


def test_a_file_that_the_disk_cannot_hold_is_refused_before_it_comes(desk: Desk) -> None:
    """Three times its size must be free."""
    status, text = asyncio.run(_declare(desk, 10**15))
    assert status == 422
    assert "upload-no-room" in text
    assert list(desk.folder.iterdir()) == []


def test_a_file_that_never_comes_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three gigabytes declared, one byte sent."""
    monkeypatch.setattr(uploads, "_IDLE_SECONDS", 0.05)
    monkeypatch.setattr(uploads, "check_room", lambda folder, size: None)
    status, _ = asyncio.run(_declare(desk, 3 * 10**9))
    assert status == 408
    assert list(desk.folder.iterdir()) == []


async def _declare(desk: Desk, length: int) -> tuple[int, str]:
    """The answer to a form that says how long it will be, and begins."""
    keys = desk.studio.keys
    scope = {
        "type": "http", "method": "POST", "path": desk.path, "raw_path": desk.path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", PORT),
        "headers": [
            (b"host", f"127.0.0.1:{PORT}".encode()), (b"origin", ADDRESS.encode()), (b"content-type", KIND.encode()),
            (b"content-length", str(length).encode()), (b"cookie", f"{keys.cookie}={keys.session}".encode()),
        ],
    }  # fmt: skip
    begun = [{"type": "http.request", "body": form(desk, part("files", b"x", "list.csv"))[:-20], "more_body": True}]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if begun:
            return begun.pop()
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await studio_app(desk.studio)(scope, receive, send)
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent).decode()
