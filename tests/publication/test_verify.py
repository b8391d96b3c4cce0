"""A published release is verified on another machine, from its files, the snapshot and the log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from overt.ledger import ED25519, FolderStore, SigningState, make_signer
from overt.ledger import publish as publish_log
from overt.publication import document_of, folder_of, read_document, snapshot_of, verify_release, write_site
from overt.refusals import Refusal
from overt.register import RegisterLog
from tests.gate.conftest import ORIGIN, open_register
from tests.publication.conftest import EARLIER, FIRST, fill, release


@dataclass(frozen=True)
class Handed:
    """What the reader of a release has."""

    site: Path
    snapshot: Path
    log: Path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """A release, the snapshot it counts, and the published log."""
    folder = tmp_path_factory.mktemp("published")
    with open_register(folder / "alpha") as register:
        fill(register, range(1, 61), EARLIER)
        made = release(register, FIRST)
        home = folder_of(register, made.release)
        shutil.copytree(home / "site", folder / "site")
        shutil.copytree(snapshot_of(register, made.release), folder / "snapshot")
        publish_log(
            register,
            FolderStore(folder / "log"),
            [make_signer(ORIGIN, ED25519, b"k" * 32)],
            now=int(FIRST.timestamp()),
            state=SigningState(folder / "signed"),
            documents=RegisterLog(register, FIRST).document,
        )
        assert document_of(register, made.release) == made
    return Handed(folder / "site", folder / "snapshot", folder / "log")


@pytest.fixture
def handed(published: Handed, tmp_path: Path) -> Handed:
    """A copy that a test may change."""
    for name in ("site", "snapshot", "log"):
        shutil.copytree(getattr(published, name), tmp_path / name)
    return Handed(tmp_path / "site", tmp_path / "snapshot", tmp_path / "log")


def test_published_release_verifies(published: Handed) -> None:
    """Every figure from the snapshot, every file from release.json, and the leaf in the log."""
    found = verify_release(published.site, published.snapshot, published.log)
    assert found.mismatches == ()
    assert found.leaf is not None
    assert found.figures == len(found.document.cells)


def test_every_changed_figure_is_found(handed: Handed) -> None:
    """Whatever a cell is changed to, the recount names it: shown for withheld, another number, zero for not known."""
    path = handed.site / "release.json"
    whole = json.loads(path.read_bytes())
    for table in whole["tables"]:
        for row in table["rows"]:
            row["figures"] = {
                column: {"mark": "shown", "value": figure.get("value", 0) + 5}
                for column, figure in row["figures"].items()
            }
    path.write_bytes((json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode())
    document = read_document(path.read_bytes(), "release.json")
    write_site(document, handed.site)
    found = {each.where for each in verify_release(handed.site, handed.snapshot).mismatches}
    assert not {f"{table}: {cell}" for table, cell in document.cells} - found - {"withheld for others"}
    assert len(document.cells) > 200


@pytest.mark.parametrize("mark", ["suppressed", "unknown", "not asked"])
def test_every_figure_that_is_taken_away_is_found(handed: Handed, mark: str) -> None:
    """One figure at a time that was published becomes a mark without a number; the log is not asked."""
    path = handed.site / "release.json"
    whole = path.read_bytes()
    numbers = [
        place
        for place, (_, row, column) in enumerate(_places(json.loads(whole)))
        if row["figures"][column]["mark"] in ("shown", "zero")
    ]
    assert len(numbers) > 100
    # Every figure takes a recount of its own: some of each table.
    for number in numbers[:: len(numbers) // 12]:
        changed = json.loads(whole)
        table, row, column = list(_places(changed))[number]
        row["figures"][column] = {"mark": mark}
        path.write_bytes((json.dumps(changed, indent=1, ensure_ascii=False) + "\n").encode())
        write_site(read_document(path.read_bytes(), "release.json"), handed.site)
        assert verify_release(handed.site, handed.snapshot).mismatches, (table["name"], row["group"], column)


def _places(found: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Every figure of a release.json, by table, row and column."""
    for table in found["tables"]:
        for row in table["rows"]:
            for column in row["figures"]:
                yield table, row, column


def test_a_log_that_ends_before_the_release_is_an_old_copy(handed: Handed, tmp_path: Path) -> None:
    """It is said so, and not that the release was never entered."""
    with open_register(tmp_path / "other") as register:
        publish_log(
            register,
            FolderStore(tmp_path / "old"),
            [make_signer(ORIGIN, ED25519, b"k" * 32)],
            now=int(FIRST.timestamp()),
            state=SigningState(tmp_path / "signed"),
            documents=RegisterLog(register, FIRST).document,
        )
    found = verify_release(handed.site, None, tmp_path / "old").mismatches
    assert [each.where for each in found] == ["the log"]
    assert "before the release" in found[0].found


def test_one_changed_figure_is_found(handed: Handed) -> None:
    """60 people become 65 everywhere in the published files."""
    path = handed.site / "release.json"
    data = path.read_bytes().replace(b'"value": 60', b'"value": 65', 1)
    write_site(read_document(data, "release.json"), handed.site)
    found = verify_release(handed.site, handed.snapshot)
    assert [each.where for each in found.mismatches] == ["people: all / all / listed"]


@pytest.mark.parametrize("name", ["people.html", "data/people.csv", "data/people.json", "style.css", "index.html"])
def test_a_changed_file_is_found(handed: Handed, name: str) -> None:
    """A page that says something else than release.json."""
    path = handed.site / name
    path.write_bytes(path.read_bytes().replace(b"60", b"65", 1) + b" ")
    assert [each.where for each in verify_release(handed.site).mismatches] == [name]


def test_a_site_made_again_from_a_changed_release_is_not_in_the_log(handed: Handed) -> None:
    """All files agree with one another, and not with the leaf."""
    path = handed.site / "release.json"
    data = path.read_bytes().replace(b'"contact": "', b'"contact": "not-', 1)
    write_site(read_document(data, "release.json"), handed.site)
    found = verify_release(handed.site, handed.snapshot, handed.log)
    assert [each.where for each in found.mismatches] == ["the log"]


def test_another_snapshot_is_found(handed: Handed) -> None:
    """A byte more is another file than the account says; nothing is counted from it."""
    path = handed.snapshot / "entry.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    found = verify_release(handed.site, handed.snapshot)
    assert [each.where for each in found.mismatches] == ["entry.parquet"]
    assert found.figures == 0


def test_a_file_that_is_no_part_of_the_release_is_found(handed: Handed) -> None:
    """Nothing was added beside what was approved."""
    (handed.site / "more.html").write_text("x", encoding="utf-8")
    assert [each.where for each in verify_release(handed.site).mismatches] == ["more.html"]


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    """There is nothing to verify."""
    with pytest.raises(Refusal, match="release-absent"):
        verify_release(tmp_path)
