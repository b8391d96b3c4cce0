"""What changed: the charter's versions, corrections of published figures, and removals as counts with their reasons."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from overt.charter import Charter, difference, history
from overt.web._action import Action, Answer, Ask, Face, Shown


def _changes(ask: Ask) -> Answer:
    charters = list(ask.desk.charters())
    documents = ask.desk.releases()
    with ask.desk.reading() as register:
        erased = register.store.rows(
            "select erased_on, kind, ground from erasure_version where closed_seq is null order by erased_on"
        )
    removals = Counter((str(on)[:4], str(kind), str(ground)) for on, kind, ground in erased)
    corrections = documents[-1].corrections if documents else ()
    return Shown(
        "public/changes.html",
        {
            "versions": list(reversed(_versions(charters))),
            "corrections": list(reversed(corrections)),
            "removals": [
                {"year": year, "kind": kind, "ground": ground, "count": count}
                for (year, kind, ground), count in sorted(removals.items(), reverse=True)
            ],
        },
    )


def _versions(charters: list[Charter]) -> list[dict[str, object]]:
    """Each version with what it brought, in one line and line by line."""
    brought = [[], *(difference(old, new).lines() for old, new in pairwise(charters))]
    return [
        {
            "version": each.version,
            "adopted_on": each.adopted_on,
            "effective_on": each.effective_on,
            "summary": line.summary,
            "lines": lines,
            "file": f"/charters/{each.version:04}",
        }
        for each, line, lines in zip(charters, history(charters), brought, strict=True)
    ]


ACTIONS = (Action("public.changes", Face.PUBLIC, "/changes", "What changed", _changes, nav="Changes", cached=True),)
