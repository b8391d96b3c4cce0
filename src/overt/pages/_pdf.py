"""A paper as PDF: tagged for screen readers (PDF/UA-1), fit to be kept (PDF/A-2a), the same bytes each time.

The typesetter is an extra, `overt[pdf]`. Its own fonts are used and none of the machine's, so that every machine
makes the same file.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict

from overt.pages._page import as_bytes
from overt.pages._paper import TEMPLATES, Block, Paper
from overt.refusals import Refusal

_NO_LETTER = re.compile(r"could not be displayed")


def paper_pdf(paper: Paper) -> bytes:
    """The file; refuses letters that its fonts do not have, such as Arabic or Chinese, and an absent typesetter."""
    try:
        import typst  # noqa: PLC0415  an extra
    except ImportError as error:
        raise Refusal(
            "pdf-not-installed", "PDF", "the typesetter is not installed", "pip install 'overt[pdf]'"
        ) from error
    try:
        pdf: bytes = typst.compile(
            (TEMPLATES / "paper.typ").read_bytes(),
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            sys_inputs={"paper": as_bytes(json.dumps(_plain(paper), ensure_ascii=False)).decode()},
            # When it was made would differ each time.
            timestamp=dt.datetime.combine(paper.dated, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        if not _NO_LETTER.search(str(error)):
            raise
        problem = "letters that the fonts of the PDF do not have"
        remedy = "send the page or the text, which have them all"
        raise Refusal("pdf-letters", "PDF", problem, "Latin, Greek or Cyrillic letters", remedy) from None
    return pdf


def _plain(paper: Paper) -> dict[str, object]:
    parts = [{"heading": part.heading, "blocks": [_block(block) for block in part.blocks]} for part in paper.parts]
    opening = [_block(block) for block in paper.opening]
    dated = [paper.dated.year, paper.dated.month, paper.dated.day]
    content = {"sender": paper.sender, "title": paper.title, "mark": paper.mark, "dated": dated}
    return {**content, "opening": opening, "parts": parts}


def _block(block: Block) -> dict[str, object]:
    return {"kind": block.kind, **asdict(block)}
