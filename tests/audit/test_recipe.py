"""A recipe says all that was asked, to a reader and to an audit that goes on."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from overt.audits import FileReading, Heading, PartitionBy, Reading, SourceOptions
from overt.audits._recipe import Recipe
from overt.controls import Evidence, Settings

PLAIN = Recipe(SourceOptions("/home/clerk/list.csv", Path("/home/clerk/list.sql")), ("core",), dt.date(2026, 6, 30))
OTHER: dict[str, Any] = {
    "source": SourceOptions("/home/clerk/other.csv"),
    "packs": ("rights",),
    "as_of": dt.date(2026, 7, 1),
    "on": "sqlite",
    "evidence": Evidence.NONE,
    "evidence_reason": "the court asked",
    "limit": 5,
    "thresholds": {"minimum_age": 16},
    "accepted": Path("/home/clerk/accepted.toml"),
    "publishable": True,
    "timing": True,
    "only": ("OV-01",),
    "across_jurisdictions": True,
    "parts": PartitionBy.read("entry.unit"),
    "heading": Heading(title="Gangs list, June 2026"),
}


def command(recipe: Recipe) -> str:
    """The command that a reader of the results is given."""
    return recipe.shown(Path(recipe.source.location).name, recipe.packs).command


@pytest.mark.parametrize("name", [each.name for each in fields(Recipe)])
def test_every_part_of_a_recipe_is_in_its_command(name: str) -> None:
    """What changes the results and is not in the command would make results that nobody can repeat."""
    changed = command(replace(PLAIN, **{name: OTHER[name]}))
    assert changed != command(PLAIN)
    assert "/home/clerk" not in changed


def test_a_shown_recipe_has_no_password_and_no_folder() -> None:
    """A result folder travels; the machine of whoever made it does not."""
    address = "postgresql://clerk:secret@db.example/register"
    shown = replace(PLAIN, on=address).shown(address, ["core"])
    assert shown.source.location == shown.on == "postgresql://db.example/register"
    assert "secret" not in repr(shown)
    assert "/home/clerk" not in repr(replace(PLAIN, accepted=Path("/home/clerk/accepted.toml")).shown("list", []))


def test_a_publishable_recipe_is_shown_without_evidence_and_seconds() -> None:
    """Neither is in such a result, nor is why somebody wanted it."""
    asked = replace(PLAIN, publishable=True, evidence=Evidence.ROWS, evidence_reason="the court", timing=True)
    shown = asked.shown("list.csv", ["core"])
    assert (shown.evidence, shown.evidence_reason, shown.timing) == (Evidence.NONE, "", False)
    assert shown.command == "overt audit list.csv --map list.sql --pack core --as-of 2026-06-30 --out DIR --publishable"


def test_an_audit_is_resumed_by_what_changes_its_answers(tmp_path: Path) -> None:
    """Time allowed changes no answer; a source read or mapped in another way, another date or another engine does."""
    (tmp_path / "list.csv").write_text("a\n1\n")
    mappings = [tmp_path / "one.sql", tmp_path / "other.sql"]
    for column, path in zip(("entry_id", "subject_id"), mappings, strict=True):
        path.write_text(f"create view entry as select a as {column} from list;\n")
    settings = Settings(PLAIN.as_of, limit=PLAIN.limit)
    recipe = replace(PLAIN, source=SourceOptions(str(tmp_path / "list.csv"), mappings[0]))
    begun = recipe.run_digest("duckdb", ["ab"], settings)
    assert begun == recipe.run_digest("duckdb", ["ab"], replace(settings, timeout=1))
    latin = replace(recipe, source=replace(recipe.source, reading=Reading(FileReading(encoding="latin-1"))))
    remapped = replace(recipe, source=replace(recipe.source, mapping=mappings[1]))
    others = {
        latin.run_digest("duckdb", ["ab"], settings),
        remapped.run_digest("duckdb", ["ab"], settings),
        recipe.run_digest("sqlite", ["ab"], settings),
        recipe.run_digest("duckdb", ["cd"], settings),
        recipe.run_digest("duckdb", ["ab"], replace(settings, as_of=dt.date(2026, 7, 1))),
    }
    assert len(others - {begun}) == 5
