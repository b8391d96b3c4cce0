"""A name as people write it, brought to the one form that pseudonyms are made of: docs/formats/pseudonym.md.

The order of the steps is part of the rule; each has its number there. What cannot be read is said with a word of
`WHY_NOT` and never with the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from overt.pseudonym._invisible import without_invisible

LONGEST = 200
WHY_NOT = {
    "empty": "no name",
    "long": f"longer than {LONGEST} characters",
    "digits": "a digit in the name",
    "signs": "a sign that is not part of names",
    "several": "more than one name",
    "commas": "more commas than the one between family and given name",
    "title": "a title or suffix that may be part of the name: give the given and the family name in two columns",
    "unassigned": "a character that Unicode does not know",
    "alphabets": "letters of two alphabets that look alike, such as Latin and Cyrillic: write the name in one of them",
}
# Letters of these look like one another, so that a name with letters of two is another name that nobody can tell.
_LOOK_ALIKE = frozenset(["LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "GEORGIAN"])
TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame"])
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
# Given names too, of many people: Dame is common in Senegal. Only two fields can tell which is meant.
_ALSO_NAMES = frozenset(["dame", "sir"])
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
_DASH = "-"
_SPACES = frozenset(" \t\r\n.·_")


class Unreadable(Exception):
    """A name, birth date or handle that no pseudonym can be made of; `why` is a word of the rule, never the value."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Name:
    """The words of a name, the given names first; `written_out` has them with ä as ae, where that makes a difference.

    `leading` and `trailing` say how many words belong together at either end: those joined by a dash, or of one field.
    They are not part of the pseudonym. What the words are is never shown.
    """

    words: tuple[str, ...]
    written_out: tuple[str, ...]
    leading: int = field(default=1, compare=False)
    trailing: int = field(default=1, compare=False)

    def __repr__(self) -> str:
        return "Name(…)"

    @property
    def middle(self) -> tuple[str, ...]:
        """The given names behind the first, as far as they can be told from the family name."""
        return self.words[1 : max(1, len(self.words) - self.trailing)]

    @cached_property
    def turned(self) -> Name:
        """The same name, if what stands in front was the family name."""
        at = self.leading if self.leading < len(self.words) else 1
        words, written_out = (rotated[at:] + rotated[:at] for rotated in (self.words, self.written_out))
        return Name(words, written_out, self.trailing, at)

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

    `family_first` says that without a comma too the family name comes first. Unreadable with a word of `WHY_NOT`:
    also where a title or suffix may be part of the name, since two people would then have one pseudonym.
    """
    before, comma, after = _without_nickname(text).partition(",")
    if not comma:
        name = _name(_without_suffixes(_one_field(_words(before))))
        return name.turned if family_first else name
    if "," in after:
        raise Unreadable("commas")
    given, family = _words(after), _words(before)
    if {word.plain for word in given} <= SUFFIXES:
        return _name(_without_suffixes(_one_field([*family, *given])))
    return _two_fields(given, family)


def read_parts(given: str, family: str) -> Name:
    """A name in two fields."""
    return _two_fields(*(_words(_without_nickname(text)) for text in (given, family)))


@dataclass(frozen=True)
class _Word:
    """A word in the form of the rule, and with ä as ae; words of one `chunk` belong together."""

    plain: str
    written_out: str
    chunk: int


def _one_field(words: list[_Word]) -> list[_Word]:
    """The words without titles; unreadable where one of them may be the given name, or the only other word is left."""
    at = 0
    while at < len(words) and words[at].plain in TITLES:
        at += 1
    if at and (len(words) - at < 2 or any(word.plain in _ALSO_NAMES for word in words[:at])):
        raise Unreadable("title")
    return words[at:]


def _two_fields(given: list[_Word], family: list[_Word]) -> Name:
    """The name in two fields: titles and suffixes stand at the ends of a field and are never the whole of it."""
    if any(words and all(word.plain in TITLES - _ALSO_NAMES for word in words) for words in (given, family)):
        raise Unreadable("title")
    parts = [_without_titles(given), _without_suffixes(_without_titles(family))]
    return _name([replace(word, chunk=place) for place, words in enumerate(parts) for word in words])


def _without_titles(words: list[_Word]) -> list[_Word]:
    while len(words) > 1 and words[0].plain in TITLES - _ALSO_NAMES:
        words = words[1:]
    return words


def _without_suffixes(words: list[_Word]) -> list[_Word]:
    """The words without suffixes at the end; unreadable where a name of two words would lose its family name.

    Ii and Iv are family names too.
    """
    left = words
    while left and left[-1].plain in SUFFIXES:
        left = left[:-1]
    if left != words and len(left) < 2 and len(words) > 1:
        raise Unreadable("title")
    return left or words


def _name(words: list[_Word]) -> Name:
    joined: list[_Word] = []
    for place, word in enumerate(words):
        if place > 1 and words[place - 1].plain in _JOINED:
            before = joined.pop()
            joined.append(_Word(before.plain + word.plain, before.written_out + word.written_out, word.chunk))
        else:
            joined.append(word)
    if not joined:
        raise Unreadable("empty")
    if len(_alphabets("".join(word.plain for word in joined)) & _LOOK_ALIKE) > 1:
        raise Unreadable("alphabets")
    chunks = [word.chunk for word in joined]
    return Name(
        tuple(word.plain for word in joined),
        tuple(word.written_out for word in joined),
        chunks.count(chunks[0]),
        chunks.count(chunks[-1]),
    )


def _alphabets(text: str) -> set[str]:
    """The scripts of the letters, by the first word of the names that Unicode gives them."""
    return {unicodedata.name(sign, "?").split(" ", 1)[0] for sign in text}


def _without_nickname(text: str) -> str:
    if len(text) > LONGEST:
        raise Unreadable("long")
    return _NICKNAME.sub(" ", _COMMA.sub(",", without_invisible(text)))


def _words(text: str) -> list[_Word]:
    """The words of a name or a part of one, each in the form of the rule and written out."""
    compatible = without_invisible(unicodedata.normalize("NFKC", _APOSTROPHE.sub("", text)))
    folded = unicodedata.normalize("NFC", compatible.casefold())
    words = [
        _Word(_plain(word), _plain(word.translate(_WRITTEN_OUT)), chunk)
        for chunk, together in enumerate("".join(_spaced(folded)).split())
        for word in together.split(_DASH)
        if word
    ]
    if any(word.plain in _ALSO_KNOWN for word in words):
        raise Unreadable("several")
    return words


def _spaced(text: str) -> Iterator[str]:
    """Letters and marks as they are, what parts words as a blank or a dash; all else is no name."""
    for sign in text:
        kind = unicodedata.category(sign)
        if kind[0] in "LM":
            yield sign
        elif kind == "Pd":
            yield _DASH
        elif kind == "Zs" or sign in _SPACES:
            yield " "
        elif kind[0] == "N":
            raise Unreadable("digits")
        elif sign in "/&;|+" or sign == "\\":
            raise Unreadable("several")
        else:
            raise Unreadable("unassigned" if kind in ("Cn", "Co", "Cs") else "signs")


def _plain(word: str) -> str:
    """A word without the marks on Latin letters; marks of other scripts are part of what is written."""
    parts, after_latin = [], False
    for sign in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(sign):
            after_latin = sign.isascii() or "LATIN" in unicodedata.name(sign, "")
            parts.append(sign)
        elif not after_latin:
            parts.append(sign)
    return unicodedata.normalize("NFC", "".join(parts)).translate(_LETTERS)
