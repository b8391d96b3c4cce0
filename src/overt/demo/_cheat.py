"""The operator rewrites history: with the right key, and every trace inside the register made good.

It uses nothing that the library offers: rows are changed by hand in the database, as somebody could who owns it.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace

from overt.demo._facts import Fork
from overt.demo._play import LAST_DAY, Outside, Play, at, epoch, news
from overt.ledger import prove, publish, trust, verify, watch
from overt.refusals import Refusal
from overt.register import check_register

_MORNING_AFTER = LAST_DAY + dt.timedelta(days=1)


def cheat(play: Play) -> None:
    """A victim becomes a suspect, as if it had always been so; `facts.fork` says who noticed, and how."""
    play.progress("the operator rewrites history")
    outside, places = play.outside, play.facts.places
    leaf = _rewrite(play)
    seen_inside = sum(1 for _ in check_register(play.register))
    shutil.rmtree(places.ledger)
    shutil.rmtree(places.operator)
    refused = _ask_witnesses(play, outside)
    now = epoch(at(_MORNING_AFTER, 9))
    publish(play.register, outside.store, [outside.signer], now=now, state=outside.state, documents=play.charters.get)
    seen = watch(outside.store, places.watcher, trust(outside.signer.key), tell=news)
    if seen.old and seen.evidence:
        play.facts.fork = Fork(
            size=seen.new.size,
            changed_leaf=leaf,
            seen_inside=seen_inside,
            seen_root=seen.old.root.hex(),
            served_root=seen.new.root.hex(),
            contradiction=seen.contradiction,
            evidence=seen.evidence,
            witnesses=refused,
            receipt=_new_receipt(play, leaf),
        )


def _rewrite(play: Play) -> int:
    """Changes every version of the person's entry and its leaf, by hand; gives the first of these leaves."""
    store = play.register.store
    versions = list(play.register.versions("entry", "x.entry_id = ?", (play.person,)))
    with store.transaction():
        for version in versions:
            changed = replace(version, values={**version.values, "role": "suspect"})
            store.run("update entry_version set role = 'suspect' where opened_seq = ?", (version.opened_seq,))
            store.run("update leaf set bytes = ? where seq = ?", (changed.leaf(), version.opened_seq))
    return versions[0].opened_seq


def _ask_witnesses(play: Play, outside: Outside) -> tuple[str, ...]:
    """What the witnesses say when they are asked to cosign the new history."""
    now = at(_MORNING_AFTER, 8)
    try:
        publish(
            play.register,
            outside.store,
            [outside.signer],
            now=epoch(now),
            state=outside.state,
            documents=play.charters.get,
            witnesses=outside.asked(now),
            policy=outside.policy,
        )
    except Refusal as refusal:
        _, *absent = refusal.found.split("; ")
        return tuple(absent)
    return ()


def _new_receipt(play: Play, index: int) -> str:
    """What becomes of the person's record when the rewritten ledger is asked to prove it."""
    places = play.facts.places
    record = json.loads(places.record.read_bytes())
    salt = next(play.register.versions("entry", "x.opened_seq = ?", (index,))).salt
    try:
        verify(prove(play.outside.store, index, salt), record, trust(play.outside.signer.key))
    except Refusal as refusal:
        return refusal.code
    return ""
