"""The operator rewrites history: with the right key, and every trace inside the register made good.

Rows and leaves are changed by hand in the database, as whoever owns it could: the library offers no such thing.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace

from overt.demo._facts import Fork
from overt.demo._play import LAST_DAY, Play, at
from overt.ledger import prove, trust, verify
from overt.refusals import Refusal
from overt.register import check_register

_MORNING_AFTER = LAST_DAY + dt.timedelta(days=1)


def rewrite_history(play: Play) -> None:
    """A victim becomes a suspect, as if it had always been so; `facts.fork` says who noticed, and how."""
    play.progress("Falsifying a record")
    places = play.facts.places
    leaf = _rewrite(play)
    seen_inside = sum(1 for _ in check_register(play.register))
    shutil.rmtree(places.ledger)
    shutil.rmtree(places.operator)
    refused = _ask_witnesses(play)
    play.outside.publish(play.register, play.documents, at(_MORNING_AFTER, 9), ask=False)
    play.collect()
    seen = play.outside.watch()
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
    """Changes every version of the person's entry, and its leaf; gives the first of these leaves."""
    store = play.register.store
    versions = list(play.register.versions("entry", "x.entry_id = ?", (play.person,)))
    with store.transaction():
        for version in versions:
            changed = replace(version, values={**version.values, "role": "suspect"})
            store.run("update entry_version set role = 'suspect' where opened_seq = ?", (version.opened_seq,))
            store.run("update leaf set bytes = ? where seq = ?", (changed.leaf(), version.opened_seq))
    return versions[0].opened_seq


def _ask_witnesses(play: Play) -> tuple[str, ...]:
    """What the witnesses say when they are asked to cosign the new history."""
    try:
        play.outside.publish(play.register, play.documents, at(_MORNING_AFTER, 8), ask=True)
    except Refusal as refusal:
        return tuple(refusal.found.split("; ")[1:])
    return ()


def _new_receipt(play: Play, leaf: int) -> str:
    """What comes of it when the rewritten ledger is asked to prove the person's record: the code of the refusal."""
    record = json.loads(play.facts.places.record.read_bytes())
    salt = next(play.register.versions("entry", "x.opened_seq = ?", (leaf,))).salt
    try:
        verify(prove(play.outside.store, leaf, salt), record, trust(play.outside.signer.key))
    except Refusal as refusal:
        return refusal.code
    return ""
