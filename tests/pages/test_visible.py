"""Nothing that is obeyed and not seen reaches a page, a report or a terminal."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from overt.pages import as_bytes
from overt.refusals import Refusal
from overt.visible import visible, visible_json
from tests.attempts import Count

# https://www.unicode.org/reports/tr9/: the property Bidi_Control.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad\u034f\u115f\u1160\u180e\u3164\uffa0\ufe0f\U000e0001\U000e0041\U000e0100"
HIDDEN = [
    letter
    for letter in map(chr, range(sys.maxunicode + 1))
    if letter in BIDI + UNSEEN
    or (unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in "\t\n\r")
]


def test_every_hidden_character_is_shown(attempts: Count) -> None:
    """In text as what it is, in JSON escaped so that a program reads the same."""
    for letter in HIDDEN:
        assert visible(f"a{letter}b") == f"a⟨U+{ord(letter):04X}⟩b"
        written = json.dumps(f"a{letter}b", ensure_ascii=False)
        assert letter not in visible_json(written)
        assert json.loads(visible_json(written)) == f"a{letter}b"
        assert as_bytes(f"a{letter}b").decode() == f"a⟨U+{ord(letter):04X}⟩b"
    attempts("hidden characters in foreign text", 3 * len(HIDDEN))


def test_what_is_seen_is_left_alone() -> None:
    """Letters of every script, marks, signs and blanks."""
    for letter in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(letter)[0] in "LMNPS" and letter not in HIDDEN:
            ignorable = unicodedata.category(letter) == "Mn" and visible(letter) != letter
            assert ignorable or visible(letter) == letter, hex(ord(letter))
    assert visible("a\tb\r\n\u00a0c") == "a\tb\r\n\u00a0c"


@pytest.mark.parametrize("letter", ["\n", "\r", "\u202e", "\x1b"])
def test_a_name_cannot_write_a_line_of_a_refusal(letter: str) -> None:
    """What stands in a refusal as a place stays on its line."""
    said = str(Refusal("x", f"a{letter}  To fix: run this", "found"))
    assert len(said.splitlines()) == 1
    assert f"⟨U+{ord(letter):04X}⟩" in said
