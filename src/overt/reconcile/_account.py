"""What came of it, as `reconcile.json` has it and as every form of the result is made of: counts, and no row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from overt import __version__
from overt.pseudonym import WHY_NO_DATE, WHY_NOT, NameAgreement, Spelling
from overt.reconcile._reconcile import Counts, ListVerdict

FORMAT = "overt-reconcile/1"
Json = dict[str, Any]

MEANS = {
    ListVerdict.REMOVED: "was removed from the register and is still on the list",
    ListVerdict.OTHER_ROLE: "is in the register in another role than on the list",
    ListVerdict.LISTED: "is in the register",
    ListVerdict.ABSENT: "is not in the register: never listed, erased, or spelled in a way that matching does "
    "not cover",
    ListVerdict.LOOK: "may be one of several people, or has another middle name in the register",
    ListVerdict.UNREADABLE: "has no readable name or birth date",
}
TO_DO = {
    ListVerdict.REMOVED: "Delete the row from the list.",
    ListVerdict.OTHER_ROLE: "Correct the role, or delete the row from the list.",
    ListVerdict.LISTED: "No action for this row. Find out why a second list exists.",
    ListVerdict.ABSENT: "Check the row. It should be kept only if the list has its own lawful basis for it.",
    ListVerdict.LOOK: "Compare with the case file. Do not act on this match alone.",
    ListVerdict.UNREADABLE: "Complete the row, or delete it from the list.",
}
COVERED = (
    "capitals, blanks, hyphens, apostrophes, full stops, accents and other marks on Latin letters",
    "titles, nicknames in brackets or quotes, the suffixes Jr, Sr, II, III and IV",
    "the family name first, with or without a comma",
    "ä, ö, ü, ø and å as ae, oe, ue, oe and aa, and the reverse",
    "middle names left out or shortened to an initial",
)
NOT_COVERED = (
    "a first name as an initial: twins share family name, birth date and often the initial",
    "short forms of names, for example Liz for Elizabeth",
    "different spellings of a name from another script, for example Muhammad and Mohamed, so fewer copies are found of "
    "people with such names",
    "typing errors, names that sound alike, words joined together, half of a double family name",
    "another family name after a marriage, an adoption or a change of name",
    "a birth date that is missing, incomplete or different, including day and month reversed",
)
SIGNS = {
    "initial": "not found; the first name is an initial, which the matching rule does not treat as a name",
    "one-word": "not found; the name is one word",
    "first-of-january": "weaker match: born on 1 January, a date often used when the real one is not known",
    "unknown-role": "a role that is not in the model: give its meaning with --role-is",
}


def account(
    counts: Counts,
    *,
    label: str,
    register: str,
    origin: str,
    as_of: str,
    key: str,
    named: bool,
    columns: dict[str, str],
    notes: Sequence[str],
) -> Json:
    """The account of one run. Nothing in it is of the list but counts, and the columns that were read."""
    return {
        "format": FORMAT,
        "overt": __version__,
        "list": label,
        "register": register,
        "origin": origin,
        "synthetic": "synthetic" in register.casefold(),
        "as_of": as_of,
        "key": key,
        "key_named": named,
        "columns": columns,
        "rows": counts.rows,
        "verdicts": {verdict.value: counts.verdicts.get(verdict, 0) for verdict in ListVerdict},
        "matched": [
            {"verdict": verdict.value, "agreement": agreement.value, "spelling": spelling.value, "rows": rows}
            for (verdict, agreement, spelling), rows in sorted(counts.matched.items(), key=_place)
        ],
        "unreadable": {why: counts.unreadable[why] for why in (*WHY_NOT, *WHY_NO_DATE) if why in counts.unreadable},
        "signs": {sign: counts.signs[sign] for sign in SIGNS if sign in counts.signs},
        "covered": list(COVERED),
        "not_covered": list(NOT_COVERED),
        "warnings": [*_warnings(counts, named=named), *(f"The list: {note}." for note in notes)],
    }


def _warnings(counts: Counts, *, named: bool) -> list[str]:
    matches = sum(counts.matched.values())
    warnings = []
    if not named:
        warnings.append("The register does not name its pseudonym key. To name it, run `overt pseudonym name`.")
    if counts.rows and not matches:
        reason = "" if named else ", and a wrong key would look the same"
        warnings.append(
            f"No matches were found. This does not prove that no one on the list is in the register{reason}."
        )
    if not counts.rows:
        warnings.append("The list has no rows.")
    return warnings


def _place(item: tuple[tuple[ListVerdict, NameAgreement, Spelling], int]) -> tuple[int, ...]:
    verdict, agreement, spelling = item[0]
    return list(ListVerdict).index(verdict), list(NameAgreement).index(agreement), list(Spelling).index(spelling)
