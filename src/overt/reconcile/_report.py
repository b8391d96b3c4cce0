"""report.html and its text: what the counts say, for who answers for the register and for the list's owner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from overt.pages import as_bytes, page_environment
from overt.pseudonym import WHY_NO_DATE, WHY_NOT
from overt.reconcile._account import MEANS, SIGNS, TO_DO, Json
from overt.reconcile._reconcile import ListVerdict

TEMPLATES = Path(__file__).with_name("templates")
_COLOURS = {
    ListVerdict.REMOVED: "red",
    ListVerdict.OTHER_ROLE: "red",
    ListVerdict.LISTED: "green",
    ListVerdict.ABSENT: "yellow",
    ListVerdict.LOOK: "yellow",
    ListVerdict.UNREADABLE: "grey",
}
_WHY = {**WHY_NOT, **WHY_NO_DATE}


def report(account: Json) -> bytes:
    """The report as bytes of HTML; nothing in it is fetched from anywhere and nothing in it runs."""
    verdicts = [
        {
            "name": verdict.value, "rows": account["verdicts"][verdict.value], "means": MEANS[verdict],
            "to_do": TO_DO[verdict], "colour": _COLOURS[verdict]
        }
        for verdict in ListVerdict
    ]  # fmt: skip
    context = {"made": account, "lead": _lead(account), "verdicts": verdicts, "why": _WHY, "signs": SIGNS}
    return as_bytes(_environment().get_template("report.html.j2").render(context))


def text(account: Json) -> str:
    """Return the report as lines of plain text."""
    return "\n".join(_lines(account))


def _lines(account: Json) -> Iterator[str]:
    yield f"{account['list']}: {account['rows']:,} rows, compared with {account['register']} as of {account['as_of']}"
    for verdict in ListVerdict:
        if account["verdicts"][verdict.value]:
            yield f"{account['verdicts'][verdict.value]:>8,}  {verdict.value}: {MEANS[verdict]}"
    if account["matched"]:
        yield "Found by:"
        for match in account["matched"]:
            yield f"{match['rows']:>8,}  {match['verdict']}: {match['agreement']}; {match['spelling']}"
    if account["unreadable"] or account["signs"]:
        yield "Rows in this list that cannot be matched:"
        for why, rows in account["unreadable"].items():
            yield f"{rows:>8,}  {_WHY[why]}"
        for sign, rows in account["signs"].items():
            yield f"{rows:>8,}  {SIGNS[sign]}"
    yield "Spellings that can never be matched:"
    for line in account["not_covered"]:
        yield f"          {line}"
    for warning in account["warnings"]:
        yield f"warning: {warning}"


def _lead(account: Json) -> str:
    removed, other, absent = (
        account["verdicts"][verdict.value]
        for verdict in (ListVerdict.REMOVED, ListVerdict.OTHER_ROLE, ListVerdict.ABSENT)
    )
    rows = account["rows"]
    if not rows:
        return "The list has no rows."
    clauses = [
        f"{removed:,} {'was' if removed == 1 else 'were'} removed from the register",
        f"{absent:,} {'is' if absent == 1 else 'are'} not found in it",
        f"{other:,} {'has' if other == 1 else 'have'} a different role there",
    ]
    return f"Of {rows:,} rows, {clauses[0]}, {clauses[1]}, and {clauses[2]}."


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment(TEMPLATES)
    environment.filters["number"] = lambda count: f"{count:,}"
    return environment
