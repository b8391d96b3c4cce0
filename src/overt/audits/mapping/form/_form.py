"""A mapping as a form: for each view where its rows come from, and for each column of the model what was chosen.

The choices are numbered as the page that offers them numbers them: F1 to F6 for where rows come from, I1 to I12 for how
a column is filled. Everything here is plain data; `_sql` writes it and `_recognise` and `_frames` read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overt.audits.mapping.form._joins import Join

Scalar = str | int | bool | None
"""A constant: a text, a whole number, true, false or null."""


@dataclass(frozen=True)
class Step:
    """What is done to a cell before it is used: a name of `STEPS` in `_sql`, and the texts that it needs."""

    name: str
    texts: tuple[str, ...] = ()


TRIM, LOWER, UPPER = Step("trim"), Step("lower"), Step("upper")
NO_BLANK = Step("nullif", ("",))


@dataclass(frozen=True)
class Cell:
    """A cell of a row: the column's name, the table or alias it is written with, and the steps in their order.

    With a `separator` the cell holds several values, and one of them is taken: the one that `Pieces` counts.
    """

    name: str
    of: str = ""
    steps: tuple[Step, ...] = ()
    separator: str = ""


@dataclass(frozen=True)
class Test:
    """A question of a cell: is it one of `texts`, is it `like` one pattern, or is it filled."""

    __test__ = False

    cell: Cell
    how: str = "is"
    texts: tuple[str | int, ...] = ()

    def __post_init__(self) -> None:
        wanted = {"is": len(self.texts) > 0, "like": len(self.texts) == 1, "filled": not self.texts}
        if not wanted.get(self.how, False):
            raise ValueError(f"a test that is {self.how!r} of {len(self.texts)} texts")


@dataclass(frozen=True)
class AsItIs:
    """I1: the cell, after its steps."""

    cell: Cell


@dataclass(frozen=True)
class Formatted:
    """I2 and I8: `format` of a pattern and cells, such as the number of the row in eight digits."""

    pattern: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Constant:
    """I3: always the same."""

    value: Scalar


@dataclass(frozen=True)
class When:
    """One line of a list of codes: if the test holds, then this code or cell."""

    test: Test
    then: Scalar | Cell


@dataclass(frozen=True)
class Codes:
    """I4 and I12: a list of tests, the first that holds decides; what is in none of them is `rest`."""

    whens: tuple[When, ...]
    rest: Scalar | Cell = None

    def __post_init__(self) -> None:
        if not self.whens:
            raise ValueError("a list of codes without a code")


@dataclass(frozen=True)
class Day:
    """I5 and I6: a day or time in one of `forms`, which are tried in their order; `none` are words that mean no date.

    It is strict, so that a text in none of the forms stops the audit, unless it is `lenient`. `zone` is the place whose
    clock showed a time. `type` is `date` or `timestamp`.
    """

    cell: Cell
    forms: tuple[str, ...]
    none: tuple[str, ...] = ()
    lenient: bool = False
    type: str = "date"
    zone: str = ""

    def __post_init__(self) -> None:
        if not self.forms or self.type not in ("date", "timestamp"):
            raise ValueError("a date without a form, or of an unknown type")


@dataclass(frozen=True)
class DayOfTime:
    """I7: the day of a time, as it is written or at a place; where `guard` does not hold, unknown."""

    cell: Cell
    zone: str = ""
    guard: Test | None = None


@dataclass(frozen=True)
class Combined:
    """I8: texts and cells one after the other, such as the number of an entry and of its part."""

    parts: tuple[str | Cell, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("nothing to combine")


@dataclass(frozen=True)
class Likeness:
    """I10: a digest of cells, by which rows that are alike are seen."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Figure:
    """I11: a number, read as the first of `types` and turned into the next; `none` are words that mean no number."""

    cell: Cell
    types: tuple[str, ...] = ("double",)
    none: tuple[str, ...] = ()
    lenient: bool = False

    def __post_init__(self) -> None:
        if not self.types or (self.lenient and len(self.types) > 1):
            raise ValueError("a number of no type, or a lenient one of several")


OfRow = AsItIs | Formatted | Constant | Codes | Day | DayOfTime | Combined | Likeness | Figure


@dataclass(frozen=True)
class Agreed:
    """I9: one value for all rows of a person; `how` is `agree` (unknown if they differ), `latest`, `min` or `max`.

    `latest` takes the row with the greatest `by`; the last two take any, and are shown as that.
    """

    of: OfRow
    how: str = "agree"
    by: OfRow | None = None

    def __post_init__(self) -> None:
        if self.how not in ("agree", "latest", "min", "max") or (self.how == "latest") != (self.by is not None):
            raise ValueError(f"rows that agree by {self.how!r}")


Choice = OfRow | Agreed
ROW = "_row"
"""The column that Overt gives each table: the number of the row."""


def kind(choice: Choice) -> str:
    """The number of a choice, `I1` to `I12`."""
    if isinstance(choice, Agreed):
        return "I9"
    if isinstance(choice, Formatted):
        return "I2" if [cell.name for cell in choice.cells] == [ROW] else "I8"
    if isinstance(choice, Codes):
        return "I12" if any(isinstance(when.then, bool) for when in choice.whens) else "I4"
    if isinstance(choice, Day):
        return "I6" if choice.none else "I5"
    plain = {AsItIs: "I1", Constant: "I3", DayOfTime: "I7", Combined: "I8", Likeness: "I10", Figure: "I11"}
    return plain[type(choice)]


