"""The two lists of self-defined ethnicity that police write, and what is lost from one to the other."""

from __future__ import annotations

from enum import StrEnum


class CodeList(StrEnum):
    """A list of codes, by the name that the police use."""

    EIGHTEEN = "18+1"
    SIXTEEN = "16+1"


# What a list cannot tell apart any longer, and the codes that make it cost anything.
_LOSSES: dict[CodeList, tuple[tuple[frozenset[str], str], ...]] = {
    CodeList.SIXTEEN: (
        (frozenset({"W3"}), "Gypsy or Irish Traveller (W3) is counted in any other White background (W9)"),
        (frozenset({"O2"}), "Arab (O2) is counted in any other ethnic group (O9)"),
        (frozenset({"A4"}), "Chinese moves from the Asian group (A4) to Chinese or other (O1)"),
    ),
    CodeList.EIGHTEEN: (
        (
            frozenset({"O1"}),
            "any other White background (W9) still includes Gypsy or Irish Traveller (W3), for which there was no code",
        ),
        (frozenset({"O1"}), "any other ethnic group (O9) still includes Arab (O2), for which there was no code"),
    ),
}


def to_list(code: str, wanted: CodeList) -> str:
    """The code of the other self-defined list that a code falls under; `losses` says what that costs."""
    if wanted is CodeList.SIXTEEN:
        return {"W3": "W9", "O2": "O9", "A4": "O1"}.get(code, code)
    return {"O1": "A4"}.get(code, code)


def losses(codes: set[str], wanted: CodeList) -> tuple[str, ...]:
    """Describe the detail lost when these codes are converted to the requested list."""
    return tuple(says for touched, says in _LOSSES[wanted] if touched & codes)
