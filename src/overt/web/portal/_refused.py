"""The pages in place of an action's own: on to another site, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence

from overt.refusals import Refusal
from overt.web._answers import Page
from overt.web._faults import refusal_data
from overt.web.portal._action import Away
from overt.web.portal._statuses import DETAILS, HEADINGS

# What a function behind refuses because of where it runs, and not because of what it was given.
_UNAVAILABLE = {"engine-unreachable", "register-unreachable", "register-busy"}


def away_page(answer: Away) -> Page:
    """The page that leads on to another site."""
    return Page("shared/away.html", {"heading": answer.heading, "location": answer.location})


def refused_page(refusals: Sequence[Refusal]) -> Page:
    """A refusal as a page. It contains no value of a personal field."""
    shown = [refusal_data(refusal, refusal.where) for refusal in refusals]
    if any(refusal.code in _UNAVAILABLE for refusal in refusals):
        return Page("shared/said.html", {"heading": HEADINGS[503], "lead": [DETAILS[503]], "refusals": shown}, 503)
    return Page("shared/said.html", {"heading": "There is a problem", "refusals": shown}, 422)
