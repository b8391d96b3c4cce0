"""Phrases that were replaced by plain English do not return: the list and the better words are in phrases.toml."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LIST = tomllib.loads((ROOT / "tests" / "docs" / "phrases.toml").read_text(encoding="utf-8"))
GENERATED = ("docs/cli.md", "docs/model.md", "docs/controls/")
TEXT = {".md", ".html", ".txt", ".toml", ".sql", ".csv", ".json"}

_FENCE = re.compile(r"^( {0,3})(`{3,})[^\n]*\n.*?^ {0,3}\2[ ]*$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Text:
    """A piece of text that people read, and the place where it begins."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Phrase:
    """A phrase to find, the words to use instead, and the areas in which it may not be."""

    find: str
    better: str
    areas: tuple[str, ...] = tuple(LIST["areas"])

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, in which a space also matches a line break."""
        return re.compile(self.find.replace(" ", r"\s+"), re.IGNORECASE)

    def places(self, text: Text) -> Iterator[str]:
        """File, line, the phrase found and the better words, for each place in a text."""
        for match in self.pattern.finditer(text.text):
            line = text.line + text.text.count("\n", 0, match.start())
            yield f"{text.file}:{line}: “{' '.join(match[0].split())}”, better: {self.better}"


PHRASES = [Phrase(**{**entry, "areas": tuple(entry.get("areas", LIST["areas"]))}) for entry in LIST["phrase"]]


@cache
def texts(area: str) -> list[Text]:
    """All texts of an area. A file belongs to the first area that has it."""
    areas = list(LIST["areas"])
    earlier = {file for name in areas[: areas.index(area)] for file in _files(name)}
    return [text for file in sorted(_files(area) - earlier) for text in _texts_of(file)]


@cache
def _files(area: str) -> frozenset[Path]:
    return frozenset(path for pattern in LIST["areas"][area] for path in ROOT.glob(pattern) if path.is_file())


def _texts_of(path: Path) -> Iterator[Text]:
    name = path.relative_to(ROOT).as_posix()
    if name.startswith(GENERATED):
        return
    if path.suffix == ".py":
        yield from _strings(name, path.read_text(encoding="utf-8"))
    elif path.suffix == ".md":
        yield Text(name, 1, _prose(path.read_text(encoding="utf-8")))
    elif path.suffix in TEXT:
        yield Text(name, 1, path.read_text(encoding="utf-8"))


def _prose(page: str) -> str:
    """A page without code; its lines keep their numbers."""
    return _SPAN.sub("``", _FENCE.sub(lambda block: "\n" * block[0].count("\n"), page))


def _strings(name: str, source: str) -> Iterator[Text]:
    """The strings of a module, without docstrings, which users do not read."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield Text(name, node.lineno, node.value)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.better)
def test_phrase_does_not_return(phrase: Phrase) -> None:
    """No hand-written page, string or template has a phrase of the list. The message gives the better words."""
    places = [place for area in phrase.areas for text in texts(area) for place in phrase.places(text)]
    assert places == [], "\n" + "\n".join(places)


def test_every_phrase_is_replaced_by_better_words() -> None:
    """The better words of a phrase are not themselves on the list, and every area that a phrase names exists."""
    assert [phrase.better for phrase in PHRASES if any(other.pattern.search(phrase.better) for other in PHRASES)] == []
    assert {area for phrase in PHRASES for area in phrase.areas} <= set(LIST["areas"])


def test_place_is_file_and_line() -> None:
    """A phrase is found across a line break, and reported with the line on which it begins."""
    phrase = Phrase(r"\bleaves with \d", "exits with status 1")
    found = phrase.places(Text("docs/page.md", 3, _prose("A\n```console\nleaves with 1\n```\nIt leaves\nwith 1.\n")))
    assert list(found) == ["docs/page.md:7: “leaves with 1”, better: exits with status 1"]
    strings = _strings("module.py", '"""It leaves with 1."""\nTEXT = f"{1} leaves with 2"\n')
    assert [place for text in strings for place in phrase.places(text)] == [
        "module.py:2: “leaves with 2”, better: exits with status 1"
    ]