def cells(choice: Choice) -> Iterator[Cell]:
    """The cells that a choice reads, in their order."""
    match choice:
        case AsItIs(cell) | Day(cell) | Figure(cell):
            yield cell
        case DayOfTime(cell, _, guard):
            yield from [cell, *([guard.cell] if guard else [])]
        case Formatted(_, several) | Likeness(several):
            yield from several
        case Combined(parts):
            yield from (part for part in parts if isinstance(part, Cell))
        case Codes(whens, rest):
            for when in whens:
                yield when.test.cell
                yield from [when.then] if isinstance(when.then, Cell) else []
            yield from [rest] if isinstance(rest, Cell) else []
        case Agreed(of, _, by):
            yield from cells(of)
            yield from cells(by) if by else ()


def values(choice: Choice) -> Iterator[tuple[Cell, str]]:
    """The values of the source that a choice names, each with its cell."""
    match choice:
        case Codes(whens):
            for when in whens:
                yield from ((when.test.cell, str(text)) for text in when.test.texts)
        case Day(cell, _, none) | Figure(cell, _, none):
            yield from ((cell, word) for word in none)
        case Agreed(of, _, by):
            yield from values(of)
            yield from values(by) if by else ()
    for cell in cells(choice):
        yield from ((cell, text) for step in cell.steps if step.name == "nullif" for text in step.texts if text)


@dataclass(frozen=True)
class ItemForm:
    """A column of the model and how it is filled. `note` is what its comment says; it is not read back."""

    column: str
    choice: Choice
    note: str = field(default="", compare=False)

    @property
    def kind(self) -> str:
        """The number of the choice."""
        return kind(self.choice)


@dataclass(frozen=True)
class ByHand:
    """A column that is filled by an expression outside the form, which is kept as it is written."""

    column: str
    sql: str
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Rows:
    """F1: each row of a table of the source."""

    table: str
    alias: str = ""


@dataclass(frozen=True)
class Pieces:
    """F4: each of the values in one cell, numbered by `part.n`."""

    table: str
    cell: Cell


@dataclass(frozen=True)
class Repeated:
    """F4: each row as often as a cell says, numbered by `alias.number`."""

    table: str
    cell: Cell
    alias: str = "part"
    number: str = "n"


@dataclass(frozen=True)
class Beside:
    """F5: each row of a table with the row of another that has the same key; `all_rows` keeps those without one.

    Each table may have an alias, by which cells then name it.
    """

    table: str
    other: str
    key: Cell
    other_key: Cell
    all_rows: bool = True
    alias: str = ""
    other_alias: str = ""


@dataclass(frozen=True)
class NumberedPeople:
    """F6: each row of a table, with `person` counted in the order of a cell; a blank is nobody.

    `apart` are rows, by their numbers, that are each a separate person, even if others are written alike.
    """

    table: str
    cell: Cell
    alias: str = "numbered"
    apart: tuple[int, ...] = ()


@dataclass(frozen=True)
class Counts:
    """F3: rows of one table one below the other, that differ in constants and in the column counted.

    `names` are the columns that the view sees, and each part gives one constant or cell for each.
    """

    name: str
    table: str
    names: tuple[str, ...]
    parts: tuple[tuple[Scalar | Cell, ...], ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2 or any(len(part) != len(self.names) for part in self.parts):
            raise ValueError("parts that do not fit their names")


Frame = Rows | Pieces | Repeated | Beside | NumberedPeople | Counts


@dataclass(frozen=True)
class ViewForm:
    """A view: the table of the model, where its rows come from, its columns, and which rows are taken.

    `where` is SQL. `by` puts the rows of one person together (F2). `below` are selects that stand below the first one
    (F3), whose columns are those of the first. A view outside the form is `kept` as text, whole, and has no frame.
    `text` is how the view was written when it was read, comments included; `note` is what a comment above it says.
    """

    table: str
    frame: Frame | None
    items: tuple[ItemForm | ByHand, ...] = ()
    where: str = ""
    by: Cell | None = None
    below: tuple[ViewForm, ...] = ()
    kept: str | None = None
    text: str = field(default="", compare=False, repr=False)
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.below and any(isinstance(view.frame, Counts) for view in (self, *self.below)):
            raise ValueError("a `with` would be that of the whole union")

    @property
    def kind(self) -> str:
        """The number of the frame, or nothing for a view that is kept."""
        if self.frame is None:
            return ""
        if self.below or isinstance(self.frame, Counts):
            return "F3"
        if isinstance(self.frame, NumberedPeople):
            return "F6"
        if self.by is not None:
            return "F2"
        return {Rows: "F1", Pieces: "F4", Repeated: "F4", Beside: "F5"}[type(self.frame)]

    @property
    def by_column(self) -> dict[str, ItemForm | ByHand]:
        """Items by the columns that they fill."""
        return {item.column: item for item in self.items}


@dataclass(frozen=True)
class MappingForm:
    """A mapping. `head` stands above its views and `tail` below them; neither says anything of what is mapped.

    `joins` are what a person said of how tables of the source belong together. The text holds what came of them.
    """

    views: tuple[ViewForm, ...]
    head: str = field(default="", compare=False)
    tail: str = field(default="", compare=False)
    joins: tuple[Join, ...] = field(default=(), compare=False)

    @property
    def by_table(self) -> dict[str, ViewForm]:
        """Views by the tables that they fill."""
        return {view.table: view for view in self.views}
