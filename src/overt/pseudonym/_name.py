"""A name as people write it, brought to the one form that pseudonyms are made of: docs/formats/pseudonym.md.

The order of the steps is part of the rule; each has its number there. What cannot be read is said with a word of
`WHY_NOT` and never with the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

LONGEST = 200
WHY_NOT = {
    "empty": "no name",
    "long": f"longer than {LONGEST} characters",
    "digits": "a digit in the name",
    "signs": "a sign that is not part of names",
    "several": "more than one name",
    "commas": "more commas than the one between family and given name",
    "unassigned": "a character that Unicode does not know",
}
TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame"])
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
_ALSO_KNOWN = frozenset(("aka", "alias"))
_JOINED = frozenset(("o", "mc"))  # "O Brien" and "Mc Donald" are "O'Brien" and "McDonald"

_APOSTROPHES = "'’‘‛`´ʼʻʽʹʾʿ′＇"
_NICKNAME = re.compile(
    r"""\([^()]*\)|\[[^\[\]]*\]|"[^"]*"|“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|(?<!\w)['‘][^'‘’]*['’](?!\w)"""
)
_COMMA = re.compile("[，、،﹐]")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Only before a consonant: Joe is not Jo, nor Sue Su.
_COLLAPSED = re.compile("(?:(a)[ea]|([ou])e)(?=[bcdfghjklmnpqrstvwxz])")
_SPACES = frozenset(" \t\r\n.·_")


class Unreadable(Exception):
    """A name, birth date or handle that no pseudonym can be made of; `why` is a word of the rule, never the value."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Name:
    """The words of a name, the given names first; `written_out` has them with ä as ae, where that makes a difference.

    What the words are is never shown.
    """

    words: tuple[str, ...]
    written_out: tuple[str, ...]

    def __repr__(self) -> str:
        return "Name(…)"

    @property
    def given(self) -> str:
        """The first word; empty where there is but one."""
        return self.words[0] if len(self.words) > 1 else ""

    @property
    def family(self) -> str:
        """The last word."""
        return self.words[-1]

    @property
    def middle(self) -> tuple[str, ...]:
        """All between the first word and the last."""
        return self.words[1:-1]

    @cached_property
    def turned(self) -> Name:
        """The same name, if its first word was the family name."""
        return Name(self.words[1:] + self.words[:1], self.written_out[1:] + self.written_out[:1])

    def spellings(self) -> Iterator[tuple[str, ...]]:
        """The words as the rule has them, written out (Mueller of Müller), and collapsed (Muller of Mueller)."""
        yield self.words
        if self.written_out != self.words:
            yield self.written_out
        collapsed = tuple(_COLLAPSED.sub(lambda found: found[1] or found[2], word) for word in self.words)
        if collapsed != self.words:
            yield collapsed


def read_name(text: str, *, family_first: bool = False) -> Name:
    """A name in one field: "Given Family", or "Family, Given" where there is a comma.

    `family_first` says that without a comma too the family name comes first. Unreadable with a word of `WHY_NOT`.
    """
    before, comma, after = _without_nickname(text).partition(",")
    if not comma:
        name = _name(_words(before))
        return name.turned if family_first else name
    if "," in after:
        raise Unreadable("commas")
    given, family = _words(after), _words(before)
    if {word for word, _ in given} <= SUFFIXES:
        return _name(family)
    return _name([*_without_titles(given), *_without_titles(family)])


def read_parts(given: str, family: str) -> Name:
    """A name in two fields."""
    parts = [_without_titles(_words(_without_nickname(part))) for part in (given, family)]
    return _name([word for part in parts for word in part])


_Word = tuple[str, str]


def _name(words: list[_Word]) -> Name:
    kept = _without_titles(words)
    while len(kept) > 1 and kept[-1][0] in SUFFIXES:
        kept = kept[:-1]
    joined: list[_Word] = []
    for place, (word, written_out) in enumerate(kept):
        if place > 1 and kept[place - 1][0] in _JOINED:
            before = joined.pop()
            joined.append((before[0] + word, before[1] + written_out))
        else:
            joined.append((word, written_out))
    if not joined:
        raise Unreadable("empty")
    return Name(tuple(word for word, _ in joined), tuple(word for _, word in joined))


def _without_titles(words: list[_Word]) -> list[_Word]:
    while len(words) > 1 and words[0][0] in TITLES:
        words = words[1:]
    return words


def _without_nickname(text: str) -> str:
    if len(text) > LONGEST:
        raise Unreadable("long")
    return _NICKNAME.sub(" ", _COMMA.sub(",", text))


def _words(text: str) -> list[_Word]:
    """The words of a name or a part of one, each in the form of the rule and written out."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", _APOSTROPHE.sub("", text)).casefold())
    spaced = "".join(_spaced(folded))
    words = [(_plain(word), _plain(word.translate(_WRITTEN_OUT))) for word in spaced.split()]
    if any(word in _ALSO_KNOWN for word, _ in words):
        raise Unreadable("several")
    return words


def _spaced(text: str) -> Iterator[str]:
    """Letters and marks as they are, what stands between words as a space; all else is no name."""
    for each in text:
        kind = unicodedata.category(each)
        if kind[0] in "LM":
            yield each
        elif kind in ("Zs", "Pd") or each in _SPACES:
            yield " "
        elif kind == "Cf":
            continue  # soft hyphens and marks of direction are not seen, and not written by everybody
        elif kind[0] == "N":
            raise Unreadable("digits")
        elif each in "/&;|+" or each == "\\":
            raise Unreadable("several")
        else:
            raise Unreadable("unassigned" if kind in ("Cn", "Co", "Cs") else "signs")


def _plain(word: str) -> str:
    """A word without the marks on Latin letters; marks of other scripts are part of what is written."""
    parts, after_latin = [], False
    for each in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(each):
            after_latin = each.isascii() or "LATIN" in unicodedata.name(each, "")
            parts.append(each)
        elif not after_latin:
            parts.append(each)
    return unicodedata.normalize("NFC", "".join(parts)).translate(_LETTERS)
