"""How figures, dates and findings are put in words: once, for every file of the result folder."""

from __future__ import annotations

import datetime as dt

from overt.audits.results._figures import Figure, FigureMark, ShownFinding, ShownRun
from overt.controls import Authority, Basis, Scalar, Verdict
from overt.model import TABLES
from overt.pages import cell, day, listed, opening, percent

SYNTHETIC = "SYNTHETIC"
SYNTHETIC_NOTICE = "SYNTHETIC DATA: this source is marked as invented. Nothing here is about a real person or register."
MARKS = (
    ("0", "zero: the control ran and found none"),
    ("*", "suppressed: the number, which may be zero, is withheld so that no one can be identified"),
    ("not known", "the control could not be run, so there may be some or none"),
    ("not asked", "the source does not have the data needed, so the question was not asked"),
)
KINDS = {
    Authority.STATUTE: "Statute",
    Authority.REGULATION: "Regulation",
    Authority.CODE: "Code of practice",
    Authority.OWN_POLICY: "The register’s own policy",
    Authority.BENCHMARK: "Benchmark (may not be binding on this register)",
}
FORCE = {
    Authority.STATUTE: "Required by law",
    Authority.REGULATION: "Required by law",
    Authority.CODE: "Code of practice",
    Authority.OWN_POLICY: "The register’s own policy",
    Authority.BENCHMARK: "Benchmark",
}
VERDICTS = {
    Verdict.BREACHED: "Breached",
    Verdict.CANNOT_BE_SHOWN: "Cannot be shown",
    Verdict.FAILED: "Not run (error)",
    Verdict.MET: "Met",
    Verdict.NOT_APPLICABLE: "Not applicable",
}
_PLURALS = {"subject": ("person", "people"), "access": ("log record", "log records"), "spend": ("year", "years")}
_TABLE_OF_KEY = {table.key.name: table.name for table in reversed(TABLES.values())}


def noun(table: str, count: int | None = None) -> str:
    """What a row of a table is called: "item" for one, "items" otherwise."""
    one = table.replace("_", " ")
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}es" if one.endswith("s") else f"{one}s"
    one, many = _PLURALS.get(table, (one, many))
    return one if count == 1 else many


def rows_noun(shown: ShownFinding, count: int | None = None) -> str:
    """What the rows are called that a control examines."""
    return noun(_TABLE_OF_KEY.get(shown.control.key, "row"), count)


def month(label: str) -> str:
    """A month (yyyy-mm) as a person writes it; anything else as it is."""
    try:
        return f"{dt.date.fromisoformat(f'{label}-01'):%B %Y}"
    except ValueError:
        return label


def period(basis: Basis) -> str:
    """When a provision was in force."""
    if basis.starts_on and basis.ends_on:
        return f"in force {day(basis.starts_on)} to {day(basis.ends_on)}"
    if basis.starts_on:
        return f"in force from {day(basis.starts_on)}"
    return f"in force to {day(basis.ends_on)}" if basis.ends_on else ""


def read(value: Scalar) -> str:
    """A value of evidence as a person reads it."""
    if isinstance(value, dt.datetime):
        return f"{day(value)}, {value:%H:%M:%S}"
    return day(value) if isinstance(value, dt.date) else cell(value)


def some_of(part: Figure, base: Figure, what: str) -> str:
    """ "131 of 563 items", or as much of it as may be said."""
    if part.mark is FigureMark.SUPPRESSED:
        if part.nearly_all:
            return f"all but fewer than 15 of about {base} {what}"
        if base.value is None:
            return f"some {what} (the numbers are suppressed)"
        return f"some of about {base} {what} (the number is suppressed)"
    about = "about " if part.mark is FigureMark.ROUNDED and part.value else ""
    if part.value == base.value == 1:
        return f"the one {what}"
    if part.value and part.value == base.value:
        return f"all {base} {what}" if not about else f"all of about {base} {what}"
    return f"{about}{part} of {base} {what}"


def counted(shown: ShownFinding) -> str:
    """How many breach, for a cell: "131", or "at least 1; 2 cannot be told without entry.band"."""
    if not shown.in_part:
        return str(shown.breached)
    return f"at least {shown.breached}; {untold(shown)}" if shown.breached.is_some else untold(shown)


def untold(shown: ShownFinding) -> str:
    """ "2 unknown without entry.band"."""
    return f"{_some(shown.unknown)} unknown without {listed(shown.without)}"


def breach_in_words(shown: ShownFinding) -> str:
    """The counts of a breach: "131 of 563 items (23.3%)", with "at least" where a column is lacking."""
    count = shown.examined.value
    text = some_of(shown.breached, shown.examined, rows_noun(shown, count))
    text = f"at least {text}" if shown.in_part and shown.breached.value is not None else text
    whole = shown.share == 1
    return text if shown.share is None or whole else f"{text} ({percent(shown.share)})"


def sentence(shown: ShownFinding) -> str:
    """What was found, in a sentence or two that make sense alone."""
    answer = {
        Verdict.BREACHED: _breached,
        Verdict.MET: _met,
        Verdict.CANNOT_BE_SHOWN: _cannot_be_shown,
        Verdict.NOT_APPLICABLE: _not_applicable,
        Verdict.FAILED: _failed,
    }[shown.verdict](shown)
    return " ".join([answer, *shown.remarks])


