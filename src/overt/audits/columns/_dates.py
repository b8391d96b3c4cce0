"""In which forms the dates of a column are written, looked at in every different value; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from overt.audits.columns._rows import FIRST_ROWS, filled_rows, filled_rows_of, kind_of
from overt.audits.columns._showing import ShownValue, means_no_date, shape
from overt.audits.source import SourceTable
from overt.audits.source._sandbox import literal
from overt.audits.source._texts import filled_sql, is_text

_DAYS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%b-%y",
)
_TIMES = (" %H:%M", " %H:%M:%S", " %H:%M:%S.%g", " %I:%M %p", " %I:%M:%S %p")
FORMS = (*(f"{day}{time}" for day in _DAYS for time in ("", *_TIMES)), "%Y-%m-%d %H:%M")
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
# DuckDB reads the year 0000 as one before Christ.
DAY = r"(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}"
MOMENT = rf"{DAY}([T ]{_TIME}(:[0-9]{{2}}([.][0-9]{{1,9}})?{ZONE}?)?)?"
_OFFSET = rf"(:[0-9]{{2}}([.][0-9]+)?)\s*{ZONE}$"
# A day and a month before a year, in whatever order: which is which is seen where one is over 12.
PARTED = r"^\s*([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2,4})"
_SAMPLE = 2_000
# Longer ones first, for they have shorter ones in them.
_IN_WORDS = {
    "%Y%m%d": "year, month and day in eight figures", "dT%H": "d %H", "%d": "day", "%m": "month", "%Y": "year",
    "%y": "year in two figures", "%b": "month in letters", "%B": "month in full", "%H": "hour", "%I": "hour",
    "%M": "minute", "%S": "second", ".%g": " and parts", "%p": "am or pm",
}  # fmt: skip


@dataclass(frozen=True)
class DateTexts:
    """A column of texts, as SQL: the text, whether it has an offset, and the text without it."""

    text: str

    @property
    def zoned(self) -> str:
        """Whether it ends with an offset."""
        return f"regexp_matches({self.text}, {literal(_OFFSET)})"

    @property
    def bare(self) -> str:
        """It without its offset."""
        return f"regexp_replace({self.text}, {literal(_OFFSET)}, {literal(chr(92) + '1')})"

    @property
    def offset(self) -> str:
        """Its offset."""
        return f"regexp_extract({self.text}, {literal(_OFFSET)}, 3)"

    @property
    def iso(self) -> str:
        """Whether it is a day, or a day and a time, as ISO 8601 writes them."""
        is_day = f"try_cast(left({self.text}, 10) as date) is not null"
        return f"(regexp_full_match({self.text}, {literal(MOMENT)}) and {is_day})"

    @property
    def word(self) -> str:
        """Whether it has no digit."""
        return f"not regexp_matches({self.text}, '[0-9]')"


@dataclass(frozen=True)
class DateCounts:
    """In how many rows values can be read: as ISO 8601, some with a time or an offset; in other forms; as words."""

    filled: int
    iso: int
    timed: int
    zoned: int
    words: int
    forms: dict[str, int]

    @property
    def others(self) -> int:
        """Values with digits that are not ISO 8601."""
        return self.filled - self.iso - self.words

    @property
    def whole(self) -> list[str]:
        """The forms in which every one of these can be read."""
        return [form for form, count in self.forms.items() if count == self.others > 0]


def count_dates(
    connection: duckdb.DuckDBPyConnection, source: str, column: str, *, sample: int = _SAMPLE
) -> DateCounts:
    """How the values of a column of texts can be read as dates; `source` and `column` are SQL.

    Values that repeat are looked at once. Which forms there are is seen in a sample of the different values; then every
    value is read in those, and what none of them reads is sampled again for others.
    """
    _look(connection, f"(select {column} as value from {source} where {filled_sql(column)})")
    counts = _counted(connection, sample)
    _forget(connection)
    return counts


def _look(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Keeps the different values, with what they are and their rows."""
    texts = DateTexts("text")
    connection.execute(
        f"create or replace temp table looked as select text, times, {texts.iso} as iso, {texts.word} as word,"
        f" {texts.zoned} as zoned, {texts.bare} as bare"
        f" from (select trim(value) as text, count(*) as times from {rows} group by 1)"
    )


