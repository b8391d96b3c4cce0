"""No cell of others' text is taken for a formula."""

from __future__ import annotations

import csv
import io
from itertools import product

import pytest

from overt.pages import csv_bytes, neutral, starts_a_formula
from tests.attempts import Count

FRONTS = (
    "", " ", "\u00a0", "\u2003", "\u3000", "\t", "\r", "\n", "\ufeff", "\u200b", "\u200e", "\u202e", "\x00", "\x1b",
    "\u00ad", "\ufe0f", "\u3164", ";", ",", '"', "\U000e0041",
)  # fmt: skip
SIGNS = "=+-@|\uff1d\uff0b\uff0d\uff20\uff5c\ufe66\ufe62\ufe63\ufe6b\u207c\u208c\u207a\u208b\u2212"


def test_a_sign_is_found_behind_whatever_is_not_shown(attempts: Count) -> None:
    """Blanks, controls, invisible characters and marks that part cells, two of each, before a sign in every width."""
    texts = [f"{first}{second}{sign}1" for first, second, sign in product(FRONTS, FRONTS, SIGNS)]
    for text in texts:
        assert starts_a_formula(text), ascii(text)
        assert neutral(text) == f"'{text}"
    written = list(csv.reader(io.StringIO(csv_bytes(["x"], [[text] for text in texts]).decode(), newline="")))
    assert all(row[0].startswith("'") for row in written[1:])
    attempts("texts that a spreadsheet may take for a formula", len(texts))


@pytest.mark.parametrize("text", ["E1", "a=1", "12", "", ";;", " x", "é", "(1)", "Anytown", "“=1”", "a - b"])
def test_other_text_is_left_alone(text: str) -> None:
    """A sign within a text is no formula."""
    assert neutral(text) == text
