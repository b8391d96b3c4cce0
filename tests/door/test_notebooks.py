"""The notebooks of examples/ run from top to bottom in a real kernel, and their results show themselves."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    """No cell fails; each result is shown as a piece of page; the progress bar is gone in the end."""
    book = nbformat.read(path, as_version=4)
    assert not [cell for cell in book.cells if cell.get("outputs")], "kept without what it printed"
    NotebookClient(book, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    pages = [
        each["data"]["text/html"]
        for cell in book.cells
        for each in cell.get("outputs", [])
        if "text/html" in each.get("data", {})
    ]
    assert sum('<div class="overt"' in page for page in pages) >= 2
    assert not any("<progress" in page for page in pages)


def test_there_are_three() -> None:
    """Audit an export, measure disparity, test a word list."""
    assert [path.stem for path in NOTEBOOKS] == ["audit-an-export", "measure-disparity", "test-a-word-list"]
