"""The lists in which police write ethnicity, the broad groups, and what is lost on the way from one to another.

Self-defined: the Home Office 18+1 list and the older 16+1. Observed: the six identity codes and
IC9. They are different questions put to different people; nothing here turns one into the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class CodeList(StrEnum):
    """A list of codes, by the name that the police use."""

    EIGHTEEN = "18+1"
    SIXTEEN = "16+1"
    OBSERVED = "IC"


GROUPS = ("White", "Mixed", "Asian", "Black", "Other")
WORDS: dict[CodeList, dict[str, str]] = {
    CodeList.EIGHTEEN: {
        "W1": "British",
        "W2": "Irish",
        "W3": "Gypsy or Irish Traveller",
        "W9": "Any other White background",
        "M1": "White and Black Caribbean",
        "M2": "White and Black African",
        "M3": "White and Asian",
        "M9": "Any other Mixed background",
        "A1": "Indian",
        "A2": "Pakistani",
        "A3": "Bangladeshi",
        "A4": "Chinese",
        "A9": "Any other Asian background",
        "B1": "Caribbean",
        "B2": "African",
        "B9": "Any other Black background",
        "O2": "Arab",
        "O9": "Any other ethnic group",
        "NS": "Not stated",
    },
    CodeList.OBSERVED: {
        "IC1": "White, North European",
        "IC2": "White, South European",
        "IC3": "Black",
        "IC4": "Asian",
        "IC5": "Chinese, Japanese or South-East Asian",
        "IC6": "Arab or North African",
        "IC9": "Unknown",
    },
}
_OLDER = {code: words for code, words in WORDS[CodeList.EIGHTEEN].items() if code not in ("W3", "A4", "O2")}
WORDS[CodeList.SIXTEEN] = {**_OLDER, "O1": "Chinese"}
_GROUP_OF_LETTER = dict(zip("WMABO", GROUPS, strict=True))
_GROUP_OF_OBSERVED = {"IC1": "White", "IC2": "White", "IC3": "Black", "IC4": "Asian", "IC5": "Asian", "IC6": "Other"}
# Words by which sources say that nothing is known; compared in lower case.
_UNKNOWN = {"", "ns", "ic9", "not stated", "unknown", "not known", "don't know", "not reported", "not recorded", "u"}

# How the published lists put each code after the name of its broad group, without blanks and punctuation.
_PHRASES = {
    "whitebritish": "W1",
    "englishwelshscottishnorthernirishbritish": "W1",
    "british": "W1",
    "whiteirish": "W2",
    "irish": "W2",
    "gypsyoririshtraveller": "W3",
    "anyotherwhiteethnicbackground": "W9",
    "anyotherwhitebackground": "W9",
    "whiteandblackcaribbean": "M1",
    "whiteandblackafrican": "M2",
    "whiteandasian": "M3",
    "anyothermixedethnicbackground": "M9",
    "anyothermixedmultipleethnicbackground": "M9",
    "indian": "A1",
    "pakistani": "A2",
    "bangladeshi": "A3",
    "chinese": "A4",
    "anyotherasianethnicbackground": "A9",
    "anyotherasianbackground": "A9",
    "caribbean": "B1",
    "african": "B2",
    "anyotherblackethnicbackground": "B9",
    "anyotherblackafricancaribbeanbackground": "B9",
    "anyotherblackbackground": "B9",
    "arab": "O2",
    "anyotherethnicgroup": "O9",
}
_CODE = re.compile(r"(?:^|\()(W[1239]|M[1239]|A[12349]|B[129]|O[129]|NS|IC[1-69])\)?$")


@dataclass(frozen=True)
class Loss:
    """Something that can no longer be told apart, or that is no longer where it was."""

    says: str


# What each step costs, and the codes that make it cost anything.
_LOSSES: dict[tuple[CodeList, str], tuple[tuple[frozenset[str], str], ...]] = {
    (CodeList.EIGHTEEN, "16+1"): (
        (frozenset({"W3"}), "Gypsy or Irish Traveller (W3) is counted in any other White background (W9)"),
        (frozenset({"O2"}), "Arab (O2) is counted in any other ethnic group (O9)"),
        (frozenset({"A4"}), "Chinese leaves the Asian group (A4) for Chinese or other (O1)"),
    ),
    (CodeList.SIXTEEN, "18+1"): (
        (
            frozenset({"W9"}),
            "any other White background (W9) still holds Gypsy or Irish Traveller (W3), who had no code",
        ),
        (frozenset({"O9"}), "any other ethnic group (O9) still holds Arab (O2), who had no code"),
    ),
    (CodeList.EIGHTEEN, "groups"): (
        (frozenset({"W3"}), "Gypsy or Irish Traveller is counted in White"),
        (frozenset({"A4"}), "Chinese is counted in Asian, as in the 18+1 list; in the 16+1 list it was in Other"),
        (frozenset({"O2"}), "Arab is counted in Other"),
    ),
    (CodeList.SIXTEEN, "groups"): (
        (frozenset({"O1"}), "Chinese (O1) is counted in Asian, as in the 18+1 list, and not in Chinese or other"),
        (frozenset({"W9", "O9"}), "Gypsy or Irish Traveller and Arab have no code in the 16+1 list and cannot be seen"),
    ),
    (CodeList.OBSERVED, "groups"): (
        (frozenset({"IC2"}), "White North European (IC1) and White South European (IC2) are both counted in White"),
        (frozenset({"IC5"}), "Chinese, Japanese or South-East Asian (IC5) is counted in Asian"),
        (frozenset({"IC6"}), "Arab or North African (IC6) is counted in Other"),
        (
            frozenset({f"IC{n}" for n in range(1, 7)}),
            "an officer has no code for Mixed: who would say so is in another group",
        ),
    ),
}


def code_of(text: str) -> str | None:
    """The code that a value stands for: a code, a wording of the published lists, with or without its code."""
    value = text.strip()
    if match := _CODE.search(value):
        return match[1]
    last = value.rpartition(" - ")[2]
    return _PHRASES.get(re.sub(r"[^a-z]", "", last.lower()))


def list_of(codes: set[str]) -> CodeList | None:
    """The list that codes were taken from, or `None` where they fit none. O1 tells the older list from the newer."""
    known = codes - {"NS", "IC9"}
    if known and known <= set(WORDS[CodeList.OBSERVED]):
        return CodeList.OBSERVED
    if known and known <= set(WORDS[CodeList.SIXTEEN]) and "O1" in known:
        return CodeList.SIXTEEN
    return CodeList.EIGHTEEN if known and known <= set(WORDS[CodeList.EIGHTEEN]) else None


def is_unknown(text: str | None) -> bool:
    """Whether a value says that nothing is known. That is an answer of its own and no group."""
    return text is None or text.strip().lower() in _UNKNOWN or "not stated" in text.lower()


def group_of(text: str) -> str:
    """The broad group of a code or wording; a word that belongs to no list Overt knows stays as it is."""
    value = text.strip()
    code = code_of(value)
    if code in _GROUP_OF_OBSERVED:
        return _GROUP_OF_OBSERVED[code]
    # O1 is Chinese: Asian since the 18+1 list, and one of the two must be chosen.
    if code == "O1":
        return "Asian"
    if code:
        return _GROUP_OF_LETTER[code[0]]
    first = value.split(" ", 1)[0].split("/", 1)[0].lower()
    return {group.lower(): group for group in GROUPS}.get(first, value)


def to_list(code: str, wanted: CodeList) -> str:
    """The code of the other self-defined list that a code falls under; `losses` says what that costs."""
    if wanted is CodeList.SIXTEEN:
        return {"W3": "W9", "O2": "O9", "A4": "O1"}.get(code, code)
    return {"O1": "A4"}.get(code, code) if wanted is CodeList.EIGHTEEN else code


def losses(codes: set[str], wanted: str) -> tuple[Loss, ...]:
    """What is lost when these codes are counted in the wanted list ("16+1", "18+1") or in "groups"."""
    source = list_of(codes)
    if source is None or source == wanted:
        return ()
    return tuple(Loss(says) for touched, says in _LOSSES.get((source, wanted), ()) if touched & codes)
