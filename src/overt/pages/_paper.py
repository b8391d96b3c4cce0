"""A document for one reader: the same words as a page, as plain text and as PDF.

What it says is data and never markup, so that nothing that stands in a register can change the form.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from overt.pages._page import as_bytes, page_environment

TEMPLATES = Path(__file__).with_name("templates")
_WIDTH = 78
_INDENT = "  "


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str
    kind = "words"


@dataclass(frozen=True)
class Points:
    """Things one under another."""

    points: tuple[str, ...]
    kind = "points"


@dataclass(frozen=True)
class FactList:
    """Names with what they are: one pair a line."""

    pairs: tuple[tuple[str, str], ...]
    kind = "facts"


@dataclass(frozen=True)
class Grid:
    """A table with a header; every row has as many cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind = "grid"


Block = Paragraph | Points | FactList | Grid


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """The whole: from whom, its title and day, what stands above the first heading, and the parts.

    `mark` stands on top of it.
    """

    sender: str
    title: str
    dated: dt.date
    opening: tuple[Block, ...]
    parts: tuple[Part, ...]
    mark: str = ""

    def sentences(self) -> list[str]:
        """Every paragraph and point, for who measures how hard it is to read; no names and no figures."""
        blocks = [*self.opening, *(block for part in self.parts for block in part.blocks)]
        texts = [block.text for block in blocks if isinstance(block, Paragraph)]
        return texts + [point for block in blocks if isinstance(block, Points) for point in block.points]


def paper_page(paper: Paper) -> bytes:
    """One page that stands alone; nothing runs and nothing is fetched."""
    environment = page_environment(TEMPLATES)
    # A day in a narrow column would stand on two lines.
    environment.tests["a_day"] = lambda cell: bool(_DAY.fullmatch(cell))
    return as_bytes(environment.get_template("paper.html.j2").render(paper=paper))


_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def paper_text(paper: Paper) -> bytes:
    """Plain text, 78 letters wide."""
    return as_bytes("\n".join(_lines(paper)) + "\n")


def _lines(paper: Paper) -> Iterator[str]:
    if paper.mark:
        yield paper.mark
        yield ""
    yield paper.sender
    yield paper.title
    yield "=" * min(len(paper.title), _WIDTH)
    for block in paper.opening:
        yield ""
        yield from _block(block)
    for part in paper.parts:
        yield ""
        yield part.heading
        yield "-" * min(len(part.heading), _WIDTH)
        for place, block in enumerate(part.blocks):
            if place:
                yield ""
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _wrapped(block.text)
    elif isinstance(block, Points):
        for point in block.points:
            yield from _wrapped(point, "- ", _INDENT)
    elif isinstance(block, FactList):
        for name, value in block.pairs:
            yield from _wrapped(f"{name}: {value}", "", _INDENT)
    else:
        yield from _grid(block)


def _grid(grid: Grid) -> Iterator[str]:
    """Each row as a paragraph of its own: a table wider than the paper cannot be read."""
    for place, row in enumerate(grid.rows):
        if place:
            yield ""
        for name, value in zip(grid.header, row, strict=True):
            yield from _wrapped(f"{name}: {value}", "", _INDENT)


def _wrapped(text: str, first: str = "", then: str = "") -> Sequence[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False) or [""]
