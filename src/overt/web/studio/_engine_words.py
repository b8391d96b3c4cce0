"""What the engine is asked for the page Words: a look at a keyword list and at labelled texts.

Neither a term nor a text leaves the engine, and a label only as far as it may be shown. No source need be loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.audits.columns import AMONG_ROWS, is_known, shape

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

# As the bench lists labels: more or longer ones are likely the wrong column.
_FEW_LABELS, _LONGEST_LABEL = 10, 40


def word_list(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """How many terms a list has. Refuses one that the bench refuses."""

    def look(path: Path) -> dict[str, Any]:
        # It takes long to load, and an audit has no use for it.
        from overt.watchlists import read_terms  # noqa: PLC0415

        return {"terms": len(read_terms(path).terms)}

    return _once(state, "word_list", arguments["path"], look)


def word_texts(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The columns of a file of texts, with what each tells of who wrote a text."""

    def look(path: Path) -> dict[str, Any]:
        from overt.watchlists import look_at_texts  # noqa: PLC0415

        columns = look_at_texts(path)
        return {
            "columns": [
                {"name": column.name, "told": column.told, "may_be_text": column.may_be_text} for column in columns
            ]
        }

    return _once(state, "word_texts", arguments["path"], look)


def word_labels(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The labels of a column with their texts, most texts first; one that may not be shown by its shape."""

    def look(path: Path) -> dict[str, Any]:
        from overt.watchlists import count_labels  # noqa: PLC0415

        counts = count_labels(path, arguments["column"], read=lambda rows: state.progress(rows=rows))
        few = len(counts) <= _FEW_LABELS
        return {
            "labels": [
                {"label": label if few and _may_show(label, rows) else shape(label), "rows": rows}
                for label, rows in counts.items()
            ]
        }

    return _once(state, f"word_labels {arguments['column']}", arguments["path"], look)


def _may_show(label: str, rows: int) -> bool:
    return len(label) <= _LONGEST_LABEL and (rows >= AMONG_ROWS or is_known(label))


def _once(state: EngineState, name: str, location: str, look: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What a look at a file gives, looked at once until the file changes."""
    path = Path(location)
    try:
        seen = path.stat()
    except OSError:
        return look(path)
    key = (name, location, seen.st_size, seen.st_mtime_ns)
    kept: dict[Any, dict[str, Any]] = state.kept.setdefault("words", {})
    if key not in kept:
        kept[key] = look(path)
    return kept[key]
