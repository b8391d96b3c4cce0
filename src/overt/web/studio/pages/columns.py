"""Columns: a card for each column of the source, and the card of one in full."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from overt.model import TABLES
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._steps import Progress, Step, StepState, waits

_SORTS = (("place", "Their place in the source"), ("emptiest", "The emptiest first"), ("undecided", "Undecided first"))
_SORT = FormField("sort", "Sort by", Input.CHOICE, choices=_SORTS)
_NUMBER = FormField("page", "Page", longest=4)
_DECLARED = FormField("categories", "These are categories, not names: show common values", Input.TICK)
_ONE = "/p/{project}/columns/{table}/{place}"


def _show(ask: StudioAsk) -> Page:
    sort = ask.query.get("sort", "place")
    number = ask.query.get("page", "1")
    answer = ask.engine.ask(
        "cards",
        mapping=ask.project.mapping,
        categories=list(ask.project.settings.categories),
        decided=[key for key, choice in ask.project.choices.columns.items() if choice.decided],
        sort=sort,
        page=int(number) if number.isascii() and number.isdecimal() else 1,
    )
    pages = [
        {"number": page, "href": f"{ask.home}columns?sort={sort}&page={page}", "current": page == answer["page"]}
        for page in range(1, answer["pages"] + 1)
    ]
    data = {
        **answer, "cards": [_titled(card) for card in answer["cards"]], "sort": sort, "page_items": pages,
        "sort_items": [{"value": value, "text": text} for value, text in _SORTS],
    }  # fmt: skip
    return Page("studio/columns.html", data)


def _show_one(ask: StudioAsk) -> Page:
    card = _titled(_asked(ask))
    given = {"categories": "yes"} if card["declared"] else {}
    return Page("studio/column.html", {"card": card, "fields": (_DECLARED,), "given": given})


def _declare(ask: StudioAsk) -> Sent:
    card = _asked(ask)
    declared = ask.form.get("categories") == "yes"
    if declared and not card["may_declare"]:
        raise NotTaken(
            FormFault("categories", "This column identifies people or is free text, so its values are never shown")
        )
    key, settings = card["key"], ask.project.settings
    others = tuple(name for name in settings.categories if name != key)
    words = "holds categories, not names: common values are shown" if declared else "may hold names: shapes are shown"
    ask.project.set(
        f"Column {card['letter']} of {card['origin']} {words}"[:500],
        [f"categories {key}"],
        seen=ask.seen,
        categories=(*others, key) if declared else others,
    )
    return Sent(f"{ask.home}columns/{card['table']}/{card['place']}")


def _asked(ask: StudioAsk) -> dict[str, Any]:
    numbers = [ask.path["table"], ask.path["place"]]
    if not all(number.isascii() and number.isdecimal() and len(number) <= 4 for number in numbers):
        raise HTTPException(404)
    return ask.engine.ask(
        "card",
        mapping=ask.project.mapping,
        categories=list(ask.project.settings.categories),
        table=int(numbers[0]),
        place=int(numbers[1]),
    )


def _titled(card: dict[str, Any]) -> dict[str, Any]:
    """The card with its meanings in words."""
    columns = [TABLES[path.split(".")[0]].by_name[path.split(".")[1]] for path in card["meanings"]]
    most = max((value["rows"] for value in card["values"]["values"]), default=0)
    return {**card, "meanings": [column.doc for column in columns], "most": most}


def _state(ask: StudioAsk) -> StepState:
    return waits(ask) or StepState(Progress.DONE, "What each column holds, without anybody's data")


STEP = Step("Columns", "columns", _state)
ACTIONS = (
    StudioAction("/p/{project}/columns", _show, query=(_SORT, _NUMBER)),
    StudioAction(_ONE, _show_one),
    StudioAction(_ONE, _declare, "POST", (_DECLARED,)),
)
