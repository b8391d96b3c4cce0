"""The history of the charter: each version, what it changed, and how many categories of data can be recorded."""

from __future__ import annotations

from overt.charter import difference
from overt.ledger import PublicLeaf, read_leaf
from overt.pages import Bar, bars, day
from overt.web._answers import Page
from overt.web.portal._action import Action, Answer, Ask, Face


def _charter(ask: Ask) -> Answer:
    charters = sorted(ask.desk.charters(), key=lambda charter: charter.version)
    with ask.desk.reading() as register:
        rows = register.store.rows("select seq, recorded_at, bytes from leaf where kind = 'public' order by seq")
    entered = {}
    for seq, recorded_at, data in rows:
        leaf = read_leaf(bytes(data))
        if isinstance(leaf, PublicLeaf) and leaf.kind == "charter":
            entered[leaf.name] = (seq, str(recorded_at), leaf.digest)
    ruling = ask.desk.charter()
    versions = []
    for place, charter in enumerate(charters):
        seq, recorded_at, digest = entered[f"{charter.version:04}.toml"]
        changed = difference(charters[place - 1], charter) if place else None
        versions.append(
            {
                "version": charter.version,
                "adopted_on": charter.adopted_on,
                "effective_on": charter.effective_on,
                "rules": ruling is not None and ruling.version == charter.version,
                "leaf": seq,
                "recorded_at": recorded_at,
                "digest": digest,
                "categories": len(charter.categories_in_force(charter.effective_on)),
                "sensitive": sum(one.sensitive for one in charter.categories.values()),
                "recipients": len(charter.recipients_in_force(charter.effective_on)),
                "summary": changed.summary() if changed else "The first version",
                "lines": changed.lines() if changed else [],
            }
        )
    most = max((version["categories"] for version in versions), default=0)
    drawn = [
        Bar(
            f"Version {version['version']}",
            f"from {day(version['effective_on'])}",
            f"{version['categories']} categories",
            version["categories"] / most,
        )
        for version in versions
    ]
    summary = ", then ".join(bar.value for bar in drawn)
    picture = bars("kinds", "Categories of data that can be recorded, by version", summary, drawn) if drawn else None
    return Page("oversight/charter.html", {"versions": list(reversed(versions)), "picture": picture})


ACTIONS = (
    Action("oversight.charter", Face.OVERSIGHT, "/oversight/charter", "Charter history", _charter, nav="Charter"),
)
