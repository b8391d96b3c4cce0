"""A drafted mapping shows and names no value that may not be shown, however many rows share it."""

from __future__ import annotations

import csv
from pathlib import Path

from overt.audits.mapping import draft_mapping
from overt.audits.source import open_workshop
from tests.audit.sources import load


def test_a_name_among_dates_or_codes_is_not_written_into_a_draft(tmp_path: Path) -> None:
    """A word for no date is; a name that twelve rows share in a column of dates is counted."""
    path, database = tmp_path / "list.csv", tmp_path / "db"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Entry ID", "Date added", "Next review", "Status"])
        for number in range(80):
            due = "TBC" if number % 5 == 0 else "Zebedee Quagmire" if number % 6 == 0 else "13/04/2026"
            writer.writerow([f"E{number}", "2024-03-01", due, "Live" if number % 2 else "Archived"])
    account = load(path, database)
    with open_workshop(database, account.held_files) as connection:
        text = draft_mapping(connection, account)
    assert "review_due_on" in text
    assert "tbc" in text.lower()
    assert "quagmire" not in text.lower()
