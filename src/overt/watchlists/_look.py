"""A look at a list and at texts before they are tested, for a person who chooses columns and labels on a page.

What is told of them is counts and the names of columns, and never a term or a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from overt.refusals import Refusal
from overt.watchlists._columns import shape, told_by_name
from overt.watchlists._corpus import LONGEST_LEVEL
from overt.watchlists._labels import MOST_LABELS
from overt.watchlists._tables import open_table

LONGEST_HEADING, MOST_WORDS = 40, 5


@dataclass(frozen=True)
class TextColumn:
    """A column of labelled texts. `told` is what it says of who wrote a text, as far as its name and type tell it.

    A column that tells something is never read, unless it `may_be_text`: `user comment` is a comment.
    """

    name: str
    told: str
    may_be_text: bool


def look_at_texts(path: Path, delimiter: str = "") -> tuple[TextColumn, ...]:
    """The columns of a file of texts. Refuses one whose first row does not look like the names of columns.

    In the place of a name there would be a text, which no page may show.
    """
    table = open_table(path, delimiter)
    if any(map(_is_data, table.header)):
        raise Refusal(
            "watchlist-corpus-headings",
            f"{path.name}, row 1",
            "this looks like data and not like the names of columns",
            f"a short name for each column, of at most {LONGEST_HEADING} characters",
            "add a first row with the names of the columns",
        )
    return tuple(
        TextColumn(
            name,
            table.told.get(name) or told_by_name(name) or "",
            not table.told.get(name) and told_by_name(name, is_text=True) is None,
        )
        for name in table.header
    )


def count_labels(
    path: Path, column: str, delimiter: str = "", read: Callable[[int], None] = lambda rows: None
) -> dict[str, int]:
    """The labels in a column with their texts, most texts first. Refuses a column that holds texts or many values.

    `read` is told how many rows have been looked at.
    """
    counts: Counter[str] = Counter()
    rows = 0
    for (values,) in open_table(path, delimiter).batches([column]):
        counts.update(map(str.strip, values))
        rows += len(values)
        read(rows)
        if len(counts) > MOST_LABELS or max(map(len, counts), default=0) > LONGEST_LEVEL:
            raise Refusal(
                "watchlist-corpus-levels",
                f"{path.name}, column {column}",
                "these are too many or too long to be labels",
                f"at most {MOST_LABELS} labels of at most {LONGEST_LEVEL} characters",
            )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _is_data(name: str) -> bool:
    words = name.split()
    is_long = len(name) > LONGEST_HEADING or len(words) > MOST_WORDS
    is_figure = not any(sign.isalpha() for sign in name)
    return is_long or is_figure or name.rstrip().endswith((".", "!", "?", "…")) or shape(name.strip()) is not None
