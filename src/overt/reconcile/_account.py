"""What came of it, as `reconcile.json` has it and as every form of the result is made of: counts, and no row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from overt import __version__
from overt.pseudonym import WHY_NO_DATE, WHY_NOT, Agreement, Spelling
from overt.reconcile._reconcile import Counts, Verdict

FORMAT = "overt-reconcile/1"
Json = dict[str, Any]

MEANS = {
    Verdict.REMOVED: "was removed from the register and is still on the list",
    Verdict.OTHER_ROLE: "is in the register in another role than on the list",
    Verdict.LISTED: "is in the register",
    Verdict.ABSENT: "is not in the register: never was, or was erased, or is spelled in a way that the rule cannot see",
    Verdict.LOOK: "may be one of several people, or has another middle name in the register",
    Verdict.UNREADABLE: "has no name or birth date that the rule can read",
}
TO_DO = {
    Verdict.REMOVED: "Take the row off the list.",
    Verdict.OTHER_ROLE: "Put the role right, or take the row off the list.",
    Verdict.LISTED: "Nothing. Ask why there is a second list.",
    Verdict.ABSENT: "Look at the row. Without a ground of its own it has no place on a list.",
    Verdict.LOOK: "Compare with the file of the case. Do not act on this alone.",
    Verdict.UNREADABLE: "Complete the row, or take it off the list.",
}
COVERED = (
    "capitals, blanks, hyphens, apostrophes, full stops, accents and other marks on Latin letters",
    "titles, nicknames in brackets or quotes, the suffixes Jr, Sr, II, III and IV",
    "the family name first, with or without a comma",
    "ä, ö, ü, ø and å as ae, oe, ue, oe and aa, and the other way round",
    "middle names left out or cut to their first letter",
)
NOT_COVERED = (
    "a first name as an initial: twins share family name, birth date and often the initial",
    "short and pet names, as Liz for Elizabeth",
    "other ways to write a name of another script, as Muhammad and Mohamed: so the rule finds fewer copies of people "
    "with such names",
    "typing errors, names that sound alike, words run together, half of a double family name",
    "another family name after a marriage, an adoption or a change of name",
    "a birth date that is missing, incomplete or another, also with day and month exchanged",
)
SIGNS = {
    "initial": "not found, and the first name is an initial, which the rule never takes for a name",
    "one-word": "not found, and the name is one word",
    "first-of-january": "found, and born on a 1 January, often written for a day that is not known: a weaker match",
    "unknown-role": "a role that the model does not know: say what it means with --role-is",
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
        "verdicts": {verdict.value: counts.verdicts.get(verdict, 0) for verdict in Verdict},
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
    found = sum(counts.matched.values())
    warnings = []
    if not named:
        warnings.append("The register does not say under which key its pseudonyms are: overt pseudonym name")
    if counts.rows and not found:
        reason = "" if named else ", and a wrong key would look the same"
        warnings.append(f"No row was found in the register. That is not an all-clear{reason}.")
    if not counts.rows:
        warnings.append("The list has no rows.")
    return warnings


def _place(each: tuple[tuple[Verdict, Agreement, Spelling], int]) -> tuple[int, ...]:
    verdict, agreement, spelling = each[0]
    return list(Verdict).index(verdict), list(Agreement).index(agreement), list(Spelling).index(spelling)
