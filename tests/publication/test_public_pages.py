"""What the public sees is made of what was released, and of nothing else in the register.

So a stranger who does the sums with releases has done them with every page, picture, sentence and answer. Shown by
taking away all that is recorded of people: each byte that anybody can ask for stays what it was.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import shutil
import sqlite3
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.publication import (
    QUESTIONS,
    folder_of_answer,
    new_answer,
    read_answer,
    read_document,
    reply_files,
    send,
    site_files,
    write_reply,
)
from overt.refusals import Refusal
from overt.register import Register
from overt.web.portal import PortalConfig, ServerLog, portal
from tests.attempts import Count
from tests.gate.conftest import open_register
from tests.publication.conftest import release
from tests.publication.test_everything_published import DAYS, admit, release_of
from tests.publication.test_noise import with_noise

KIND = "public pages, files and answers of a register, read again without its records"
HOST = "register.example"
LATER = DAYS[-1] + dt.timedelta(days=1)
# A form has a token of its own each time.
_TOKEN = re.compile(rb'name="token" value="[^"]*"')
_LINK = re.compile(r'(?:href|src)="(/[^"#?]*)')


SOME = ("people", "changes", "sex", "refusals", "is-listed")


def published_register(folder: Path, seed: int, *, noise: bool, releases: int, questions: Iterable[str]) -> None:
    """Releases on several days, and answers to questions."""
    draw, people = random.Random(seed), []
    with with_noise(folder) if noise else open_register(folder) as register:
        for time, moment in enumerate(DAYS[:releases]):
            people += admit(register, draw, time, 1 + len(people))
            release(register, moment) if noise else release_of(register, time)
        for name in questions:
            day = DAYS[releases - 1].date()
            answer = new_answer(register, [name], day, day, by="P1001", now=LATER)
            try:
                write_reply(register, answer, folder_of_answer(register, answer.number), LATER.date())
            except Refusal as refusal:
                # What a release was published without cannot be answered from it.
                assert refusal.code == "answer-left-out"
            else:
                send(register, answer.number, by="P1001", now=LATER)


def taken_out(folder: Path, copy: Path) -> Path:
    """The same register with nothing recorded in it."""
    shutil.copytree(folder, copy)
    with sqlite3.connect(copy / "register.sqlite") as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        emptied = [name for name in tables if name.endswith("_version") and name != "alembic_version"]
        for name in emptied:
            database.execute(f'delete from "{name}"')
    assert {"subject_version", "entry_version", "item_version", "disclosure_version"} <= {*emptied}
    for each in ("snapshots", "offices"):
        shutil.rmtree(copy / each, ignore_errors=True)
    return copy


def pages(folder: Path) -> dict[str, bytes]:
    """Everything that links lead to from the first page, as anybody gets it."""
    config = PortalConfig(hosts=(HOST,), synthetic=True, cache_seconds=0.0)
    app = portal(folder, config, lambda: LATER, log=ServerLog(lambda: LATER, io.StringIO()))
    found: dict[str, bytes] = {}
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        asked = deque(["/", "/figures", "/audit", "/answers", "/changes", "/verify", "/ask", "/health"])
        while asked and len(found) < 400:
            path = asked.popleft()
            if path in found or path.startswith(("/sign", "/static", "/api")):
                continue
            answer = client.get(path)
            found[path] = b"%d " % answer.status_code + _TOKEN.sub(b"", answer.content)
            base = path.rsplit("/", 1)[0]
            near = re.findall(r'href="([a-z][^":#?/]*(?:/[^":#?]*)?)"', answer.text)
            asked += [*_LINK.findall(answer.text), *(f"{base}/{each}" for each in near)]
    return found


def replies(folder: Path) -> dict[str, dict[str, bytes]]:
    """The files of each answer that was sent, made again."""
    with Register.open(folder) as register:
        answers = [read_answer(register, path.parent.name) for path in sorted(folder.glob("answers/*/answer.json"))]
        return {each.number: reply_files(register, each) for each in answers if each.sent_on}


def says_no_more(folder: Path, empty: Path) -> int:
    """How many pages and files there are, after each was the same without the records."""
    shown, then = pages(folder), pages(taken_out(folder, empty))
    assert [path for path in shown if shown[path] != then.get(path)] == []
    assert shown.keys() == then.keys()
    answers = replies(folder)
    assert answers == replies(empty)
    assert answers
    for path in sorted((folder / "releases").glob("*/site")):
        made = site_files(read_document((path / "release.json").read_bytes(), "release.json"))
        there = {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}
        assert made == there
    assert sum(page.startswith(b"200") for page in shown.values()) > 20
    return len(shown) + len(answers)


def test_public_pages_say_nothing_that_no_release_says(tmp_path: Path, attempts: Count) -> None:
    """Pages, pictures and files of the portal, replies, and the site of a release."""
    published_register(tmp_path / "alpha", 3, noise=False, releases=1, questions=SOME)
    attempts(KIND, says_no_more(tmp_path / "alpha", tmp_path / "empty"))


@pytest.mark.slow
@pytest.mark.parametrize("noise", [False, True])
@pytest.mark.parametrize("seed", [5, 6, 7])
def test_public_pages_of_more_releases_say_nothing_more(
    tmp_path: Path, noise: bool, seed: int, attempts: Count
) -> None:
    """After two releases, rounded and with noise, and an answer to every question that there is."""
    published_register(tmp_path / "alpha", seed, noise=noise, releases=2, questions=QUESTIONS)
    attempts(KIND, says_no_more(tmp_path / "alpha", tmp_path / "empty"))
