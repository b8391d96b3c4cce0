"""Refusals on the pages of Studio: no command, no change of a name, and a page where one can act."""

from __future__ import annotations

import pytest

from overt.refusals import Refusal
from overt.web.studio._refusals import shown_refusal


@pytest.mark.parametrize(
    ("remedy", "left"),
    [
        ("export the file again as UTF-8, or give its encoding with --encoding", "export the file again as UTF-8"),
        ("name the schema with --schema, or ask for `grant select`", "ask for `grant select`"),
        ("did you mean `role`?", "did you mean `role`?"),
        ("run `overt map new SOURCE --out mapping.sql` to draft one, then give it with --map", ""),
        ("allow more with --timeout, or check whether a view ends at all", "check whether a view ends at all"),
    ],
)
def test_what_only_a_command_can_do_is_left_out(remedy: str, left: str) -> None:
    assert shown_refusal(Refusal("other", "gangs.xlsx", "found", "", remedy)).remedy == left


@pytest.mark.parametrize(
    ("code", "page"),
    [("mapping-needed", "meaning"), ("mapping-syntax", "mapping"), ("source-absent", "source"), ("disk-full", "")],
)
def test_each_kind_of_refusal_has_its_page(code: str, page: str) -> None:
    shown = shown_refusal(Refusal(code, "gangs.xlsx", "no table fits", "", ""))
    assert (shown.page, shown.may_pass, shown.where) == (page, not page, "gangs.xlsx")
