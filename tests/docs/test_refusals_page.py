"""docs/refusals.md: an entry for every way Overt says no, and for nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from overt.cli._extras import EXTRAS
from overt.model import Kind

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "overt"
PAGE = ROOT / "docs" / "refusals.md"
# Codes that are put together when they are raised, or read from a table.
COMPOSED = {
    "value-not-{kind}": [f"value-not-{kind}" for kind in Kind if kind is not Kind.TEXT],
    "extra.code": [extra.code for extra in EXTRAS.values()],
}

_ENTRY = re.compile(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)


def codes_in(tree: ast.Module) -> Iterator[str]:
    """The codes of all refusals that a module makes; fails on one it cannot read."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for call in _calls(tree, "Refusal"):
        code = call.args[0] if call.args else next(each.value for each in call.keywords if each.arg == "code")
        if isinstance(code, ast.Name):
            inside = [each for each in functions if call in set(ast.walk(each))]
            yield from _given(tree, inside[-1], code.id)
        else:
            yield from _read(code)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def _given(tree: ast.Module, function: ast.FunctionDef, parameter: str) -> Iterator[str]:
    """What the module's calls of the function give for the parameter."""
    names = [each.arg for each in function.args.args if each.arg != "self"]
    place = names.index(parameter)
    found = False
    for call in _calls(tree, function.name):
        named = [each.value for each in call.keywords if each.arg == parameter]
        yield from _read(named[0] if named else call.args[place])
        found = True
    assert found, f"nobody calls {function.name}"


def _read(code: ast.expr) -> list[str]:
    if isinstance(code, ast.IfExp):
        return [*_read(code.body), *_read(code.orelse)]
    if isinstance(code, ast.JoinedStr):
        return COMPOSED[ast.unparse(code)[2:-1]]
    if isinstance(code, ast.Attribute):
        return COMPOSED[ast.unparse(code)]
    assert isinstance(code, ast.Constant) and isinstance(code.value, str), ast.unparse(code)
    return [code.value]


@cache
def source_codes() -> frozenset[str]:
    """Every code in the source."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    return frozenset(code for tree in trees for code in codes_in(tree))


def entries() -> dict[str, str]:
    """What the page says of each code."""
    return {match[1]: match[2] for match in _ENTRY.finditer(PAGE.read_text(encoding="utf-8"))}


def test_every_refusal_has_an_entry() -> None:
    """Who is refused finds what to do."""
    assert sorted(source_codes() - set(entries())) == []


def test_every_entry_is_a_refusal() -> None:
    """The page speaks of no code that Overt does not have."""
    assert sorted(set(entries()) - source_codes()) == []


def test_no_code_stands_twice() -> None:
    """One code has one entry."""
    found = [match[1] for match in _ENTRY.finditer(PAGE.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(set(found))


def test_entries_say_what_to_do() -> None:
    """Each entry says what the refusal means and, in bold, what fixes it."""
    parted = {code: text.partition("**To fix:** ") for code, text in entries().items()}
    assert [code for code, parts in parted.items() if not all(part.strip() for part in parts)] == []


def test_codes_are_words() -> None:
    """A code is small letters and dashes, so that it can be searched for."""
    assert [code for code in source_codes() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)] == []
