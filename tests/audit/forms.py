"""Forms of a mapping of every kind, made for the tests of writing and reading them."""

from __future__ import annotations

from hypothesis import strategies as st

from overt.audits.mapping.form import (
    LOWER,
    NO_BLANK,
    ROW,
    TRIM,
    UPPER,
    Agreed,
    AsItIs,
    Beside,
    ByHand,
    Cell,
    Codes,
    Combined,
    Constant,
    Counts,
    Day,
    DayOfTime,
    Figure,
    Formatted,
    ItemForm,
    Likeness,
    MappingForm,
    NumberedPeople,
    Pieces,
    Repeated,
    Rows,
    Step,
    Test,
    ViewForm,
    When,
    filled_where,
)
from overt.model import TABLES

NASTY = ("it's", 'a "b"', "*/", "-- x", "a\nb", "\u202eabc", "", "é", "a;b", "{}", "%", "$$", "\\")
COLUMNS = ("Ref No.", "Role in gang ", 'say "who"', "*/ x --", "a\nb", "\u202edeg", "count", "order", "n", ROW, "Größe")

_texts = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
_filled = _texts.filter(bool)
_columns = st.sampled_from(COLUMNS)
_tables = st.sampled_from(("source_rows", "gangs_xlsx", 'odd "name"', "order"))
_steps = st.lists(
    st.sampled_from((TRIM, LOWER, UPPER, NO_BLANK, *map(Step, ("simple", "bracketed", "text", "or blank", "day part"))))
    | st.builds(Step, st.just("nullif"), st.tuples(_texts))
    | st.builds(Step, st.sampled_from(("replace", "pattern")), st.tuples(_texts, _texts)),
    max_size=3,
).map(tuple)
CELLS = st.builds(
    Cell, _columns, st.sampled_from(("", "source_rows", "part")), _steps, st.sampled_from(("", ";", "' --"))
)
_plain_cells = st.builds(Cell, _columns, st.sampled_from(("", "gangs_xlsx")), _steps)
_numbers = st.integers(-(2**31), 2**62)
_scalars = st.one_of(_texts, _numbers, st.booleans(), st.none())
_tests = st.one_of(
    st.builds(Test, CELLS, st.just("is"), st.lists(_texts | _numbers, min_size=1, max_size=3).map(tuple)),
    st.builds(Test, CELLS, st.just("like"), st.tuples(_texts)),
    st.builds(Test, CELLS, st.just("filled")),
)
_words = st.lists(_texts, max_size=3).map(tuple)
_forms = st.lists(_filled, min_size=1, max_size=3).map(tuple)


def _is_one_thing(choice: object) -> bool:
    """Whether it is read as what it is: a list of codes may say the same as another form in all but its name."""
    if isinstance(choice, Codes) and len(choice.whens) == 1:
        (when,) = choice.whens
        return not (isinstance(choice.rest, Cell) and when.then is None)
    return True


_of_row = st.one_of(
    st.builds(AsItIs, CELLS),
    st.builds(Formatted, _texts, st.lists(CELLS, min_size=1, max_size=3).map(tuple)),
    st.builds(Constant, _scalars),
    st.builds(
        Codes, st.lists(st.builds(When, _tests, _scalars | CELLS), min_size=1, max_size=4).map(tuple), _scalars | CELLS
    ),
    st.builds(
        Day,
        CELLS,
        _forms,
        _words,
        st.booleans(),
        st.sampled_from(("date", "timestamp")),
        st.sampled_from(("", "Europe/London")),
    ),
    st.builds(DayOfTime, CELLS, st.sampled_from(("", "Europe/London")), st.none() | _tests),
    st.builds(
        Combined,
        st.lists(_texts | CELLS, min_size=2, max_size=4)
        .filter(lambda parts: any(isinstance(part, Cell) for part in parts))
        .map(tuple),
    ),
    st.builds(Likeness, st.lists(CELLS, min_size=1, max_size=12).map(tuple)),
    st.builds(Figure, CELLS, st.sampled_from((("double",), ("double", "bigint"), ("bigint",))), _words),
    st.builds(Figure, CELLS, st.sampled_from((("double",), ("integer",))), _words, st.just(True)),
).filter(_is_one_thing)
CHOICES = st.one_of(
    _of_row,
    st.builds(Agreed, _of_row, st.sampled_from(("agree", "min", "max"))),
    st.builds(Agreed, _of_row, st.just("latest"), _of_row),
)
FRAMES = st.one_of(
    st.builds(Rows, _tables, st.sampled_from(("", "x"))),
    st.builds(Pieces, _tables, st.builds(Cell, _columns, st.just(""), st.just(()), st.sampled_from((";", "' --")))),
    st.builds(Repeated, _tables, _plain_cells, st.sampled_from(("part", "person")), st.sampled_from(("n", "number"))),
    st.builds(
        Beside,
        _tables,
        st.just("reviews"),
        _plain_cells,
        _plain_cells,
        st.booleans(),
        st.sampled_from(("", "l")),
        st.sampled_from(("", "r")),
    ),
    st.builds(
        NumberedPeople,
        _tables,
        _plain_cells,
        st.sampled_from(("numbered", "people")),
        st.lists(st.integers(1, 10**6), max_size=3).map(tuple),
    ),
    st.builds(
        Counts,
        st.just("counts"),
        _tables,
        st.just(("position", "perceived", 'the "uses"')),
        st.lists(st.tuples(_numbers, _texts, _plain_cells), min_size=2, max_size=3).map(tuple),
    ),
)
_wheres = st.one_of(st.just(""), _plain_cells.map(filled_where), st.just("a = 'x\n--y' -- last\n and b"))
_by_hand = st.sampled_from(
    ("row_number() over (order by x)", "sqrt(x) /* , */ + 1 -- why,", "(select max(y) from other)", "a + b", "a.b.c")
)


@st.composite
def _views(draw: st.DrawFn, table: str) -> ViewForm:
    names = draw(st.lists(st.sampled_from(list(TABLES[table].by_name)), min_size=1, max_size=3, unique=True))

    several = draw(st.integers(0, 2)) == 2
    frames = FRAMES.filter(lambda frame: not isinstance(frame, Counts)) if several else FRAMES

    def one(below: tuple[ViewForm, ...] = ()) -> ViewForm:
        items = tuple(
            draw(
                st.builds(ByHand, st.just(name), _by_hand, _texts) | st.builds(ItemForm, st.just(name), CHOICES, _texts)
            )
            for name in names
        )
        where, by = draw(_wheres), draw(st.none() | _plain_cells)
        return ViewForm(table, draw(frames), items, where, by, below, note=draw(_texts))

    return one((one(),) if several else ())


FORMS = st.lists(st.sampled_from(("entry", "subject", "item")), min_size=1, max_size=2, unique=True).flatmap(
    lambda tables: st.tuples(*map(_views, tables)).map(MappingForm)
)
