"""The site of a release: valid, accessible, light, and alone."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

from overt.publication import ReleaseDocument, folder_of, folder_of_answer, new_answer, site_files, write_reply
from tests.gate.conftest import open_register
from tests.publication.conftest import EARLIER, FIRST, fill, release

MOST = 100_000
PAGES = [
    "index",
    "changes",
    "corrections",
    "checking",
    "people",
    "categories",
    "gate",
    "audit",
    "spend",
    "requests",
    "answer",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReleaseDocument, Path, Path]:
    """A published release, its site, and the page of an answer."""
    folder = tmp_path_factory.mktemp("site") / "alpha"
    with open_register(folder) as register:
        fill(register, range(1, 131), EARLIER)
        document = release(register, FIRST)
        asked = ["people", "ethnicity", "is-listed"]
        answer = new_answer(register, asked, FIRST.date(), FIRST.date(), by="P1001", now=FIRST)
        home = folder_of_answer(register, answer.number)
        write_reply(register, answer, home, FIRST.date())
        site = folder_of(register, document.release) / "site"
        return document, site, home / "answer.html"


def test_every_page_is_valid_html(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """A strict parser finds no error."""
    for path in made[1].glob("*.html"):
        html5lib.HTMLParser(strict=True).parse(path.read_text(encoding="utf-8"))


def test_every_page_is_light(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """A page and the style it asks for weigh less than 100 kB."""
    style = (made[1] / "style.css").stat().st_size
    weights = {path.name: path.stat().st_size + style for path in made[1].glob("*.html")}
    assert {name: weight for name, weight in weights.items() if weight >= MOST} == {}


def test_every_link_leads_somewhere_in_the_site(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """No link is dead, and none leaves the site."""
    dead = []
    for path in made[1].glob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#]+)', path.read_text(encoding="utf-8")):
            if target != "data:," and not (made[1] / target).is_file():
                dead.append((path.name, target))
    assert dead == []


def test_csv_json_and_page_say_the_same(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """Every figure of every table, in its three forms, with its mark."""
    for table in made[0].tables:
        rows = list(csv.DictReader(io.StringIO((made[1] / f"data/{table.name}.csv").read_text(encoding="utf-8"))))
        shown = json.loads((made[1] / f"data/{table.name}.json").read_bytes())
        assert len(rows) == len(shown["rows"]) == len(table.rows)
        for line, found, row in zip(rows, shown["rows"], table.rows, strict=True):
            for column, figure in zip(table.columns, row.figures, strict=True):
                assert line[f"{column} mark"] == found["figures"][column]["mark"] == figure.mark.value
                assert line[column] == ("" if figure.value is None else str(figure.value))


def test_the_dictionary_describes_the_csv(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """Its fields are the columns in their order, each with a type and a meaning."""
    for table in made[0].tables:
        schema = json.loads((made[1] / f"data/{table.name}.schema.json").read_bytes())
        header = (made[1] / f"data/{table.name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(field["name"] for field in schema["fields"])
        assert all(field["type"] and field["description"] for field in schema["fields"])


def test_no_staff_reference_and_no_pseudonym_is_published(made: tuple[ReleaseDocument, Path, Path]) -> None:
    """Nobody is named: neither who is listed nor who recorded, approved or published."""
    for name, content in site_files(made[0]).items():
        text = content.decode()
        assert not re.search(r"\bP[12]00\d\b", text), name
        assert f"{1:064x}" not in text, name


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_passes_axe_and_asks_nobody(
    made: tuple[ReleaseDocument, Path, Path], browser: Any, name: str, scheme: str
) -> None:
    """WCAG 2.2 AA as far as a machine can tell; only files of the site are asked for; nothing is too wide."""
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((made[2] if name == "answer" else made[1] / f"{name}.html").as_uri())
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["passes"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    ours = (made[1].as_uri(), made[2].as_uri(), "data:")
    outside = [url for url in asked if not url.startswith(ours)]
    assert outside == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
