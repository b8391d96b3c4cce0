"""Every page of Studio over a hostile source: no person is on it, no markup of theirs, and every error helps.

The pages are found as a person finds them, by following links, so that a page that is added is tested too.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from overt.web.studio._project import Project
from tests.studio import files
from tests.studio.conftest import CANARIES, Browser, canaries_in
from tests.waiting import until
from tests.web.pages import Form, errors_that_do_not_help, forms, links, markup_shown

HOSTILE = "</textarea><b>x</b>\u202e=HYPERLINK(1)"
MOST_PAGES = 60
# What starts a long piece of work, ends this Studio, or is at home in another test.
_NOT_SENT = ("/stop", "/load", "/audit", "/example", "/forget", "/database", "/files", "/remove", "/return", "/undo")


def crawl(browser: Browser, start: str) -> dict[str, str]:
    """The pages below an address, each kind once."""
    todo, kinds, pages = [start], set(), {}
    while todo and len(kinds) < MOST_PAGES:
        path = todo.pop(0)
        kind = re.sub(r"(?<=/)\d+", "0", path.partition("?")[0])
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = browser.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.status_code == 200, path
            pages[path] = answer.text
            todo += [link for link in links(answer.text) if link.startswith(start)]
    return pages


def loaded(browser: Browser, project: Project, source: Path) -> str:
    """The address of the project, with the source read."""
    home = f"/p/{project.ident}/"
    assert browser.post(f"{home}source/place", place=str(source)).status_code == 303
    assert browser.post(f"{home}source/load", **{"use-1": "yes"}).status_code == 303
    until(lambda: "Stop loading" not in browser.get(f"{home}source").text, "the source", every=0.3)
    return home


def hostile(folder: Path) -> Path:
    """The list whose only key is a name, with markup in a heading and a value and a sign that turns the direction."""
    path = files.names(folder)
    text = path.read_text(encoding="utf-8").replace("Grounds", "Grounds <script>alert(1)</script>\u202e", 1)
    path.write_text(text.replace("twice", "</textarea><b>twice</b>", 1), encoding="utf-8")
    return path


def test_no_page_shows_anybody_or_markup_of_a_source(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Names, officers and grounds are on no page, in no answer to a form, and in no kept file but the source."""
    home = loaded(browser, project, hostile(tmp_path))
    pages = crawl(browser, home)
    assert {home, f"{home}source", f"{home}history"} <= pages.keys()
    answers = dict(pages)
    for page in pages.values():
        for form in forms(page):
            if form.method == "post" and form.action.startswith(home) and not form.action.endswith(_NOT_SENT):
                answers[f"{form.action} with markup"] = _sent(browser, form).text
    for path, text in answers.items():
        assert canaries_in(text) == [], path
        # A tag in a value is shown as its shape; a heading, and what was typed, stand as they are.
        assert [tag for tag in markup_shown(text) if not re.fullmatch("</?(a+|b|script|textarea)>", tag)] == [], path
        assert "<script>alert" not in text, path
        assert "\u202e" not in text, path
        assert errors_that_do_not_help(text) == [], path
    for kept in (project.folder / "history").rglob("*"):
        assert not kept.is_file() or not any(name.encode() in kept.read_bytes() for name in CANARIES), kept


def _sent(browser: Browser, form: Form) -> httpx.Response:
    """The answer when the same is typed into every open field."""
    data = {name: value for name, value in form.fields.items() if form.kinds[name] == "hidden"}
    data |= {name: HOSTILE for name, kind in form.kinds.items() if kind in ("text", "textarea", "password")}
    return browser.client.post(form.action, data=data, headers={"origin": browser.studio.address})
