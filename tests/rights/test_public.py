"""What the public record and a reader of the page see."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from overt.publication import DraftRequest, document_of
from overt.publication import draft as draft_release
from overt.register import Register
from overt.rights import RequestDecision, confirm, draft, find_request, recalls, remove
from tests.rights.conftest import ANN, BY, KEY, LATER, asked, begin, desk, sent

NAMES = ("told to delete, correct or restrict", "not confirmed yet", "not confirmed and past its day")


def bodies(register: Register, moment: dt.datetime) -> dict[str, str]:
    """The figures of the public record on recalls, at a moment."""
    made = draft_release(register, moment, DraftRequest(), BY, moment)
    (table,) = [each for each in document_of(register, made.release).tables if each.name == "recalls"]
    return {row.group: str(row.figures[0]) for row in table.rows}


def test_public_record_says_how_many_bodies_have_an_open_recall(register: Register, tmp_path: Path) -> None:
    """Before and after the day to confirm, and once it is confirmed."""
    sent(register, 1, "E1")
    begin(register)
    number = asked(register, "erasure")
    remove(register, number, ["E1"], "DPA 2018 s.47(1)", desk(tmp_path / "n", LATER + dt.timedelta(minutes=1)))
    (recall,) = recalls(register)
    noon = dt.datetime.combine(recall.due_on, dt.time(12), dt.UTC)
    assert bodies(register, noon) == dict(zip(NAMES, ("1", "1", "0"), strict=True))
    late = noon + dt.timedelta(days=1)
    assert bodies(register, late) == dict(zip(NAMES, ("1", "1", "1"), strict=True))
    confirm(register, recall.number, "done", late.date(), by=BY, now=late)
    assert bodies(register, late + dt.timedelta(hours=1)) == dict(zip(NAMES, ("1", "0", "0"), strict=True))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letter_passes_axe_and_fits_a_telephone(register: Register, tmp_path: Path, browser: Any, scheme: str) -> None:
    """WCAG 2.2 AA as far as a machine can tell; nothing is fetched; nothing is too wide."""
    from axe_playwright_python.sync_playwright import Axe

    request = find_request(register, asked(register))
    made = draft(register, request, ANN, RequestDecision(), key=KEY, today=LATER.date())
    path = tmp_path / "answer.html"
    path.write_bytes(made.files["answer.html"])
    page = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    asked_for: list[str] = []
    page.on("request", lambda each: asked_for.append(each.url))
    page.goto(path.as_uri())
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["passes"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    assert asked_for == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
