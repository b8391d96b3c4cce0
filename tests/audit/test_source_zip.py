"""A workbook that two programs may read as two different ones is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from overt.audit.source import load_source
from overt.refusals import Refusal
from tests.attempts import Count
from tests.audit.zip_attacker import ambiguous, whole


def workbook() -> dict[str, bytes]:
    book, target = Workbook(), io.BytesIO()
    book.active.append(["entry_id"])
    book.active.append(["E1"])
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_honest_workbook_is_read(tmp_path: Path, streamed: bool, compression: int) -> None:
    """Also one whose sizes stand behind its members."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(whole(workbook(), streamed=streamed, compression=compression))
    assert load_source(str(path), tmp_path / "db").tables[0].rows == 1


def test_no_ambiguous_workbook_is_read(tmp_path: Path, attempts: Count) -> None:
    """Second members, other names and sizes in front than in the directory, bytes in front, between and behind."""
    count = 0
    path = tmp_path / "book.xlsx"
    for what, data in ambiguous(workbook(), b"<other/>"):
        path.write_bytes(data)
        with pytest.raises(Refusal) as caught:
            load_source(str(path), tmp_path / "db")
        assert caught.value.code in ("workbook-ambiguous", "workbook-broken"), what
        count += 1
    attempts("ambiguous zip files", count)
