"""From one sheet to the tables that a gate admits: `overt map tables`."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

from typer.testing import CliRunner

from overt.cli._app import command_line

SHEET = "Ref,Person,Role,Source\n2,p2,Witness,S3\n1,p1,Suspect,S1\n1,p1,Suspect,S2\n"
MAPPING = """
create view subject as select distinct "Person" as subject_id from source_rows;
create view entry as select distinct format('E{}', "Ref") as entry_id, "Person" as subject_id, lower("Role") as role
from source_rows;
create view item as select format('I{}-{}', "Ref", "Source") as item_id, format('E{}', "Ref") as entry_id,
"Source" as source_ref from source_rows;
"""


def tables(folder: Path, mapping: str = MAPPING) -> tuple[int, str]:
    """The exit status of the command on the sheet, and what it said."""
    (folder / "sheet.csv").write_text(SHEET)
    (folder / "intake.sql").write_text(mapping)
    given = ["map", "tables", str(folder / "sheet.csv"), "--map", str(folder / "intake.sql"), "--out"]
    done = CliRunner().invoke(command_line("map"), [*given, str(folder / "legacy")])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def test_one_sheet_becomes_a_file_for_each_table(tmp_path: Path) -> None:
    """With the columns that are filled, in the model's order, each row once, for the owner alone."""
    assert tables(tmp_path)[0] == 0
    found = {path.stem: list(csv.reader(path.open(newline=""))) for path in (tmp_path / "legacy").iterdir()}
    assert found == {
        "subject": [["subject_id"], ["p1"], ["p2"]],
        "entry": [["entry_id", "subject_id", "role"], ["E1", "p1", "suspect"], ["E2", "p2", "witness"]],
        "item": [
            ["item_id", "entry_id", "source_ref"],
            ["I1-S1", "E1", "S1"],
            ["I1-S2", "E1", "S2"],
            ["I2-S3", "E2", "S3"],
        ],
    }
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "legacy").iterdir())


def test_a_folder_that_is_there_is_not_written_into(tmp_path: Path) -> None:
    """Nor is anything in it overwritten."""
    (tmp_path / "legacy").mkdir()
    code, said = tables(tmp_path)
    assert code != 0
    assert "out-is-there" in said
