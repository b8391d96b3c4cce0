"""The line of every key, in every way that TOML lets it be written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.charter._places import find_places
from tests.charter.charters import TEXT


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from paths(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from paths(each, (*path, number))


WRITTEN = [
    ('a = 1\n\n[b]\nc = "x" # [d]\n', {("a",): 1, ("b",): 3, ("b", "c"): 4}),
    ("[a.b]\nc = 1\n[a]\nd = 2\n", {("a",): 3, ("a", "b"): 1, ("a", "b", "c"): 2, ("a", "d"): 4}),
    ("a.b.c = 1\na.b.d = 2\n", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1, ("a", "b", "d"): 2}),
    ('a = """\n[b]\nc = 1\n"""\nd = 2\n', {("a",): 1, ("d",): 5}),
    ("a = '''\nb = \"\"\"\n'''\nd = 2\n", {("a",): 1, ("d",): 4}),
    ('a = """x\\""""\nb = """"y"""""\nc = 1\n', {("a",): 1, ("b",): 2, ("c",): 3}),
    (
        'a = [\n  1, # ]\n  "]",\n  [2,\n 3],\n]\nb = 1\n',
        {("a", 0): 2, ("a", 1): 3, ("a", 2): 4, ("a", 2, 1): 5, ("b",): 7},
    ),
    ("a = { b = 1, c = { d = [1, 2] } }\n", {("a", "b"): 1, ("a", "c", "d", 1): 1}),
    ("[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n", {("a", 0, "b"): 2, ("a", 1, "b"): 4, ("a", 1, "c", "d"): 6}),
    ('[ "a b" . \'c.d\' ]\n"\\u00e9" = 1\n', {("a b", "c.d"): 1, ("a b", "c.d", "\u00e9"): 2}),
    ("a = 1\r\n[b]\r\nc = 2\r\n", {("a",): 1, ("b",): 2, ("b", "c"): 3}),
    ("1 = 2026-01-01 10:00:00\n2 = 0x1\n", {("1",): 1, ("2",): 2}),
]


@pytest.mark.parametrize(("text", "lines"), WRITTEN)
def test_line_of_a_key_is_found(text: str, lines: dict[tuple[str | int, ...], int]) -> None:
    """However the key, its table and its value are written."""
    found = find_places(text, "f")
    assert {path: found.lines.get(path) for path in lines} == lines


@pytest.mark.parametrize("text", [TEXT, *(text for text, _ in WRITTEN)])
def test_every_key_that_is_read_has_a_line(text: str) -> None:
    """Nothing that TOML's reader finds is without a place of its own."""
    assert set(paths(tomllib.loads(text))) <= set(find_places(text, "f").lines)


def test_place_without_a_line_is_said_by_what_holds_it() -> None:
    """A field that is missing is missed in its table; a table that is missing, on the first line."""
    found = find_places("a = 1\n[b]\nc = 1\n", "f")
    assert found.at("b", "d") == "f, line 2"
    assert found.at("e", "f") == "f, line 1"


def test_name_given_twice_is_found_with_both_lines() -> None:
    """Of tables and of keys."""
    found = find_places("[a]\nb = 1\nb = 2\n[a]\n", "f")
    assert found.twice == ((("a", "b"), 3), (("a",), 4))


@given(st.text(alphabet="ab.[]{}=\"'\\#\n\r\t ,1-u", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """It ends, raises nothing, and where TOML's reader finds keys each has a line of the text."""
    found = find_places(text, "f")
    try:
        read = tomllib.loads(text)
    except ValueError:
        return
    assert set(paths(read)) <= set(found.lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.lines.values())
