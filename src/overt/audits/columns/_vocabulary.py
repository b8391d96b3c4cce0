"""The words that Overt itself knows: a value of nothing but these says what the model says, and names nobody."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import cache

from overt.model import TABLES, WORDS_FOR_CODES, names_of

# A word of at least so many letters may be written short, as in "Susp.".
_SHORTEST_PREFIX = 3
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d{3}")


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case and without accents; a code of letters and digits is one word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)).replace("'", ""))


@cache
def vocabulary() -> frozenset[str]:
    """The words of the model's tables, columns and codes, of what registers call them, and of every group scheme.

    Words for unknown are among the schemes. The sentences that describe the model are left out: they are English, and
    English words are surnames.
    """
    from overt.schemes import shipped  # noqa: PLC0415  an audit that shows no value does without

    texts = [text for scheme in shipped() for line in scheme.lines for text in (line.label, line.group, line.below)]
    for table in TABLES.values():
        texts.append(table.name.replace("_", " "))
        for column in table.columns:
            texts += [name.replace("_", " ") for name in names_of(table.name, column.name)]
            texts += [code.replace("_", " ") for code in column.codes]
    texts += [
        words.replace("_", " ") for by_code in WORDS_FOR_CODES.values() for words in (*by_code, *by_code.values())
    ]
    return frozenset(word for text in texts for word in words_of(text))


def is_known(value: str) -> bool:
    """Whether every word of a value is in the vocabulary, or begins one of its words, and no three digits are in a row.

    A value without a word, such as a date in digits, is not known, unless it says that nothing is known.
    """
    if _DIGITS.search(value):
        return False
    words = words_of(value)
    letters = [word for word in words if not word.isdigit()]
    if not letters:
        return bool(value.strip()) and says_unknown(value)
    return all(_is_word(word) for word in letters)


def says_unknown(value: str) -> bool:
    """Whether a value as a whole says that nothing is known: "TBC", "n/k", "-"."""
    from overt.schemes import is_unknown  # noqa: PLC0415  as above

    return len(value) <= _LONGEST_UNKNOWN and is_unknown(value)


_LONGEST_UNKNOWN = 60


def _is_word(word: str) -> bool:
    known = vocabulary()
    return word in known or (len(word) >= _SHORTEST_PREFIX and _begins_one(word))


def _begins_one(word: str) -> bool:
    ordered = _ordered()
    place = bisect_left(ordered, word)
    return place < len(ordered) and ordered[place].startswith(word)


@cache
def _ordered() -> tuple[str, ...]:
    return tuple(sorted(vocabulary()))
