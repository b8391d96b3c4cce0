"""Which values of a source may be shown to whom it belongs, and what stands for the others.

Pages, `map check`, reports and drafts all ask here, before a writer sees a value. It is an allow-list: a value is a
shape, such as `Aaaa 99`, unless it is known to be a word of the model, or many rows share it and the column was said
to hold categories.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from overt.audits.columns._vocabulary import is_known, says_unknown
from overt.model import SUBJECT, Column, Kind, Role

AMONG_ROWS = 10
"""A value that fewer rows share may identify a person."""
MOST_VALUES = 50
"""A column of more different values is never shown but as shapes."""
LONGEST_VALUE = 40
"""A column with a longer value is taken for sentences, unless every word of that value is known."""
LONGEST_SHAPE = 24
_LONGEST_KNOWN = 120
# Such a part of the filled rows must hold known words: of a column of surnames "Black" and "Grant" are fewer.
_MOSTLY = 0.8
# Roles of columns that say who a person is, number rows or people, or hold sentences.
_BARRED = frozenset(
    (
        Role.KEY, Role.REFERENCE, Role.PSEUDONYM, Role.PSEUDONYMS, Role.ACTOR, Role.DOCUMENT, Role.WORDS, Role.PHRASE,
    )
)  # fmt: skip
_CATEGORIES = frozenset((Role.CODE, Role.LABEL, Role.PLACE, Role.GROUP, Role.BODY, Role.YES_OR_NO))
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’-][^\W\d_]+)*[.]?")
_LONGEST_NAME, _MOST_WORDS, _SHORTEST_CODE = 60, 6, 4


def shape(value: str) -> str:
    """What a value looks like: `A` and `a` for letters, `9` for digits, other signs as they are; 24 characters.

    Signs that cannot be seen are `?`, and a shape that was cut ends with `…`.
    """
    plain = unicodedata.normalize("NFC", value[: 4 * LONGEST_SHAPE]).strip()
    signs = [_sign(sign) for sign in plain if not unicodedata.combining(sign)]
    if len(signs) <= LONGEST_SHAPE and len(value) <= 4 * LONGEST_SHAPE:
        return "".join(signs)
    return "".join(signs[: LONGEST_SHAPE - 1]) + "…"


def _sign(sign: str) -> str:
    if sign.isalpha():
        return "A" if sign.isupper() or sign.istitle() else "a"
    if sign.isnumeric():
        return "9"
    if sign.isspace():
        return " "
    return sign if sign.isprintable() else "?"


def is_barred(meaning: Column) -> bool:
    """Whether no value of a column with this meaning is ever shown: it may identify a person.

    These are keys, references, people, staff, documents, free text and birth dates, and columns in which a source may
    have written a name although their role does not suggest it.
    """
    return meaning.role in _BARRED or meaning == SUBJECT.birth_date or (meaning.named and not meaning.personal)


def holds_categories(meaning: Column) -> bool:
    """Whether the values of a column with this meaning are codes, groups or organisations, which many rows share."""
    return meaning.role in _CATEGORIES and not is_barred(meaning)


def may_show(value: str, rows: int, *, meaning: Column | None = None, declared: bool = False) -> bool:
    """Whether a value that so many rows hold may be shown, in a column of at most 50 values.

    `meaning` is the column of the model that it fills, if that is known; `declared` says that a person declared the
    column to hold categories and no names. Of a column without either, `shown_values` also asks that four fifths of
    the rows hold known words.
    """
    if meaning is not None and is_barred(meaning):
        return False
    if meaning is not None and value.strip() in meaning.codes:
        return True
    if is_known(value):
        return len(value) <= _LONGEST_KNOWN
    shared = declared or (meaning is not None and holds_categories(meaning))
    return shared and rows >= AMONG_ROWS and len(value) <= LONGEST_VALUE


def are_words(values: Collection[str]) -> bool:
    """Whether the values of a column are too many or too long for categories: then none is shown."""
    return len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE and not is_known(value) for value in values)


def means_no_date(word: str, rows: int) -> bool:
    """Whether a text without a digit among dates may be shown and taken for no date: it is nobody's name.

    It says that nothing is known, or ten rows share it and every word of it is known.
    """
    return says_unknown(word) or (rows >= AMONG_ROWS and is_known(word))


@dataclass(frozen=True)
class ShownValue:
    """A value that may be shown, with the rows that hold it."""

    value: str
    rows: int


@dataclass(frozen=True)
class MaskedShape:
    """What values that may not be shown look like: how many different ones, in how many rows."""

    shape: str
    values: int
    rows: int


@dataclass(frozen=True)
class ShownValues:
    """The values of a column as far as they may be shown, most rows first, and the shapes of the others.

    `masked_values` different values in `masked_rows` rows are not shown. `why` says in words why none is shown, and is
    empty where some are or where there is none.
    """

    values: tuple[ShownValue, ...] = ()
    shapes: tuple[MaskedShape, ...] = ()
    masked_values: int = 0
    masked_rows: int = 0
    why: str = ""

    @property
    def shown(self) -> frozenset[str]:
        """The values that may be shown."""
        return frozenset(each.value for each in self.values)


NO_VALUES = ShownValues()


def shown_values(
    values: Mapping[str, int],
    *,
    meaning: Column | None = None,
    declared: bool = False,
    named: Collection[str] = (),
    most_shapes: int = MOST_VALUES,
) -> ShownValues:
    """The values of a whole column, with their rows and without blanks, as far as they may be shown.

    `values` are all different values, or any 51 of them where there are more. `named` are values, as they are written,
    that a person has written into the mapping. No value that is masked appears in what is returned.
    """
    may = _may_of(values, meaning, declared=declared)
    written = set() if meaning is not None and is_barred(meaning) else set(named)
    if are_words(values):
        written = set()
    shown = {value: rows for value, rows in values.items() if value in may or value in written}
    masked = {value: rows for value, rows in values.items() if value not in shown}
    shapes = shapes_of(masked.items())[:most_shapes]
    listed = tuple(ShownValue(value, rows) for value, rows in sorted(shown.items(), key=_most_first))
    why = _why(values, meaning) if masked and not shown else ""
    return ShownValues(listed, shapes, len(masked), sum(masked.values()), why)


def shapes_of(values: Iterable[tuple[str, int]]) -> tuple[MaskedShape, ...]:
    """The shapes of values with their rows, most rows first."""
    different, rows_by_shape = Counter[str](), Counter[str]()
    for value, rows in values:
        looks = shape(value)
        different[looks] += 1
        rows_by_shape[looks] += rows
    ordered = sorted(rows_by_shape.items(), key=_most_first)
    return tuple(MaskedShape(looks, different[looks], rows) for looks, rows in ordered)


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _may_of(values: Mapping[str, int], meaning: Column | None, *, declared: bool) -> set[str]:
    """The values that may be shown, by the rule for the whole column."""
    if are_words(values) or (meaning is not None and is_barred(meaning)):
        return set()
    may = {value for value, rows in values.items() if may_show(value, rows, meaning=meaning, declared=declared)}
    if declared or (meaning is not None and holds_categories(meaning)):
        return may
    if sum(rows for value, rows in values.items() if value in may) >= _MOSTLY * sum(values.values()):
        return may
    # Beside dates and numbers, a word such as "TBC" is nobody's name.
    letters = sum(rows for value, rows in values.items() if not says_unknown(value) and _has_letters(value))
    figures = meaning is not None and meaning.kind in (Kind.DATE, Kind.TIMESTAMP, Kind.INTEGER, Kind.NUMBER)
    if figures or letters <= (1 - _MOSTLY) * sum(values.values()):
        return {value for value in values if says_unknown(value)}
    return set()


def _has_letters(value: str) -> bool:
    return any(sign.isalpha() for sign in value)


def _why(values: Mapping[str, int], meaning: Column | None) -> str:
    if meaning is not None and is_barred(meaning):
        return "values of a column with this meaning may identify a person"
    if len(values) > MOST_VALUES:
        return f"the column has more than {MOST_VALUES} different values"
    if are_words(values):
        return f"the column has a value of more than {LONGEST_VALUE} characters"
    return "fewer than four fifths of its rows hold words that Overt knows"


def look_like_names(values: Collection[str]) -> bool:
    """Whether most of these values look like names of people: words of letters alone that Overt does not know."""
    return bool(values) and 2 * sum(_looks_like_name(value) for value in values) > len(values)


def _looks_like_name(value: str) -> bool:
    words = value.replace(",", " ").split()
    if not 1 <= len(words) <= _MOST_WORDS or len(value) > _LONGEST_NAME:
        return False
    if not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    # One short word in capitals is a code.
    is_code = len(words) == 1 and value.strip().isupper() and len(value.strip()) <= _SHORTEST_CODE
    return not is_code and not is_known(value)
