r"""How a term is looked for in a text: every choice by name, because the choice often decides the error.

**Word characters** are letters, marks, numbers, connectors such as `_`, and the two joiners, as in
Unicode Technical Standard 18, annex C, less the variation selectors that only say how an emoji is
drawn. A **whole word** begins and ends where a word character meets something else. A term that
itself begins or ends with anything else (`#drill`, an emoji) needs no such edge on that side, except
where `Where.BOUNDARY` asks for what `\b` of regular expressions asks for: `#drill` only in `x#drill`.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

import numpy as np
import snowballstemmer  # type: ignore[import-untyped]

from overt.refusals import Refusal

# Stands between texts that are searched at once; no text and no term may hold it.
SEPARATOR = "\0"
_MARKS = ("Mn", "Mc")
_JOINERS = "\u200c\u200d"
# White space other than the space, each looked for by itself, which is far quicker than by a pattern.
_SPACES = ("  ", *(chr(point) for point in range(sys.maxunicode + 1) if chr(point).isspace() and chr(point) != " "))
_RUN = re.compile(r"\s+")
_ASCII_RUNS = re.compile(r"([0-9A-Za-z_]+)")
MOST_STEMS = 500_000
_LEET = str.maketrans("013457@$", "oieastas")
_E = TypeVar("_E", bound=StrEnum)


class Where(StrEnum):
    """What counts as an occurrence."""

    WORD = "word"
    BOUNDARY = "boundary"
    SUBSTRING = "substring"
    STEM = "stem"


class Case(StrEnum):
    """Whether capitals matter."""

    FOLD = "fold"
    EXACT = "exact"


class Form(StrEnum):
    """Whether characters that Unicode holds to be the same are the same."""

    NFKC = "nfkc"
    AS_WRITTEN = "as-written"


class Patterns(StrEnum):
    """Whether `*` and `?` in a term stand for other characters."""

    LITERAL = "literal"
    WILDCARD = "wildcard"


@dataclass(frozen=True)
class Matching:
    r"""One way of matching. The default finds what a case-insensitive `\b(term)\b` finds in plain English.

    `leet` reads 0 1 3 4 5 7 @ $ as letters, leaves accents aside and drops invisible characters.
    `language` names the Snowball stemmer that `Where.STEM` uses.
    """

    where: Where = Where.WORD
    case: Case = Case.FOLD
    form: Form = Form.NFKC
    leet: bool = False
    patterns: Patterns = Patterns.LITERAL
    language: str = "english"

    def as_text(self) -> str:
        """The choices in a line."""
        return ", ".join(
            (
                {
                    "word": "whole words",
                    "boundary": "between \\b and \\b",
                    "substring": "anywhere in a text",
                    "stem": "stems",
                }[self.where],
                "capitals ignored" if self.case is Case.FOLD else "capitals as written",
                "Unicode NFKC" if self.form is Form.NFKC else "characters as written",
                *(("leetspeak read as letters",) if self.leet else ()),
                "* and ? match other characters" if self.patterns is Patterns.WILDCARD else "terms matched literally",
            )
        )


def variants(chosen: Matching) -> dict[str, Matching]:
    """The way chosen, and every way that differs from it in one choice."""
    ways = {"as chosen": chosen}
    ways |= {str(where): replace(chosen, where=where) for where in Where if where is not chosen.where}
    ways["case " + _other(chosen.case, Case)] = replace(chosen, case=_other(chosen.case, Case))
    ways["unicode " + _other(chosen.form, Form)] = replace(chosen, form=_other(chosen.form, Form))
    ways["no leet" if chosen.leet else "leet"] = replace(chosen, leet=not chosen.leet)
    ways["patterns " + _other(chosen.patterns, Patterns)] = replace(chosen, patterns=_other(chosen.patterns, Patterns))
    return ways


def normaliser(matching: Matching, *, stemmed: bool = True) -> Callable[[str], str]:
    """What is done to texts and terms alike before they are compared; many texts may be joined by `SEPARATOR`.

    White space of any kind and length becomes one space. `stemmed=False` leaves the stemming out.
    """
    stem = _stemming(matching.language) if matching.where is Where.STEM and stemmed else None

    def normalise(text: str) -> str:
        if not text.isascii():
            text = _composed(text, matching)
        if matching.case is Case.FOLD:
            # Folding can undo composition (U+0130 becomes two characters), so it is composed again.
            text = text.lower() if text.isascii() else _composed(text.casefold(), matching)
        if matching.leet:
            text = _plain(text).translate(_LEET)
        if any(space in text for space in _SPACES):
            text = _RUN.sub(" ", text)
        return stem(text) if stem else text

    return normalise


@lru_cache(maxsize=1)
def word_characters() -> np.ndarray:
    """For each code point whether it is a word character: an array of 0x110000 booleans."""
    table = np.zeros(sys.maxunicode + 1, dtype=bool)
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        category = unicodedata.category(character)
        table[point] = (
            category[0] in "LN" or category == "Pc" or category in _MARKS or character in _JOINERS
        ) and not is_selector(point)
    return table


def is_selector(point: int) -> bool:
    """Whether the code point is a variation selector."""
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF


def _composed(text: str, matching: Matching) -> str:
    return unicodedata.normalize("NFKC", text) if matching.form is Form.NFKC else text


def _plain(text: str) -> str:
    """Without accents and without characters that cannot be seen."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parted if unicodedata.category(sign) not in ("Mn", "Cf"))


def _stemming(language: str) -> Callable[[str], str]:
    try:
        stemmer = snowballstemmer.stemmer(language)
    except KeyError as error:
        known = ", ".join(snowballstemmer.algorithms())
        raise Refusal("watchlist-language", "--language", language, known) from error
    stems = _Stems(stemmer.stemWord)

    def stem(text: str) -> str:
        # Words and what stands between them in turn: both are looked up, and only words are stemmed.
        parts = (_ASCII_RUNS if text.isascii() else word_runs()).split(text)
        if len(stems) > MOST_STEMS:
            stems.clear()
        return "".join(map(stems.__getitem__, parts))

    return stem


class _Stems(dict[str, str]):
    """Stems of words as they come, and everything else as it is."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, part: str) -> str:
        stem = str(self._stem(part)) if part and _is_word(part[0]) else part
        self[part] = stem
        return stem


def _is_word(character: str) -> bool:
    return bool(word_characters()[ord(character)])


@lru_cache(maxsize=1)
def word_runs() -> re.Pattern[str]:
    """A run of word characters, as `word_characters` has them."""
    table = word_characters()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], table, [False])).astype(np.int8)))
    ranges = "".join(f"{chr(first)}-{chr(end - 1)}" for first, end in zip(edges[::2], edges[1::2], strict=True))
    return re.compile(f"([{ranges}]+)")


def _other(chosen: _E, kind: type[_E]) -> _E:
    return next(member for member in kind if member is not chosen)
