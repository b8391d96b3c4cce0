"""Where text and markup meet: no tag is shown as text, no text becomes a tag, and every error says what it is about."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.model import AUTHORITY, ENTRY, ITEM, Column
from overt.web._faults import summary_of, words_of
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal import PortalConfig, all_actions
from overt.web.portal._pages import plain
from tests.web.conftest import Site
from tests.web.pages import Form, errors_that_do_not_help, forms, links, markup_shown

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "overt"
TEMPLATES = sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.j2")])
SOURCES = sorted(PACKAGE.rglob("*.py"))
# Files of the package and pictures that our own process drew: nothing of them was typed by anybody.
WHOLE_MARKUP = {
    "pages/_page.py", "disparities/_report.py", "watchlists/_report.py", "web/_disparity.py",
    "door/_disparity.py", "web/studio/pages/words_result.py",
}  # fmt: skip
FACES = (("", "/"), ("", "/sign-in"), ("P1001", "/staff"), ("P9001", "/staff"), ("I7001", "/oversight"))
MOST_PAGES = 120
# What somebody may type into every field of a form: nothing, too much, two lines, what is no text, what is not offered.
TYPED = ("", "x" * 25_000, "one\ntwo", "\x01", "no-such", "<strong>&amp;")


def joined(text: str) -> list[str]:
    """What of a template puts markup and text together in another way than a block."""
    blocks = set(re.findall(r"{%-? set (\w+) -?%}", text))
    given = re.findall(r'"(?:html|\w+Html)":\s*([^,}]+)', text)
    found = [each for each in given if each.strip() not in blocks]
    found += re.findall(r"\|\s*safe\b|\bMarkup\(|autoescape false", text)
    # A tag inside a text of an expression is escaped or not, by what it happens to be joined to.
    inside = re.findall(r"{[{%].*?[}%]}", text, re.DOTALL)
    tag = re.compile(r"""(["'])[^"']*</?[a-z][^"']*\1\s*~|~\s*(["'])[^"']*</?[a-z]""")
    return found + [each for each in inside if tag.search(each)]


def test_no_template_joins_text_and_markup() -> None:
    """A component takes markup only as a block that the template set, where everything typed is escaped."""
    found = {str(path.relative_to(PACKAGE)): joined(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: each for name, each in found.items() if each} == {}
    assert joined('{{ govukPanel({"html": "Your reference number<br>" ~ (reference|e)}) }}')
    assert joined("{{ text|safe }}")


def test_no_module_makes_markup_of_what_was_given() -> None:
    """`Markup` is put around texts of our own alone; values enter them by `format`, which escapes."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup"
        if not all(isinstance(each, ast.Constant) for each in node.args)
    }
    assert found <= WHOLE_MARKUP


def crawl(client: TestClient, start: str) -> dict[str, str]:
    """The pages of a face, each kind once, as somebody finds them by following links."""
    others = ("/staff", "/oversight") if start == "/" else ()
    todo, kinds, pages = [start], set(), {}
    while todo and len(kinds) < MOST_PAGES:
        path = todo.pop(0)
        kind = re.sub(r"\d+", "0", path)
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = client.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages[path] = answer.text
            todo += [each for each in links(answer.text) if each.startswith(start) and not each.startswith(others)]
    return pages


def send(site: Site, client: TestClient, form: Form, typed: str) -> str:
    """The page that comes back when the same is typed into every field."""
    # A form that comes back in the same second was filled in by a program.
    site.clock.seconds += 2
    data = {name: value for name, value in form.fields.items() if form.kinds[name] == "hidden"}
    open_fields = {name: kind for name, kind in form.kinds.items() if kind != "hidden" and name != "website"}
    data |= {name: typed for name, kind in open_fields.items() if kind != "file" and typed}
    files = {name: typed.encode() for name, kind in open_fields.items() if kind == "file" and typed}
    return client.post(form.action, data=data, files=files or None).text


@pytest.mark.parametrize(("staff", "start"), FACES)
def test_every_page_and_form_reads_well(staff: str, start: str, site: Site) -> None:
    """No page of a face shows a tag, whatever is typed into its forms, and no error is empty, doubled or astray."""
    client = site.signed_in(staff) if staff else site.client()
    pages = crawl(client, start)
    assert len(pages) >= (1 if start == "/sign-in" else 7)
    found = {path: [*markup_shown(html), *errors_that_do_not_help(html)] for path, html in pages.items()}
    sent = 0
    tried: set[str] = set()
    for html in pages.values():
        for form in forms(html):
            if form.method != "post" or form.action == "/sign-out" or form.action in tried:
                continue
            tried.add(form.action)
            for typed in TYPED:
                back = send(site, client, form, typed)
                # What somebody typed comes back as they typed it, and is no tag of ours.
                shown = [each for each in markup_shown(back) if each not in typed]
                found[f"{form.action} with {typed[:8]!r}"] = [*shown, *errors_that_do_not_help(back)]
                sent += 1
    assert {where: faults for where, faults in found.items() if faults} == {}
    assert sent >= 6


def test_the_page_with_a_reference_shows_it_and_no_tag(site: Site) -> None:
    """The page that somebody is to keep: the reference stands out and is read as it is, whatever it holds."""
    page = site.client().get("/ask/opened", params={"reference": "Q222-3333-<b>4"}).text
    assert markup_shown(page.replace("&lt;b&gt;", "")) == []
    assert "<strong>Q222-3333-&lt;b&gt;4</strong>" in page
    assert "&lt;strong" not in page


def test_every_question_has_a_noun_for_its_errors() -> None:
    """An error says "Enter the grounds", and does not repeat the question."""
    asked = [field for action in all_actions(PortalConfig()) for field in (*action.fields, *action.query)]
    unnamed = [each.label for each in asked if each.label.endswith("?") and not each.noun]
    assert set(unnamed) == {each.label for each in asked if each.kind is Input.YES_OR_NO and not each.noun}


def test_a_summary_names_each_field_once() -> None:
    """Nothing empty, two faults alike told apart by their questions, a fault of no field at the page."""
    fields = (FormField("a", "The first?"), FormField("b", "The second?", Input.DATE))
    alike = (FormFault("a", "choose it"), FormFault("b", "choose it"), FormFault("a", "choose it"), FormFault("c", ""))
    assert summary_of(alike, fields) == [
        {"text": "The first? Choose it.", "href": "#a"},
        {"text": "The second? Choose it.", "href": "#b-day"},
        {"text": "This was not accepted.", "href": "#main-content"},
    ]
    assert words_of(FormFault("a", "")) == "This was not accepted."


@pytest.mark.parametrize(("column", "kind"), [
    (ENTRY.review_due_on, Input.DATE), (ENTRY.significant, Input.YES_OR_NO), (ENTRY.grounds, Input.WORDS),
    (ENTRY.condition, Input.CHOICE), (ENTRY.unit, Input.TEXT), (AUTHORITY.age_at_grant, Input.TEXT),
])  # fmt: skip
def test_a_field_is_asked_for_as_its_column_is(column: Column, kind: Input) -> None:
    """A field that fills a column has its name, its kind and its codes."""
    field = FormField.of(column, "A question")
    assert (field.name, field.kind, field.path) == (column.name, kind, column.path)
    assert tuple(code for code, _ in field.choices) == column.codes


def test_words_and_choices_of_a_field_go_before_the_codes() -> None:
    """Some codes have words of their own; where the charter decides, no code of the model is offered."""
    assert FormField.of(ITEM.basis, "?", words={"fact": "A fact"}).choices == (
        ("fact", "A fact"), ("assessment", "Assessment"),
    )  # fmt: skip
    chosen = FormField.of(ENTRY.role, "?", choices=())
    assert (chosen.kind, chosen.choices) == (Input.CHOICE, ())


def test_a_column_is_text_for_programs() -> None:
    """A column stands for its name, and is not taken apart as other classes with fields are."""
    assert plain({ENTRY.role: [ENTRY.grounds, FormFault(ENTRY.unit, "no")]}) == {
        "role": ["grounds", {"field": "unit", "says": "no", "remedy": "", "law": [], "code": "", "anchor": ""}]
    }
