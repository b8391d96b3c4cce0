"""A mapping is read as a form and written back: what was not changed stays as it was, to the byte."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from overt.audits.mapping._mapping import MODEL_TABLES, parse_mapping
from overt.audits.mapping.form import (
    AsItIs,
    ByHand,
    Cell,
    Codes,
    Constant,
    ItemForm,
    MappingForm,
    Rows,
    Test,
    ViewForm,
    When,
    read_form,
    write_form,
)
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from tests.audit.forms import FORMS
from tests.often import often

EXAMPLES = Path(__file__).parents[2] / "examples"
SHIPPED = sorted(EXAMPLES.glob("*/mapping.sql"))
ALL = sorted(path for path in EXAMPLES.rglob("*.sql") if path.parent.name != "pack")


@settings(max_examples=often(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(FORMS)
def test_what_is_written_is_read_as_it_was(form: MappingForm) -> None:
    """The law of the round trip, with names and values that try to break out."""
    text = write_form(form)
    assert read_form(text) == form
    assert write_form(read_form(text)) == text


def test_the_shipped_mappings_are_within_the_form() -> None:
    """Every item and every view of them; nothing is lost where the form is written again."""
    kinds: Counter[str] = Counter()
    views: Counter[str] = Counter()
    for path in SHIPPED:
        for view in read_form(path.read_text(encoding="utf-8")).views:
            views[view.kind] += 1
            kinds.update(item.kind if isinstance(item, ItemForm) else "by hand" for item in view.items)
    assert (sum(kinds.values()), kinds["by hand"]) == (66, 0)
    assert views == {"F1": 6, "F3": 2, "F4": 1}


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_mapping_that_was_not_changed_is_written_as_it_was(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write_form(read_form(text)) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_what_is_written_anew_says_the_same(path: Path) -> None:
    """Without the text that it was read from, so that every part is written by the form."""
    form = read_form(path.read_text(encoding="utf-8"))
    anew = MappingForm(tuple(replace(view, text="") for view in form.views))
    text = write_form(anew)
    assert read_form(text) == form
    assert [(view.table, view.columns) for view in parse_mapping(text, "m")] == [
        (view.table, tuple(item.column for item in view.items)) for view in form.views
    ]


BY_HAND = """\
-- A mapping by hand.

-- The list.
create view entry as
select trim("Ref") as entry_id, -- the number
       -- Numbered in the order of days.
       row_number() over (order by "Day") as score, /* odd, but so */ "Unit" as unit -- the last
from list -- of the unit
where "Ref" <> '' ; -- done

create view review as select * from (select 1 as review_id) x;
-- The end"""


def _changed(form: MappingForm, *items: ItemForm | ByHand) -> MappingForm:
    entry = form.views[0]
    changed = {item.column: item for item in items}
    kept = tuple(changed.pop(item.column, item) for item in entry.items)
    return replace(form, views=(replace(entry, items=(*kept, *changed.values())), *form.views[1:]))


def test_one_change_leaves_every_other_byte() -> None:
    text = BY_HAND.replace("select * from (select 1 as review_id) x", "select 1 as review_id from (select 1) x")
    form = read_form(text)
    assert write_form(form) == text
    assert [type(item) for item in form.views[0].items] == [ItemForm, ByHand, ItemForm]
    assert form.views[1].kept is not None
    unit = ItemForm("unit", Constant("Anytown"), "one unit")
    written = write_form(_changed(form, unit, ItemForm("status", AsItIs(Cell("Status")), "as it is")))
    before, _, after = text.partition(' /* odd, but so */ "Unit" as unit -- the last')
    change = "\n       -- one unit\n       'Anytown' as unit,\n       -- as it is\n       \"Status\" as status"
    assert written == before + change + after
    entry = read_form(written).views[0]
    assert [item.column for item in entry.items] == ["entry_id", "score", "unit", "status"]


def test_a_comment_never_takes_in_what_follows() -> None:
    """Where items go, come and change places."""
    form = read_form("create view entry as select a as entry_id, b as unit -- why\nfrom x where c <> '' -- so\n;")
    entry = form.views[0]
    for items in (
        (entry.items[1], entry.items[0]),
        (entry.items[1],),
        (*entry.items, ItemForm("status", Constant("active"), "a\u2028b")),
        (*entry.items, ByHand("score", "sqrt(e) -- one"), ItemForm("grounds", Constant(None))),
    ):
        view = replace(entry, items=items, where="d <> ''")
        again = read_form(write_form(MappingForm((view,))))
        assert again.views == (view,)


def test_a_value_that_may_not_be_shown_is_not_written() -> None:
    """Not in what is written anew; what a person wrote by hand stays."""
    cell = Cell("Role")
    codes = Codes((When(Test(cell, "is", ("Zebedee Quagmire",)), "suspect"),))
    view = ViewForm("entry", Rows("list"), (ItemForm("role", codes),))
    text = write_form(MappingForm((view,)))

    def may_write(column: str, cell: Cell, value: str) -> bool:
        return (column, cell.name, value) != ("entry.role", "Role", "Zebedee Quagmire")

    with pytest.raises(Refusal) as refused:
        write_form(MappingForm((view,)), may_write=may_write)
    assert refused.value.code == "mapping-masked"
    assert "Quagmire" not in str(refused.value)
    assert write_form(read_form(text), may_write=may_write) == text


def test_sql_by_hand_cannot_leave_its_place() -> None:
    for sql in (
        "1 as entry_id from x; create view review as select 1",
        "1 as score, 2",
        "",
        "a as entry_id from y union all select b",
        "read_csv('/etc/passwd')",
    ):
        view = ViewForm("entry", Rows("x"), (ByHand("entry_id", sql),))
        with pytest.raises((Refusal, Refusals)):
            write_form(MappingForm((view,)))


def test_every_column_of_the_model_can_be_named() -> None:
    """Also those whose names are words of SQL."""
    views = tuple(
        ViewForm(name, Rows("x"), tuple(ItemForm(column.name, Constant(None)) for column in TABLES[name].columns))
        for name in MODEL_TABLES
    )
    assert read_form(write_form(MappingForm(views))).views == views


def test_a_mapping_of_a_server_is_kept_whole() -> None:
    text = "-- dialect: postgres\ncreate view entry as select a as entry_id from x;\n"
    form = read_form(text)
    assert [view.kept is not None for view in form.views] == [True]
    assert write_form(form) == text
