"""A watch-list as it is used: one term a line, a table with categories or weights, or conditions in TOML.

Nothing is skipped in silence. `#` begins a hashtag and no comment; a line is a term to its last
character, white space at its ends aside. A line that looks like a comment (`# so`) is refused.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

from overt.refusals import Refusal, raise_all
from overt.rows import TEXT_KINDS, open_rows
from overt.watchlists._conditions import read_conditions
from overt.watchlists._files import lines_of, regular_bytes
from overt.watchlists._matching import SEPARATOR
from overt.watchlists._term import Term, TermList

MOST_TERMS = 200_000
LONGEST = 500
TERM_NAMES = ("term", "word", "ngram", "phrase", "keyword", "hashtag", "emoji", "text")
CATEGORY_NAMES = ("category", "categorization", "categorisation", "class", "kind", "type", "group")
WEIGHT_NAMES = ("weight", "score", "prophate")


def read_terms(path: Path, *, term: str = "", category: str = "", weight: str = "") -> TermList:
    """The terms of a list: `.csv` and `.tsv` are tables with a header, `.toml` holds conditions, all else is lines.

    `term`, `category` and `weight` name columns of a table; without them they are told by their usual
    names. Refuses a list that is not UTF-8, that is empty, or that holds a term that cannot be matched.
    """
    content = regular_bytes(path, "watchlist-terms-unreadable")
    text = _decoded(content, path)
    suffix = path.suffix.lower()
    if suffix == ".toml":
        terms = read_conditions(text, path)
    elif suffix in {".csv", ".tsv"}:
        terms = _from_table(path, (term, category, weight))
    else:
        terms = [Term(line, line=number) for number, line in lines_of(text, path.name)]
    _check(terms, path)
    weighted = any(term.weight != 1 for term in terms)
    return TermList(path.name, hashlib.sha256(content).hexdigest(), tuple(terms), weighted)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refusal(
            "watchlist-terms-encoding", f"{path.name}, line {line}", "the text is not UTF-8", "a list in UTF-8",
            "convert the file, for example with iconv",
        ) from error  # fmt: skip


def _from_table(path: Path, named: tuple[str, str, str]) -> list[Term]:
    with open_rows(path, kinds=TEXT_KINDS) as rows:
        columns = _columns(rows.header, path, named)
        return [
            _row(row, columns, f"{path.name}, row {number}", number)
            for number, row in rows.rows
            if any(cell.strip() for cell in row)
        ]


def _columns(header: Sequence[str], path: Path, named: tuple[str, str, str]) -> tuple[int, int | None, int | None]:
    """Where the term, its category and its weight stand."""
    lower = [name.strip().casefold() for name in header]

    def place(wanted: str, usual: Sequence[str]) -> int | None:
        if wanted:
            if wanted not in header:
                raise Refusal("watchlist-terms-column", path.name, f"no column {wanted}", f"one of {', '.join(header)}")
            return header.index(wanted)
        return next((lower.index(name) for name in usual if name in lower), None)

    term = place(named[0], TERM_NAMES)
    if term is None:
        remedy = "name it with --term-column, or give the list as plain lines in a .txt file"
        raise Refusal("watchlist-terms-column", path.name, "there is no column of terms", ", ".join(TERM_NAMES), remedy)
    return term, place(named[1], CATEGORY_NAMES), place(named[2], WEIGHT_NAMES)


def _row(row: Sequence[str], columns: tuple[int, int | None, int | None], where: str, number: int) -> Term:
    term, category, weight = columns
    return Term(
        row[term].strip(),
        row[category].strip() if category is not None else "",
        _weight(row[weight], where) if weight is not None else 1.0,
        line=number,
    )


def _weight(text: str, where: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight < 0:
        raise Refusal("watchlist-terms-weight", where, "the weight is not a number of 0 or more", "a number")
    return weight


def _check(terms: Sequence[Term], path: Path) -> None:
    if not terms:
        raise Refusal("watchlist-terms-empty", path.name, "there is no term", "one term on each line")
    if len(terms) > MOST_TERMS:
        raise Refusal("watchlist-terms-many", path.name, f"{len(terms):,} terms", f"{MOST_TERMS:,} at most")
    faults = []
    for place, term in enumerate(terms, 1):
        where = f"{path.name}, term {place}"
        words = (
            [term.text]
            if term.condition is None
            else [*term.positive, *term.condition.none_of, *term.condition.not_near]
        )
        for word in words:
            if not word.strip():
                faults.append(
                    Refusal("watchlist-term", where, "there is nothing to match", "a word, a phrase or a hashtag")
                )
            elif len(word) > LONGEST:
                size = f"{len(word):,} characters"
                faults.append(Refusal("watchlist-term", where, size, f"{LONGEST} at most"))
            elif SEPARATOR in word:
                faults.append(Refusal("watchlist-term", where, "there is a NUL character", "text"))
    raise_all(faults[:50])
