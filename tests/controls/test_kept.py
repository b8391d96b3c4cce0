"""Texts that were read before: the same SQL as if they were read now, and nothing of a file that others could write."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from overt.controls import (
    EVERYTHING,
    Control,
    Pack,
    Settings,
    Value,
    find_pack,
    mutants,
    read_pack,
    rendered,
    shipped_packs,
)
from overt.controls import _text as reading

DAY = dt.date(2024, 2, 29)
OTHER: Mapping[type, Value] = {int: 17, float: 0.25, str: "other words", dt.date: dt.date(1999, 12, 31)}


@pytest.fixture
def own_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of somebody's own, and a folder of caches that is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    folder = tmp_path / "pack"
    shutil.copytree(find_pack("rights"), folder, ignore=shutil.ignore_patterns("prepared.json"))
    return folder


def kept_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "caches" / "overt" / "packs").glob("*/*.json")
    return path


def settings_of(pack: Pack, *, other: bool) -> Settings:
    values = {name: each.value for name, each in pack.thresholds.items()}
    return Settings(DAY, {name: OTHER[type(value)] for name, value in values.items()} if other else values)


@pytest.mark.parametrize("name", sorted(shipped_packs()))
def test_sql_that_was_kept_is_that_of_a_new_reading(name: str) -> None:
    """Every control of every pack, with its own thresholds, with others, and for a source that lacks a column."""
    pack = read_pack(find_pack(name))
    for control in pack.controls:
        assert control.prepared is not None
        lacks = {table: set(columns) - set(control.optional.get(table, ())) for table, columns in EVERYTHING.items()}
        for settings in (settings_of(pack, other=False), settings_of(pack, other=True)):
            for filled in (EVERYTHING, lacks):
                anew = rendered(replace(control, prepared=None), "duckdb", settings, filled)
                assert rendered(control, "duckdb", settings, filled) == anew


def test_a_value_of_another_kind_is_rendered_anew() -> None:
    """A negative number has brackets of its own, and a text may have quotes: neither is put where a mark stands."""
    pack = read_pack(find_pack("core"))
    control = next(each for each in pack.controls if "minimum_sources" in each.thresholds)
    for value in (-1, True, "it's"):
        settings = Settings(DAY, {**settings_of(pack, other=False).thresholds, "minimum_sources": value})
        anew = rendered(replace(control, prepared=None), "duckdb", settings)
        assert rendered(control, "duckdb", settings) == anew


def test_a_changed_control_is_rendered_anew() -> None:
    """What was kept is of one text: a control broken on purpose has another."""
    pack = read_pack(find_pack("core"))
    settings = settings_of(pack, other=False)
    for _, broken in mutants(pack.controls[0]):
        assert rendered(broken, "duckdb", settings) != rendered(pack.controls[0], "duckdb", settings)


def test_a_pack_that_comes_with_overt_needs_no_parser() -> None:
    """The parser takes longer to load than a small register to ask."""
    code = (
        "import sys; from overt.controls import find_pack, read_pack; pack = read_pack(find_pack('uk-scotland')); "
        "assert all(each.prepared for each in pack.controls); print('sqlglot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_pack_is_read_once(own_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reading is equal to the first, without the parser; the file is for its owner alone."""
    first = read_pack(own_pack)
    assert not kept_file(tmp_path).stat().st_mode & 0o077
    monkeypatch.setattr(reading, "read_text", None)
    second = read_pack(own_pack)
    assert second == first
    assert [each.prepared for each in second.controls] == [each.prepared for each in first.controls]


def test_a_pack_with_a_fault_is_not_kept(own_pack: Path, tmp_path: Path) -> None:
    """What is refused is refused each time."""
    (own_pack / "ri-99.sql").write_text("select")
    for _ in range(2):
        with pytest.raises(Exception, match="control"):
            read_pack(own_pack)
    assert not (tmp_path / "caches" / "overt").exists()


@pytest.mark.parametrize("harm", ["damaged", "writable", "link", "form", "absent", "unwritable"])
def test_a_file_that_is_not_to_be_trusted_is_not_used(own_pack: Path, tmp_path: Path, harm: str) -> None:
    """Cut short, open to others, somewhere else, of another form, deleted: the pack is read anew, with one answer."""
    first = read_pack(own_pack)
    path = kept_file(tmp_path)
    content = path.read_bytes()
    changed = content.replace(b"request", b"entries", 1)
    if harm == "damaged":
        path.write_bytes(changed)
    elif harm == "writable":
        path.chmod(0o666)
    elif harm == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif harm == "form":
        path.write_bytes(b'{"parser": 1, "digest": []}\n[]')
    elif harm == "absent":
        shutil.rmtree(tmp_path / "caches")
    else:
        shutil.rmtree(tmp_path / "caches")
        (tmp_path / "caches").write_text("a file")
    again = read_pack(own_pack)
    assert again == first
    assert [_select(each) for each in again.controls] == [_select(each) for each in first.controls]
    if harm != "unwritable":
        assert kept_file(tmp_path).read_bytes() == content
        assert not kept_file(tmp_path).is_symlink()
        assert not kept_file(tmp_path).stat().st_mode & 0o077


def _select(control: Control) -> str:
    return control.prepared.select if control.prepared else ""


def test_what_an_audit_of_files_imports_holds_no_parser_and_no_data_frames() -> None:
    """They take longer to load than a small register takes to audit; a mapping or another engine loads them."""
    code = (
        "import sys, overt.audits._apart, overt.audits._audit, overt.audits.source; "
        "print(*{'pandas', 'pyarrow', 'scipy', 'sqlglot'} & set(sys.modules)); "
        "print(*(name for name in sys.modules if name.startswith('overt.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy, own = done.stdout.split("\n", 1)
    assert heavy == ""
    # What drafts, shows, looks and writes for servers is ours and not needed.
    beside = (
        "overt.schemes", "overt.audits.columns._cards", "overt.audits.source._peek", "overt.controls._cases",
        "overt.audits.mapping._server", "overt.audits.mapping._draft", "overt.audits.mapping._coverage",
    )  # fmt: skip
    assert [name for name in own.split() if name.startswith(beside)] == []
    assert len(own.split()) <= 172
