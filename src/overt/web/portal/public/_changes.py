"""What changed: the charter's versions, corrections of published figures, and people removed as releases give them.

Nothing is counted here: a count of its own would give away what a release withholds. A ground is an officer's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from overt.charter import Charter, difference, history
from overt.publication import ReleaseDocument, cause_words, cell_words
from overt.web._answers import Page
from overt.web.portal._action import Action, Answer, Ask, Face


def _changes(ask: Ask) -> Answer:
    charters = list(ask.desk.charters())
    documents = ask.desk.releases()
    corrections = documents[-1].corrections if documents else ()
    return Page(
        "public/changes.html",
        {
            "versions": list(reversed(_versions(charters))),
            "corrections": [
                {**change.as_json(), "what": cell_words(change.table, change.cell), "happened": cause_words(change)}
                for change in reversed(corrections)
            ],
            "removals": [removal for document in reversed(documents) for removal in _removed(document)],
        },
    )


def _removed(document: ReleaseDocument) -> Iterator[dict[str, object]]:
    """How many people a release says were removed since the one before, if it says so."""
    for table in document.tables:
        if table.name == "people" and "removed" in table.columns:
            figure = str(table.whole("removed"))
            yield {"release": document.release, "since": document.since, "day": document.day, "figure": figure}


def _versions(charters: list[Charter]) -> list[dict[str, object]]:
    """Each version with what it brought, in one line and line by line."""
    brought = [[], *(difference(old, new).sentences() for old, new in pairwise(charters))]
    return [
        {
            "version": charter.version,
            "adopted_on": charter.adopted_on,
            "effective_on": charter.effective_on,
            "summary": line.summary,
            "lines": lines,
            "file": f"/charters/{charter.version:04}",
        }
        for charter, line, lines in zip(charters, history(charters), brought, strict=True)
    ]


ACTIONS = (
    Action("public.changes", Face.PUBLIC, "/changes", "Changes to the register", _changes, nav="Changes", cached=True),
)