def _breached(shown: ShownFinding) -> str:
    accepted = ""
    if shown.accepted.is_some:
        accepted = f", {accepted_in_words(shown)}"
    unknown = f" {_unknown(shown)}" if shown.unknown.is_some else ""
    return f"Not met for {breach_in_words(shown)}{accepted}.{unknown}"


def accepted_in_words(shown: ShownFinding) -> str:
    """How many breaches are accepted: "12 of them accepted", or that it is withheld."""
    if shown.wholly_accepted:
        return "all of them accepted"
    if shown.accepted.mark is FigureMark.SUPPRESSED:
        return "and the number of them accepted is withheld"
    return f"{_some(shown.accepted)} of them accepted"


def _unknown(shown: ShownFinding) -> str:
    if shown.in_part and shown.unknown.mark is not FigureMark.SUPPRESSED:
        more = "more " if shown.verdict is Verdict.BREACHED else ""
        rows = rows_noun(shown, shown.unknown.value)
        unknown = opening(f"{_some(shown.unknown)} {more}{rows}").rstrip(".")
        return f"{unknown} could not be judged without {_missing(shown.without)}."
    lacks = f": the source does not have {_missing(shown.without)}" if shown.in_part else ""
    count = shown.unknown.value
    if shown.unknown.mark is FigureMark.SUPPRESSED and shown.verdict is Verdict.BREACHED:
        return (
            f"The number of further {rows_noun(shown)} that could not be judged because a value is missing "
            f"is withheld{lacks}."
        )
    more = "more " if shown.verdict is Verdict.BREACHED else ""
    unknown = opening(f"{_some(shown.unknown)} {more}{rows_noun(shown, count)}").rstrip(".")
    return f"{unknown} could not be judged because a value is missing{lacks}."


def _some(figure: Figure) -> str:
    if figure.mark is FigureMark.SUPPRESSED:
        return "some"
    return f"about {figure}" if figure.mark is FigureMark.ROUNDED else str(figure)


def _met(shown: ShownFinding) -> str:
    count = shown.examined.value
    if shown.examined.mark is FigureMark.SUPPRESSED:
        return f"No breach was found among the {rows_noun(shown)} examined; their number is withheld."
    answer = f"No breach was found among the {_some(shown.examined)} {rows_noun(shown, count)} examined."
    if not shown.without:
        return answer
    return f"{answer} The source does not have {_missing(shown.without)}, but no row's result depends on it."


def _cannot_be_shown(shown: ShownFinding) -> str:
    if shown.missing:
        return f"The source does not have {_missing(shown.missing)}, so this question could not be asked."
    return f"No breach was found among the rows that could be judged. {_unknown(shown)}"


def _missing(names: tuple[str, ...]) -> str:
    kinds = (
        ("table", [name for name in names if "." not in name]),
        ("column", [name for name in names if "." in name]),
    )
    return " or ".join(f"the {kind}{'s' * (len(some) > 1)} {listed(some)}" for kind, some in kinds if some)


def _not_applicable(shown: ShownFinding) -> str:
    return f"No {rows_noun(shown)} in this source are subject to this duty. This does not mean the duty is met."


def _failed(shown: ShownFinding) -> str:
    why = f" ({shown.reason.rstrip('.')})" if shown.reason else ""
    return f"The control could not be run{why}. This is neither a pass nor a breach."


def verdict_sentence(run: ShownRun) -> str:
    """How the duties stand, in a sentence that can be quoted alone."""
    counts, whole = run.verdicts(), len(run.findings)
    endings = (
        (Verdict.MET, "is met", "are met"),
        (Verdict.BREACHED, "is breached", "are breached"),
        (Verdict.CANNOT_BE_SHOWN, "cannot be shown from this source", "cannot be shown from this source"),
        (Verdict.NOT_APPLICABLE, "does not apply", "do not apply"),
        (Verdict.FAILED, "could not be checked because of an error", "could not be checked because of an error"),
    )
    parts = [
        f"{counts[verdict]:,} {many}" if counts[verdict] > 1 else f"{'1' if counts[verdict] else 'none'} {one}"
        for verdict, one, many in endings
        if counts[verdict] or verdict in (Verdict.MET, Verdict.BREACHED)
    ]
    return (
        f"Of the {whole:,} duties checked, {listed(parts)}."
        if whole > 1
        else f"Of the one duty checked, {listed(parts)}."
    )


def gravest_first(shown: ShownFinding) -> tuple[int, bool, int, str]:
    """The order of breaches: by severity, open before accepted, then by how many rows."""
    return (-shown.control.severity.rank, shown.wholly_accepted, -shown.breached.order, shown.name)


def title(run: ShownRun) -> str:
    """The title of every file."""
    text = run.recipe.heading.title or f"Audit of {run.register} as of {day(run.recipe.as_of)}"
    return f"{SYNTHETIC} – {text}" if run.synthetic else text


def made_by(run: ShownRun) -> str:
    """Who made the report, for which organisation and when, as far as it was said."""
    heading = run.recipe.heading
    return ", ".join(
        part for part in (heading.author, heading.organisation, heading.date and day(heading.date)) if part
    )
