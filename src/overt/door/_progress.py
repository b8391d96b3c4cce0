"""How far a long task has come: a bar in a notebook or in a terminal, nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from markupsafe import Markup

from overt.visible import visible


class ProgressBar(Protocol):
    """Something that shows how far a task has come."""

    def show(self, what: str, done: int | None = None, of: int | None = None) -> None:
        """What is being done, and how much of how much of it."""


@contextmanager
def progress(wanted: bool) -> Iterator[ProgressBar]:
    """The bar for where this runs; it is taken away when the task has ended."""
    if not wanted:
        yield _Nothing()
    elif (display := _notebook()) is not None:
        bar = _Notebook(display)
        try:
            yield bar
        finally:
            bar.clear()
    elif sys.stderr.isatty():
        with _Terminal() as terminal:
            yield terminal
    else:
        yield _Nothing()


class _Nothing:
    def show(self, what: str, done: int | None = None, of: int | None = None) -> None:
        pass


class _Notebook:
    """A bar of the page itself, so that no further package is needed."""

    def __init__(self, display: Any) -> None:
        self._handle = display(_Html(""), display_id=True)

    def show(self, what: str, done: int | None = None, of: int | None = None) -> None:
        bar = Markup('<progress max="{of}" value="{done}"></progress> ').format(of=of, done=done) if of else ""
        count = f" {done or 0:,} of {of:,}" if of else ""
        self._handle.update(_Html(Markup("{bar}{what}{count}").format(bar=bar, what=visible(what), count=count)))

    def clear(self) -> None:
        self._handle.update(_Html(""))


class _Html:
    def __init__(self, text: str) -> None:
        self._text = text

    def _repr_html_(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return ""


class _Terminal:
    """A bar on standard error."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415  only a terminal needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> _Terminal:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, what: str, done: int | None = None, of: int | None = None) -> None:
        self._progress.update(self._task, description=visible(what), completed=done or 0, total=of)


def _notebook() -> Any:
    """IPython's `display`, where this runs in a kernel that has a page; nothing else is loaded to find out."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display  # noqa: PLC0415  there is one

    return display
