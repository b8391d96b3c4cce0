"""The view of a table of counts: a row of the model for each row and group, which stands for as many as the cell says.

Ministries and forces publish so: a row for each force and tactic, a column for each group. Totals are left out, or
everybody would be counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from overt.audits.mapping.form._form import (
    NO_BLANK,
    ROW,
    TRIM,
    AsItIs,
    Cell,
    Codes,
    Constant,
    Counts,
    Figure,
    Formatted,
    ItemForm,
    Likeness,
    Scalar,
    Step,
    Test,
    ViewForm,
    When,
)
from overt.audits.mapping.form._sql import cell_sql
from overt.audits.source._sandbox import literal
from overt.model import ENCOUNTER

_NAME, _OR_BLANK = "counts", Step("or blank")
PATTERNS = {"total": ("Total%", "*Total%"), "parts": ("%, of which",)}
"""How rows begin or end that count others again: totals, and lines that the next ones divide further."""


@dataclass(frozen=True)
class CountedGroups:
    """What is counted where: in the `counted` columns of the table `source`, whose headings are values of `column`.

    `groups` are the broad groups of headings, `also` the columns of the source that fill others of the model, and
    `left_out` are columns of the source with the `PATTERNS` whose rows are left out. `what` says what is counted. The
    source holds `texts`, or numbers.
    """

    source: str
    column: str
    counted: tuple[str, ...]
    what: str
    groups: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    texts: bool = True


def counted_view(asked: CountedGroups) -> ViewForm:
    """The view that counts so. Refuses with `ValueError` fewer than two counted columns."""
    words = tuple(dict.fromkeys([*asked.also.values(), *(name for name, _ in asked.left_out)]))
    place, heading, count = (_free(name, words) for name in ("position", "heading", "counted"))
    parts: tuple[tuple[Scalar | Cell, ...], ...] = tuple(
        (Cell(ROW), *map(Cell, words), number, name, Cell(name)) for number, name in enumerate(asked.counted, start=1)
    )
    frame = Counts(_NAME, asked.source, (ROW, *words, place, heading, count), parts)
    number = Cell(place, of=_NAME)
    items = [
        ItemForm(
            ENCOUNTER.encounter_id,
            Formatted("{:05d}-{}", (Cell(ROW, of=_NAME), number)),
            "the row, and the group in it",
        ),
        ItemForm("kind", Constant(asked.what), "what is counted"),
        ItemForm(asked.column, AsItIs(Cell(heading, of=_NAME)), "the headings of the columns that are counted"),
    ]
    broad = f"{asked.column}_group"
    if asked.groups and broad in ENCOUNTER.by_name:
        whens = tuple(
            When(Test(number, "is", (at,)), asked.groups[name])
            for at, name in enumerate(asked.counted, start=1)
            if name in asked.groups
        )
        items.append(ItemForm(broad, Codes(whens), "the broad group of each heading; the others are unknown"))
    items += [
        ItemForm(column, AsItIs(Cell(name, of=_NAME, steps=(TRIM,))), f"“{name}”")
        for column, name in asked.also.items()
    ]
    value = Cell(count, of=_NAME, steps=(TRIM, NO_BLANK) if asked.texts else ())
    items.append(ItemForm(ENCOUNTER.row_count, Figure(value, ("double", "bigint")), "how many the cell says"))
    like = tuple(Cell(name, of=_NAME) for name in (*words, heading, count))
    items.append(ItemForm(ENCOUNTER.row_digest, Likeness(like), "every value, so that rows that are alike can be seen"))
    return ViewForm("encounter", frame, tuple(items), _where(asked, value), note=_note(asked))


def _where(asked: CountedGroups, value: Cell) -> str:
    kept = [
        f"{cell_sql(Cell(name, of=_NAME, steps=(_OR_BLANK, TRIM)))} not like {literal(pattern)}"
        for name, kind in asked.left_out
        for pattern in PATTERNS[kind]
    ]
    return "\n    and ".join([*kept, f"cast({cell_sql(value)} as double) > 0"])


def _note(asked: CountedGroups) -> str:
    left = [f"“{name}” like {' or '.join(PATTERNS[kind])}" for name, kind in asked.left_out]
    says = f"; rows left out: {'; '.join(left)}" if left else ""
    return f"encounter: as many as each cell of {len(asked.counted)} columns says{says}"


def _free(name: str, taken: tuple[str, ...]) -> str:
    while name in {one.lower() for one in taken}:
        name = f"{name}_"
    return name
