"""The synthetic charters of examples/alpha replay the published story."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import jsonschema

from overt.charter import (
    PackFacts,
    as_json,
    as_rows,
    check_against_packs,
    check_chain,
    history,
    in_force,
    json_schema,
    read_charter,
)
from overt.controls import read_pack, shipped_packs
from overt.model import TABLES, Kind
from tests.charter.charters import charter

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "examples" / "alpha" / "charters").glob("*.toml"))
CHARTERS = [read_charter(path.read_bytes(), path.name) for path in FILES]


def test_categories_grow_from_16_to_34_on_the_published_days() -> None:
    """Byline Times, 25 October 2021: 16 on 3 September 2020, 34 on 28 July 2021."""
    for day, count in ((dt.date(2020, 9, 3), 16), (dt.date(2021, 7, 27), 16), (dt.date(2021, 7, 28), 34)):
        ruling = in_force(CHARTERS, day)
        assert ruling is not None
        assert len(ruling.categories_in_force(day)) == count


def test_history_says_what_grew_in_one_line() -> None:
    """The line that an outsider sees."""
    assert str(history(CHARTERS)[-1]).startswith("2  2021-07-28  categories 16 → 34, recipients 3 → 5")


def test_charters_are_a_chain_and_name_the_shipped_pack() -> None:
    """The digests are those of the files and of the pack: scripts/docs.py renews them."""
    check_chain(CHARTERS)
    pack = read_pack(shipped_packs()["core"])
    facts = PackFacts(pack.version, pack.digest, {name: each.value for name, each in pack.thresholds.items()})
    for each in CHARTERS:
        check_against_packs(each, {"core": facts})


def test_every_file_says_that_it_is_synthetic() -> None:
    """In its first line, and in the name of the register."""
    assert all(path.read_text(encoding="utf-8").startswith("# SYNTHETIC.") for path in FILES)
    assert all("(synthetic)" in each.register.name for each in CHARTERS)


def test_names_that_were_not_published_are_marked_as_illustrative() -> None:
    """What is not marked is what README.md gives a source for."""
    page = (FILES[0].parent / "README.md").read_text(encoding="utf-8")
    plain = {name for name, each in CHARTERS[-1].categories.items() if not each.title.endswith("(illustrative)")}
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert plain == listed


def test_what_a_charter_says_fits_its_schema() -> None:
    """The printed JSON Schema describes what is read."""
    for each in [*CHARTERS, charter()]:
        body = as_json(each)
        del body["digest"]
        body = {name: value for name, value in body.items() if value is not None}
        jsonschema.Draft202012Validator(json_schema()).validate(body)


def test_schema_on_the_page_is_that_of_the_code() -> None:
    """docs/formats/charter.schema.json is made by scripts/docs.py."""
    page = (ROOT / "docs" / "formats" / "charter.schema.json").read_text(encoding="utf-8")
    assert json.loads(page) == json_schema()


def test_rows_are_those_of_the_model() -> None:
    """Every column is one of the model's, and holds what the model says it holds."""
    kinds = {Kind.TEXT: str, Kind.DATE: dt.date, Kind.BOOLEAN: bool, Kind.INTEGER: int}
    for table, rows in as_rows(CHARTERS[-1]).items():
        assert rows
        for row in rows:
            for column, value in row.items():
                assert value is None or isinstance(value, kinds[TABLES[table].by_name[column].kind])


def test_charter_is_read_without_an_engine() -> None:
    """A stranger can check a charter with a small install."""
    code = (
        "import sys, overt.charter\n"
        "heavy = {'duckdb', 'sqlglot', 'pyarrow', 'sqlalchemy', 'typer', 'overt.controls', 'overt.audits'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.strip() == "[]"
