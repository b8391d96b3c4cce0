"""Ledger status: what is published, who cosigned it, and a check of every row against its ledger entry."""

from __future__ import annotations

from typing import Any

from overt.ledger import read_published
from overt.refusals import Refusal
from overt.web._answers import Page, Sent
from overt.web._work import State
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight import _queries as queries
from overt.web.portal.oversight._audits import asker, unfinished
from overt.web.portal.oversight._runs import What, at_work, begin, find_run, runs


def _ledger(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        size, last = register.size(), register.last_recorded_at()
        origin, erased = register.settings.origin, queries.count_erased(register.store)
    checks = runs(ask.desk, What.CHECK)
    data = {
        "leaves": size,
        "origin": origin,
        "last_recorded_at": last,
        "erased": erased,
        "head": head(ask, size),
        "checks": [{**run.head(), **_result(run.answer)} for run in reversed(checks)],
        "busy": at_work(ask.desk),
    }
    return Page("oversight/ledger.html", data)


def head(ask: Ask, size: int) -> dict[str, Any]:
    """The published head: how many entries it has, whether the policy believes it, and who cosigned."""
    policy = ask.desk.policy()
    if policy is None:
        return {"state": "nothing has been published yet", "believed": False, "witnesses": []}
    witnesses = sorted(policy.witnesses)
    try:
        now = int(ask.desk.now().timestamp())
        signed = policy.open(read_published(ask.desk.log()), now=now)
    except Refusal as refusal:
        nobody = [{"name": witness, "signed": False} for witness in witnesses]
        return {"state": refusal.found, "believed": False, "witnesses": nobody}
    cosigned = set(policy.cosigned_by(signed.note, now))
    return {
        "state": "believed",
        "believed": True,
        "entries": signed.checkpoint.size,
        "root": signed.checkpoint.root.hex(),
        "behind": size - signed.checkpoint.size,
        "witnesses": [{"name": witness, "signed": witness in cosigned} for witness in witnesses],
    }


def _result(answer: Any) -> dict[str, Any]:
    if not answer:
        return {"good": None}
    published = answer["published"]
    faults = len(answer["differing"]) + (published["fault_count"] if published else 0)
    return {"good": not faults and answer["access_log_broken_at"] is None, "leaves": answer["leaves"]}


def _check(ask: Ask) -> Answer:
    run = begin(ask.desk, What.CHECK, asker(ask))
    return Sent(f"/oversight/ledger/{run.number}", {"number": run.number})


def _checked(ask: Ask) -> Answer:
    run = find_run(ask.desk, ask.path["number"], What.CHECK)
    if run is None:
        return Page("shared/said.html", {"heading": "There is no such check"}, 404)
    if run.state is not State.DONE:
        return unfinished(run, f"/oversight/ledger/{run.number}", "/oversight/ledger")
    return Page("oversight/checked.html", {**run.head(), **run.answer, **_result(run.answer)})


_FACE = Face.OVERSIGHT
ACTIONS = (
    Action("oversight.ledger", _FACE, "/oversight/ledger", "Ledger status", _ledger, nav="Ledger"),
    Action("oversight.check", _FACE, "/oversight/ledger", "Check every row", _check, method="POST"),
    Action("oversight.checked", _FACE, "/oversight/ledger/{number}", "The result of a check", _checked),
)
