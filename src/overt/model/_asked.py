"""What somebody asks who looks for a column in plain words, and the search over names, meanings and these questions.

Only the model is searched, never data.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from overt.model._encounters import SOURCE_COLUMN
from overt.model._synonyms import names_of
from overt.model._table import Column
from overt.model._tables import TABLES

_STOP = frozenset(
    (
        "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "did", "do", "does", "for", "from", "had",
        "has", "have", "how", "i", "in", "is", "it", "its", "me", "my", "not", "of", "on", "or", "that", "the", "their",
        "them", "there", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "who", "why",
        "with", "you", "your",
    )
)  # fmt: skip
_ENDINGS = ("ing", "ied", "ies", "ed", "es", "s", "e")
_SHORTEST_STEM = 3
_NAME, _ASKING, _MEANING, _TABLE = 3.0, 3.0, 1.0, 1.5
_MOST = 10
# What a question word says of a column.
_WHEN = frozenset(("day", "moment"))
_WHO = frozenset(("actor", "pseudonym", "body"))
_KEYS_OF = 0.8


@dataclass(frozen=True)
class Hit:
    """A column that fits the words: its `score`, higher for better, and `why`: what of it has the words."""

    column: Column
    score: float
    why: str


def find_column(words: str, *, table: str = "", most: int = _MOST) -> tuple[Hit, ...]:
    """The columns of the model that fit a question in plain words, best first; of one table, if it is named.

    Names, what registers call them, their meanings and the questions that they answer are searched, a rare word
    counting for more. Columns that Overt fills itself are left out. Nothing fits where no word does.
    """
    wanted = _stems(words)
    if not wanted:
        return ()
    question = words.casefold().split()
    hits = []
    for entry in _index():
        if table and entry.column.table != table:
            continue
        score, why = _score(entry, wanted)
        if score:
            hits.append(Hit(entry.column, round(score * _fit(entry.column, question), 3), why))
    return tuple(sorted(hits, key=lambda hit: -hit.score)[:most])


@dataclass(frozen=True)
class _Entry:
    column: Column
    names: tuple[frozenset[str], ...]
    questions: tuple[frozenset[str], ...]
    meaning: frozenset[str]
    about: frozenset[str]


@cache
def _index() -> tuple[_Entry, ...]:
    entries = []
    for table in TABLES.values():
        if table is SOURCE_COLUMN:
            continue
        about = _stems(f"{table.name.replace('_', ' ')} {table.doc}")
        for column in table.own_columns:
            names = tuple(
                stems for name in names_of(table.name, column.name) if (stems := _stems(name.replace("_", " ")))
            )
            questions = tuple(_stems(question) for question in column.asked)
            codes = " ".join(code.replace("_", " ") for code in column.codes)
            entries.append(_Entry(column, names, questions, _stems(f"{column.doc} {codes}"), about))
    return tuple(entries)


@cache
def _weights() -> dict[str, float]:
    """How much a word tells: the fewer columns have it, the more."""
    counts = Counter[str]()
    for entry in _index():
        counts.update(entry.meaning.union(entry.about, *entry.names, *entry.questions))
    return {word: math.log(1 + len(_index()) / count) for word, count in counts.items()}


def _score(entry: _Entry, wanted: frozenset[str]) -> tuple[float, str]:
    named = max((_overlap(name, wanted, whole=True) for name in entry.names), default=0.0)
    asked = max((_overlap(question, wanted) for question in entry.questions), default=0.0)
    meant = _overlap(entry.meaning, wanted)
    parts = {"its name": _NAME * named, "a question it answers": _ASKING * asked, "its meaning": _MEANING * meant}
    best = max(parts, key=lambda part: parts[part])
    if not parts[best]:
        return 0.0, ""
    return sum(parts.values()) + _TABLE * _overlap(entry.about, wanted), best


def _overlap(words: frozenset[str], wanted: frozenset[str], *, whole: bool = False) -> float:
    """The weight of the words that both have, against that of the wanted ones; `whole` also against all of `words`."""
    weights = _weights()
    both = sum(weights.get(word, 0.0) for word in words & wanted)
    against = sum(weights.get(word, 0.5) for word in (words | wanted if whole else wanted))
    return both / against if against else 0.0


def _fit(column: Column, question: list[str]) -> float:
    """Whether the column is of the kind that a question word asks for."""
    if "when" in question or "date" in question or "day" in question:
        return 1.5 if column.role in _WHEN else 0.6
    if "who" in question or "whom" in question:
        return 1.5 if column.role in _WHO else 0.8
    if "why" in question or "reason" in question:
        return 1.3 if column.role in ("words", "phrase", "label", "code") else 0.7
    if question[-1] == "for":
        return 1.5 if column.free_text else 0.6
    return _KEYS_OF if column.role in ("key", "reference") else 1.0


def _stems(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return frozenset(_stem(word) for word in words if word not in _STOP)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