def _forget(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table looked")


def _counted(connection: duckdb.DuckDBPyConnection, sample: int) -> DateCounts:
    row = connection.execute(
        "select coalesce(sum(times), 0), coalesce(sum(times) filter (where iso), 0),"
        " coalesce(sum(times) filter (where iso and strlen(text) > 10), 0),"
        " coalesce(sum(times) filter (where zoned), 0), coalesce(sum(times) filter (where word and not iso), 0)"
        " from looked"
    ).fetchone()
    filled, iso, timed, zoned, words = (int(number) for number in row or (0,) * 5)
    counts = DateCounts(filled, iso, timed, zoned, words, {})
    return replace(counts, forms=_readable(connection, sample)) if counts.others else counts


_OTHERS = "(select bare, times from looked where not iso and not word)"


def _readable(connection: duckdb.DuckDBPyConnection, sample: int) -> dict[str, int]:
    """How many rows each form reads, of those that read anything.

    What the forms of one sample leave unread is sampled again, until no form reads anything of a sample.
    """
    counts: dict[str, int] = {}
    while True:
        left = f"(select * from {_OTHERS} where {_unread('bare', tuple(counts))})"
        few = f"(select bare, 1 as times from {left} order by hash(bare), bare limit {sample})"
        first = _tried(connection, tuple(form for form in FORMS if form not in counts), few)
        likely = tuple(form for form, count in first.items() if count)
        if not likely:
            return {form: counts[form] for form in FORMS if form in counts}
        counts |= _tried(connection, likely, _OTHERS)


def _tried(connection: duckdb.DuckDBPyConnection, forms: tuple[str, ...], values: str) -> dict[str, int]:
    counts = (f"sum(times) filter (where {_reads('bare', form)})" for form in forms)
    row = connection.execute(f"select {', '.join(counts)} from {values}").fetchone() or ()
    return {form: int(count or 0) for form, count in zip(forms, row, strict=True)}


def _reads(text: str, form: str) -> str:
    return f"try_strptime({text}, {literal(form)}) between '1800-01-01' and '2199-12-31'"


def _unread(text: str, forms: tuple[str, ...]) -> str:
    return " and ".join(f"not coalesce({_reads(text, form)}, false)" for form in forms) or "true"


def forms_in_words(text: str) -> str:
    """A text in which each form of dates, as `strptime` writes it, is in words: `day/month/year` for `%d/%m/%Y`."""
    for sign, words in _IN_WORDS.items():
        text = text.replace(sign, words)
    return text


@dataclass(frozen=True)
class DateForm:
    """A form as `strptime` writes it, how many rows it reads, and what one of them looks like."""

    form: str
    rows: int
    example: str

    @property
    def short_year(self) -> bool:
        """Whether the century is missing."""
        return "%y" in self.form


@dataclass(frozen=True)
class Placed:
    """Rows that are counted and may not be shown: how many, and the numbers in the file of the first five."""

    rows: int = 0
    places: tuple[int, ...] = ()


NO_ROWS = Placed()


@dataclass(frozen=True)
class DateForms:
    """How the dates of a column are written.

    `iso` rows are written as ISO 8601, or were typed as dates in a spreadsheet; `timed` of them have a time and `zoned`
    rows an offset. `forms` are the other forms, each with all rows that it reads, most first. Of dates in digits with
    the year last `day_only` can only be day first, `month_only` only month first, and `either` both. `words` are those
    that may be shown, and `masked_words` counts the others. `unread` rows have digits and no form reads them.
    """

    filled: int
    iso: int = 0
    timed: int = 0
    zoned: int = 0
    forms: tuple[DateForm, ...] = ()
    day_only: int = 0
    month_only: int = 0
    either: int = 0
    words: tuple[ShownValue, ...] = ()
    masked_words: Placed = NO_ROWS
    unread: Placed = NO_ROWS

    @property
    def order(self) -> str:
        """`day` or `month` where rows prove which comes first, `mixed` where they prove both, or nothing."""
        if self.day_only and self.month_only:
            return "mixed"
        return "day" if self.day_only else "month" if self.month_only else ""

    @property
    def is_dates(self) -> bool:
        """Whether any row reads as a date."""
        return bool(self.iso or self.forms)


def date_forms(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    column: str,
    *,
    sample: int = _SAMPLE,
    also: Sequence[str] = (),
) -> DateForms:
    """The forms of a column's dates, with what nobody can read by its rows. No date is decided, and none is shown.

    With those of the columns `also`, which mean the same.
    """
    rows = filled_rows_of(table, (column, *also))
    kind = kind_of(table, column)
    if not is_text(kind):
        row = connection.execute(f"select count(*) from {rows}").fetchone()
        filled = int(row[0]) if row else 0
        if kind != "DATE" and not kind.startswith("TIMESTAMP"):
            return DateForms(filled, unread=_placed(connection, rows, "true"))
        return DateForms(filled, filled, 0 if kind == "DATE" else filled, filled if "ZONE" in kind else 0)
    _look(connection, rows)
    counts = _counted(connection, sample)
    forms = tuple(
        DateForm(form, read, _example(connection, form))
        for form, read in sorted(counts.forms.items(), key=lambda item: (-item[1], FORMS.index(item[0])))
    )
    day_only, month_only, either = _order(connection)
    words, hidden = _words(connection)
    none_reads = f"not iso and not word and {_unread('bare', tuple(counts.forms))}"
    unread = _of_values(connection, rows, f"select text from looked where {none_reads}")
    masked = _of_values(connection, rows, f"select text from looked where word and text not in {_listed(words)}")
    _forget(connection)
    return DateForms(
        counts.filled, counts.iso, counts.timed, counts.zoned, forms, day_only, month_only, either, words,
        masked if hidden else NO_ROWS, unread,
    )  # fmt: skip


def unread_dates(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    column: str,
    *,
    forms: tuple[str, ...],
    none: tuple[str, ...] = (),
) -> Placed:
    """The filled rows that neither these forms nor ISO 8601 read and that are none of the words for no date.

    This is what `strptime` with the same list would stop at. Words are compared without regard to case and blanks.
    """
    texts = DateTexts("trim(value)")
    words = tuple(ShownValue(word.strip().lower(), 0) for word in none)
    condition = f"not {texts.iso} and lower(trim(value)) not in {_listed(words)} and {_unread(texts.bare, forms)}"
    return _placed(connection, filled_rows(table, column), condition)


def _placed(connection: duckdb.DuckDBPyConnection, rows: str, condition: str) -> Placed:
    row = connection.execute(f"select count(*), min(place, {FIRST_ROWS}) from {rows} where {condition}").fetchone()
    return Placed(int(row[0]), tuple(int(place) for place in row[1] or ())) if row else NO_ROWS


def _of_values(connection: duckdb.DuckDBPyConnection, rows: str, values: str) -> Placed:
    if connection.execute(f"select 1 from ({values}) limit 1").fetchone() is None:
        return NO_ROWS
    return _placed(connection, rows, f"trim(value) in ({values})")


def _example(connection: duckdb.DuckDBPyConnection, form: str) -> str:
    row = connection.execute(
        f"select text from looked where not iso and not word and {_reads('bare', form)}"
        " order by times desc, text limit 1"
    ).fetchone()
    return shape(str(row[0])) if row else ""


def _order(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """The rows that can only be day first, only month first, and either."""
    row = connection.execute(
        "select coalesce(sum(times) filter (where first between 13 and 31 and second between 1 and 12), 0),"
        " coalesce(sum(times) filter (where second between 13 and 31 and first between 1 and 12), 0),"
        " coalesce(sum(times) filter (where first between 1 and 12 and second between 1 and 12), 0) from"
        f" (select times, try_cast(regexp_extract(text, {literal(PARTED)}, 1) as int) as first,"
        f" try_cast(regexp_extract(text, {literal(PARTED)}, 2) as int) as second from looked where not iso)"
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2])) if row else (0, 0, 0)


def _words(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[ShownValue, ...], int]:
    """The words that may be shown, most rows first, and how many rows hold others.

    A word that says that nothing is known is nobody's name; another known word is shown where ten rows share it.
    """
    rows = connection.execute(
        "select text, times from looked where word and not iso order by times desc, text limit 1000"
    ).fetchall()
    shown = tuple(ShownValue(str(text), int(times)) for text, times in rows if means_no_date(str(text), int(times)))
    row = connection.execute("select coalesce(sum(times), 0) from looked where word and not iso").fetchone() or (0,)
    return shown, int(row[0]) - sum(word.rows for word in shown)


def _listed(words: tuple[ShownValue, ...]) -> str:
    return f"({', '.join(literal(word.value) for word in words)})" if words else "('')"
