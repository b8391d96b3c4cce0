"""Every link leads to a file of the repository and to a heading of its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]

_CODE = re.compile(r"^ {0,3}````?.*?^ {0,3}````?[ ]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def text_of(page: Path) -> str:
    """Return a page without its code."""
    return _CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as Markdown viewers generate them."""
    headings = (heading.replace("`", "") for heading in _HEADING.findall(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every link within the repository leads to a file that exists, and to a heading that it has."""
    dead = []
    for target in _LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            dead.append(target)
    assert dead == []


def test_every_page_can_be_reached() -> None:
    """Every page of docs/ can be reached by links from the README."""
    seen: set[Path] = set()
    stack = [ROOT / "README.md"]
    while stack:
        page = stack.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = [target.partition("#")[0] for target in _LINK.findall(text_of(page))]
        places = [(page.parent / target).resolve() for target in targets if target and ":" not in target]
        for place in places:
            stack += sorted(place.glob("*.md")) if place.is_dir() else [place] if place.suffix == ".md" else []
    lost = [page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md") if page not in seen]
    assert lost == []


def test_pages_that_the_source_names_are_there() -> None:
    """A refusal refers only to pages that exist."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "overt").rglob("*.py"))]
    named = {name for text in texts for name in re.findall(r"\b((?:docs|examples)/[\w./-]+\.md)", text)}
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
