"""The overview of oversight: one card for each page."""

from __future__ import annotations

import datetime as dt

from overt.web._answers import Page
from overt.web._work import State
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight import _queries as queries
from overt.web.portal.oversight._access import counted
from overt.web.portal.oversight._audits import audits
from overt.web.portal.oversight._ledger import head
from overt.web.portal.oversight._runs import What, runs

_QUARTER = dt.timedelta(days=92)


def _first(ask: Ask) -> Answer:
    since = ask.now - _QUARTER
    with ask.desk.reading() as register:
        leaves, waiting = register.size(), queries.count_waiting(register.store)
        rows = register.store.rows("select outcome, sum(count) from tally where code = '' group by outcome")
        period = queries.LogQuery(since, ask.now + dt.timedelta(days=1))
        pattern = counted(ask, queries.log_lines(register, period, queries.MOST_ENTRIES))
    done, charters = audits(ask), ask.desk.charters()
    drawn = [run for run in runs(ask.desk, What.SAMPLE) if run.state is State.DONE]
    newest = done[-1] if done else None
    verdicts = newest.answer["verdicts"] if newest else {}
    data = {
        "audit": {"as_of": newest.as_of, "number": newest.number, "verdicts": verdicts} if newest else None,
        "audits": len(done),
        "samples": len(drawn),
        "gate": {outcome: int(count) for outcome, count in rows},
        "waiting": waiting,
        "looks": pattern.looks,
        "removed": pattern.removed,
        "out_of_hours": pattern.out_of_hours,
        "most_counted": queries.MOST_ENTRIES if pattern.acts >= queries.MOST_ENTRIES else 0,
        "since": since.date(),
        "kinds": [len(charter.categories_in_force(charter.effective_on)) for charter in charters],
        "leaves": leaves,
        "ledger": head(ask, leaves),
    }
    return Page("oversight/first.html", data)


ACTIONS = (Action("oversight.first", Face.OVERSIGHT, "/oversight", "Overview", _first, nav="Overview"),)
