"""report.html and its text: what the counts say, for who answers for the register and for the list's owner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from overt.pages import as_bytes, page_environment
from overt.pseudonym import WHY_NO_DATE, WHY_NOT
from overt.reconcile._account import MEANS, SIGNS, TO_DO, Json
from overt.reconcile._reconcile import Verdict

TEMPLATES = Path(__file__).with_name("templates")
_COLOURS = {
    Verdict.REMOVED: "red",
    Verdict.OTHER_ROLE: "red",
    Verdict.LISTED: "green",
    Verdict.ABSENT: "yellow",
    Verdict.LOOK: "yellow",
    Verdict.UNREADABLE: "grey",
}
_WHY = {**WHY_NOT, **WHY_NO_DATE}


def report(made: Json) -> bytes:
    """The report as bytes of HTML; nothing in it is fetched from anywhere and nothing in it runs."""
    verdicts = [
        {"name": each.value, "rows": made["verdicts"][each.value], "means": MEANS[each], "to_do": TO_DO[each],
         "colour": _COLOURS[each]}
        for each in Verdict
    ]  # fmt: skip
    context = {"made": made, "lead": _lead(made), "verdicts": verdicts, "why": _WHY, "signs": SIGNS}
    return as_bytes(_environment().get_template("report.html.j2").render(context))


def text(made: Json) -> str:
    """Return the report as lines of plain text."""
    return "\n".join(_lines(made))


def _lines(made: Json) -> Iterator[str]:
    yield f"{made['list']}: {made['rows']:,} rows, compared with {made['register']} as of {made['as_of']}"
    for verdict in Verdict:
        if made["verdicts"][verdict.value]:
            yield f"{made['verdicts'][verdict.value]:>8,}  {verdict.value}: {MEANS[verdict]}"
    if made["matched"]:
        yield "Found by:"
        for each in made["matched"]:
            yield f"{each['rows']:>8,}  {each['verdict']}: {each['agreement']}; {each['spelling']}"
    if made["unreadable"] or made["signs"]:
        yield "Rows in this list that cannot be matched:"
        for why, rows in made["unreadable"].items():
            yield f"{rows:>8,}  {_WHY[why]}"
        for sign, rows in made["signs"].items():
            yield f"{rows:>8,}  {SIGNS[sign]}"
    yield "Spellings that can never be matched:"
    for each in made["not_covered"]:
        yield f"          {each}"
    for each in made["warnings"]:
        yield f"warning: {each}"


def _lead(made: Json) -> str:
    removed, other, absent = (
        made["verdicts"][each.value] for each in (Verdict.REMOVED, Verdict.OTHER_ROLE, Verdict.ABSENT)
    )
    rows = made["rows"]
    if not rows:
        return "The list has no rows."
    said = [
        f"{removed:,} {'was' if removed == 1 else 'were'} removed from the register",
        f"{absent:,} {'is' if absent == 1 else 'are'} not found in it",
        f"{other:,} {'has' if other == 1 else 'have'} a different role there",
    ]
    return f"Of {rows:,} rows, {said[0]}, {said[1]}, and {said[2]}."


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment(TEMPLATES)
    environment.filters["number"] = lambda count: f"{count:,}"
    return environment
