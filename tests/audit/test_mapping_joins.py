"""Tables of a source that belong together: what a person says of them becomes part of the mapping, and is counted.

Everybody in the tables is invented.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from overt.audits.mapping import Mapping, apply_mapping, joins_read, mapping_of
from overt.audits.mapping.form import (
    BELOW,
    DESCRIBES,
    LOWER,
    MANY,
    NO_ZEROS,
    TRIM,
    AsItIs,
    Cell,
    Day,
    ItemForm,
    Join,
    MappingForm,
    NotJoined,
    meanings,
    one_entry_a_key,
    one_entry_a_row,
    read_form,
    with_join,
    with_meaning,
    with_sisters,
    without_joins,
    write_form,
)
from overt.audits.source._sandbox import open_workshop
from tests.audit.sources import load

LIST = "Ref,Name,Unit\nA1,Zebedee Quagmire,North\nA2,Philomena Thistlewood,South\nA3,Zebedee Quagmire,\n"
REVIEWS = "Entry ref,Done\n A1,13/04/2024\nA2 ,03/04/2024\nA9,01/05/2024\n"
Row = tuple[Any, ...]


def _item(column: str, source: str) -> ItemForm:
    return ItemForm(column, AsItIs(Cell(source, steps=(TRIM,))))


def _done() -> ItemForm:
    return ItemForm("done_at", Day(Cell("Done", steps=(TRIM,)), ("%d/%m/%Y",), type="timestamp"))


def _join(kind: str, key: str = "Ref", other: str = "Entry ref", *steps: Any, name: str = "reviews") -> Join:
    return Join(kind, "list", name, Cell(key, steps=(TRIM, *steps)), Cell(other, steps=(TRIM, *steps)))


def _listed(*joins: Join) -> MappingForm:
    form = replace(MappingForm(()), joins=joins)
    return with_meaning(form, "list", "entry", _item("entry_id", "Ref"))


def _filled(folder: Path, files: dict[str, str], form: MappingForm, *queries: str) -> tuple[list[list[Row]], Any]:
    """What queries give of the model, filled by a form from files; and what was filled."""
    source = folder / "files"
    source.mkdir()
    for name, text in files.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    account = load(source, folder / "db")
    text = write_form(form)
    assert read_form(text) == form
    with open_workshop(folder / "db", account.held_files) as connection:
        mapping: Mapping = mapping_of(text, "mapping.sql")
        filled = apply_mapping(connection, mapping, account)
        joins = joins_read(connection, mapping, account)
        return [connection.execute(query).fetchall() for query in queries], (filled, joins)


@pytest.mark.parametrize("joined_first", [True, False])
def test_a_table_of_many_rows_leads_to_its_entries(tmp_path: Path, joined_first: bool) -> None:
    """Whenever the join is said: the reviews have the number of their entry, trimmed, and one is of no entry."""
    join = _join(MANY)
    form = _listed(*([join] if joined_first else []))
    form = with_meaning(form, "reviews", "review", _done())
    if not joined_first:
        assert "entry_id" not in form.by_table["review"].by_column
        form = with_join(form, join)
    assert {each.name for each in meanings(form, "reviews", "Entry ref")} == {"review.entry_id"}
    (reviews,), (filled, joins) = _filled(
        tmp_path, {"list": LIST, "reviews": REVIEWS}, form,
        "select review_id, entry_id, cast(done_at as date)::varchar from main.review order by 1",
    )  # fmt: skip
    assert reviews == [
        ("00000001", "A1", "2024-04-13"), ("00000002", "A2", "2024-04-03"), ("00000003", "A9", "2024-05-01"),
    ]  # fmt: skip
    (read,) = joins
    assert (read.match.left.matched, read.match.left.rows) == (2, 3)
    assert read.match.right.unmatched.places == (4,)
    said = "review: 1 of 3 rows of reviews.csv match no row of list.csv (row 4)"
    assert read.said == (said,)
    assert said in filled.notes
    assert filled.numbered == ("review",)


def test_a_table_that_describes_another_stands_beside_it(tmp_path: Path) -> None:
    """In the view of that one, which keeps its rows; columns of one name are told apart."""
    more = "Ref,Unit,Opened by\n a1,East,CN1\nA3,West,CN2\nA7,South,CN3\n"
    form = _listed(_join(DESCRIBES, "Ref", "Ref", LOWER, name="more"))
    form = with_meaning(form, "list", "entry", _item("unit", "Unit"))
    form = with_meaning(form, "more", "entry", _item("opened_by", "Opened by"))
    assert form.by_table["entry"].kind == "F5"
    assert [each.name for each in meanings(form, "more", "Unit")] == []
    assert [each.name for each in meanings(form, "list", "Unit")] == ["entry.unit"]
    (entries,), (_, (read,)) = _filled(
        tmp_path, {"list": LIST, "more": more}, form,
        "select entry_id, unit, opened_by from main.entry order by 1",
    )  # fmt: skip
    assert entries == [("a1", "North", "CN1"), ("a2", "South", None), ("a3", None, "CN2")]
    assert read.said == ("entry: 1 of 3 rows of more.csv match no row of list.csv (row 4)",)
    left = without_joins(form, form.joins)
    assert left.by_table["entry"].kind == "F1"
    assert set(left.by_table["entry"].by_column) == {"entry_id", "unit"}
    assert " join " not in write_form(left)


def test_zeros_at_the_beginning_and_blank_keys(tmp_path: Path) -> None:
    """A blank key meets no blank key, and rows are not made several of."""
    listed = "Ref,Unit\n007,North\n,South\n000,East\n"
    more = "Entry,Opened by\n7,CN1\n,CN2\n0,CN3\n"
    form = _listed(_join(DESCRIBES, "Ref", "Entry", NO_ZEROS, name="more"))
    form = with_meaning(form, "more", "entry", _item("opened_by", "Opened by"))
    (entries,), _ = _filled(
        tmp_path, {"list": listed, "more": more}, form, "select entry_id, opened_by from main.entry order by 1"
    )
    assert entries == [("0", "CN3"), ("7", "CN1")]


def test_tables_of_the_same_kind_stand_one_below_the_other(tmp_path: Path) -> None:
    """Each column under its own name there; what the second table lacks is unknown."""
    old = "Number,Team\nB1,East\nB2,West\n"
    form = _listed()
    form = with_meaning(form, "list", "entry", _item("unit", "Unit"))
    for key, other in (("Ref", "Number"), ("Unit", "Team")):
        form = with_join(form, Join(BELOW, "list", "old", Cell(key), Cell(other)))
    form = with_meaning(form, "list", "entry", _item("opened_by", "Name"))
    (entries,), (_, joins) = _filled(
        tmp_path, {"list": LIST, "old": old}, form,
        "select entry_id, unit, opened_by is not null from main.entry order by 1",
    )  # fmt: skip
    assert entries == [
        ("A1", "North", True), ("A2", "South", True), ("A3", None, True), ("B1", "East", False), ("B2", "West", False),
    ]  # fmt: skip
    assert joins == ()
    assert [each.name for each in meanings(form, "old", "Team")] == ["entry.unit"]


def test_rows_numbered_by_their_place_are_not_mixed_up(tmp_path: Path) -> None:
    """Of tables one below the other, and of reviews that stand beside an entry that only its row numbers."""
    form = one_entry_a_row(replace(MappingForm(()), joins=(_join(MANY),)), "list")
    form = with_meaning(form, "list", "entry", _item("unit", "Unit"))
    form = with_meaning(form, "reviews", "review", _done())
    assert form.by_table["review"].kind == "F5"
    (reviews,), (filled, _) = _filled(
        tmp_path, {"list": LIST, "reviews": REVIEWS}, form, "select review_id, entry_id from main.review order by 1"
    )
    assert reviews == [("00000001", "00000001"), ("00000002", "00000002"), ("00000003", None)]
    assert filled.numbered == ("entry", "review")
    below = with_join(
        with_meaning(one_entry_a_row(MappingForm(()), "list"), "list", "entry", _item("unit", "Unit")),
        Join(BELOW, "list", "old", Cell("Unit"), Cell("Team")),
    )
    assert "2-{:08d}" in write_form(below)


def test_nothing_is_filled_from_a_table_that_nothing_joins() -> None:
    with pytest.raises(NotJoined) as refused:
        with_meaning(_listed(), "reviews", "entry", _item("unit", "Team"))
    assert (refused.value.source, refused.value.other) == ("reviews", "list")


def test_a_join_by_hand_with_other_names_is_read() -> None:
    """With aliases, as people write them; nothing of it changes when another part is."""
    text = (
        'create view entry as\nselect l."Ref" as entry_id, r."Done by" as opened_by -- who\n'
        'from "list" as l left join "more" as r on l."Ref" = r."Ref";\n'
    )
    form = read_form(text)
    assert form.by_table["entry"].kind == "F5"
    assert [each.name for each in meanings(form, "more", "Done by")] == ["entry.opened_by"]
    joined = replace(form, joins=(Join(DESCRIBES, "list", "more", Cell("Ref"), Cell("Ref")),))
    after = with_meaning(joined, "more", "entry", _item("unit", "Unit"))
    assert write_form(after).startswith(text.partition("\nfrom")[0].removesuffix(" -- who"))
    assert 'trim("more"."Unit")' not in write_form(after)
    assert 'trim("r"."Unit") as unit' in write_form(after)


WIDE = "Ref,Grounds 1,Grounds 2,Origin 1,Origin 2\nW1,x,,police,public\nW1,x,y,police,\nW2,,,,\n"


def _wide() -> MappingForm:
    form = with_meaning(MappingForm(()), "wide", "entry", _item("entry_id", "Ref"))
    form = with_meaning(form, "wide", "entry", _item("unit", "Grounds 2"))
    form = one_entry_a_key(form)
    grounds = [(Cell(f"Grounds {n}"), _item("category", f"Grounds {n}")) for n in (1, 2)]
    origins = [(Cell(f"Origin {n}"), _item("platform", f"Origin {n}")) for n in (1, 2)]
    return with_sisters(with_sisters(form, "wide", "item", grounds), "wide", "item", origins)


def test_sister_columns_are_rows_of_one_table(tmp_path: Path) -> None:
    """Three rows are two entries; blanks leave no item, and every item has a number of its own."""
    form = _wide()
    table = [name for name in form.by_table if name == "item"]
    assert table == ["item"]
    text = write_form(form).replace("wide", "source_rows")
    account_form = read_form(text)
    (entries, items), (filled, _) = _filled(
        tmp_path, {"wide": WIDE}, account_form,
        "select entry_id, unit from main.entry order by 1",
        "select entry_id, category, platform from main.item order by item_id",
    )  # fmt: skip
    assert entries == [("W1", "y"), ("W2", None)]
    assert items == [("W1", "x", "police"), ("W1", "x", "police"), ("W1", "y", None)]
    assert filled.repeats == ()
    with pytest.raises(ValueError, match="made of 2 columns"):
        with_sisters(form, "wide", "item", [(Cell("Ref"), _item("basis", "Ref"))])


def test_a_sister_that_is_changed_changes_all_of_them() -> None:
    """Each select goes on reading its own column."""
    changed = with_meaning(_wide(), "wide", "item", ItemForm("category", AsItIs(Cell("Grounds 2"))))
    parts = (changed.by_table["item"], *changed.by_table["item"].below)
    assert [part.by_column["category"].choice for part in parts] == [  # type: ignore[union-attr]
        AsItIs(Cell("Grounds 1")), AsItIs(Cell("Grounds 2")),
    ]  # fmt: skip


def test_entries_of_a_row_or_of_a_key() -> None:
    """What leads to entries follows; one may be turned into the other."""
    form = _wide()
    by_row = one_entry_a_row(form, "wide")
    assert by_row.by_table["entry"].by is None
    text = write_form(by_row)
    assert "group by" not in text
    assert "format('{:08d}', _row) as entry_id" in text
    assert "_row || '-I2' as item_id" in text
    again = one_entry_a_key(with_meaning(by_row, "wide", "entry", _item("entry_id", "Ref")))
    assert "trim(\"Ref\") || '-I2-' || _row as item_id" in write_form(again)


def test_what_rows_are_put_together_by_follows_the_number() -> None:
    """Another column that numbers the entries is the one that their rows are put together by."""
    form = with_meaning(_wide(), "wide", "entry", _item("entry_id", "Number"))
    entry = form.by_table["entry"]
    assert entry.by == Cell("Number", steps=(TRIM,))
    assert entry.where == "trim(\"Number\") <> ''"
    assert "trim(\"Number\") || '-I2-' || _row as item_id" in write_form(form)
