"""The page of each example: the command it gives, and the numbers it promises."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from overt.controls import Finding, Verdict

FOLDER = Path(__file__).resolve().parent.parent.parent / "examples"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/mapping.sql"))

_ROW = re.compile(r"\| (EN-\d\d) \| [^|]* \| ([^|]*) \|")
_WORDS = {
    "none": Verdict.MET,
    "met": Verdict.MET,
    "no:": Verdict.MET,
    "yes:": Verdict.BREACHED,
    "cannot be shown": Verdict.CANNOT_BE_SHOWN,
}


def _page(name: str) -> str:
    return (FOLDER / name / "README.md").read_text(encoding="utf-8")


def test_every_example_is_tested(examples: Mapping[str, Any]) -> None:
    """No mapping is shipped that these tests do not run."""
    assert sorted(examples) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_page_has_its_headings_in_order(name: str) -> None:
    """Each page gives the file, its licence, the command, the findings and the limitations, in this order."""
    page = _page(name)
    headings = [
        page.find(f"**{heading}.**")
        for heading in ("File", "Licence", "Command", "What the audit finds", "Limitations")
    ]
    assert -1 not in headings
    assert headings == sorted(headings)


@pytest.mark.parametrize("name", NAMES)
def test_a_pages_command_is_the_one_tested(name: str, examples: Mapping[str, Any]) -> None:
    """The mapping, the packs and the day of the command are those of the tests."""
    indented = [line.strip().rstrip("\\") for line in _page(name).splitlines() if line.startswith("    ")]
    words = shlex.split(" ".join(indented))
    given = [(flag, value) for flag, value in pairwise(words) if flag.startswith("--")]
    example = examples[name]
    packs = [value for flag, value in given if flag == "--pack"]
    assert words[:2] == ["overt", "audit"]
    assert ("--map", f"examples/{name}/mapping.sql") in given
    assert [Path(pack).name for pack in packs] == [Path(pack).name for pack in example.packs]
    assert ("--as-of", example.as_of.isoformat()) in given


@pytest.mark.data
@pytest.mark.parametrize("name", [name for name in NAMES if _ROW.search(_page(name))])
def test_a_pages_numbers_are_found(name: str, finding_of: Callable[[str, str], Finding]) -> None:
    """Each number or word in the table of a page is what the control says on the file."""
    for control, said in _ROW.findall(_page(name)):
        finding = finding_of(name, control)
        if match := re.match(r"[\d,]+", said):
            assert (control, finding.breached) == (control, int(match[0].rstrip(",").replace(",", "")))
        verdict = next((verdict for word, verdict in _WORDS.items() if said.startswith(word)), finding.verdict)
        assert (control, finding.verdict) == (control, verdict)
