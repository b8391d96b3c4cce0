"""The verdicts of audits, as releases give them: how many duties came to each verdict, and which."""

from __future__ import annotations

from overt.pages import Bar, bars, verdict_words
from overt.publication import ReleaseDocument
from overt.web._forms import FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables
from overt.web.portal.public._releases import latest

_MEANS = {
    "met": "every record in scope was examined, and none is in breach",
    "breached": "some records do not meet the duty",
    "cannot be shown": "the register does not record what is needed to answer, or some records cannot be judged",
    "not applicable": "nothing in the register was subject to this duty. This does not mean it is met",
    "failed": "the check could not be run. This is not a pass",
}
_VERDICT = FormField(
    "verdict", "Show duties with which verdict?", Input.CHOICE, optional=True,
    choices=tuple((name, verdict_words(name).capitalize()) for name in _MEANS), noun="the verdict",
)  # fmt: skip
_RELEASE = FormField("release", "Of which release", optional=True, longest=20)


def _audit(ask: Ask) -> Answer:
    documents = sorted(ask.desk.releases(), key=latest)
    rows = [(document, verdicts) for document in documents if (verdicts := _verdicts(document))]
    charter = ask.desk.charter()
    pins = charter.packs if charter else {}
    packs = [{"name": name, "version": pin.version, "digest": pin.digest} for name, pin in pins.items()]
    counts = rows[-1][1] if rows else {}
    whole = sum(counts.values())
    drawn = [
        Bar(verdict_words(name), "", str(count), count / whole if whole else None) for name, count in counts.items()
    ]
    given = {name: ask.query[name] for name in (_VERDICT.name, _RELEASE.name) if name in ask.query}
    tables = [_all_audits(rows)] if rows else []
    shown = _chosen([document for document, _ in rows], given.get(_RELEASE.name))
    if shown is not None:
        tables.append(_duties(shown, given.get(_VERDICT.name)))
    summary = ", ".join(f"{count} {verdict_words(name)}" for name, count in counts.items())
    data = {
        "audits": [
            {"release": document.release, "day": document.day, "verdicts": verdicts}
            for document, verdicts in reversed(rows)
        ],
        "means": _MEANS, "packs": packs, "fields": (_VERDICT,), "given": given,
        "duties_of": {"release": shown.release, "day": shown.day} if shown else None,
        "picture": bars("audit-bars", "Verdicts of the latest audit", summary, drawn) if drawn else None,
    }  # fmt: skip
    return with_tables(ask, "public/audit.html", data, tables, kept=given)


def _verdicts(document: ReleaseDocument) -> dict[str, int]:
    """How many duties came to each verdict; none where the release has no audit."""
    table = next((table for table in document.tables if table.name == "audit"), None)
    figures = {row.group: row.figures[0].value for row in table.rows} if table else {}
    return {name: value for name, value in figures.items() if value is not None}


def _all_audits(rows: list[tuple[ReleaseDocument, dict[str, int]]]) -> SortTable:
    columns = (
        SortColumn("day", "As of", "day"),
        *(SortColumn(name, verdict_words(name).capitalize(), "number") for name in _MEANS),
        SortColumn("release", "Release"),
    )
    shown = tuple(
        SortRow({"day": document.day, "release": document.release, **verdicts}, f"/audit?release={document.release}")
        for document, verdicts in reversed(rows)
    )
    return SortTable("audits", "Verdicts of each published audit", columns, shown)


def _chosen(documents: list[ReleaseDocument], release: str | None) -> ReleaseDocument | None:
    """The release whose duties are shown: the one asked for, or else the latest that has them."""
    with_duties = [one for one in documents if any(table.name == "duties" for table in one.tables)]
    named = [one for one in with_duties if one.release == release] if release else with_duties
    return named[-1] if named else None


def _duties(document: ReleaseDocument, verdict: str | None) -> SortTable:
    columns = (SortColumn("control", "Control"), SortColumn("duty", "Duty"), SortColumn("verdict", "Verdict"))
    rows = []
    for row in document.table("duties").rows:
        control, _, title = row.group.partition(" ")
        if verdict in (None, row.attribute):
            words = verdict_words(row.attribute).capitalize()
            rows.append(SortRow({"control": control, "duty": title, "verdict": words}))
    rows.sort(key=lambda row: str(row.values["control"]))
    return SortTable("duties", "Each duty and its verdict", columns, tuple(rows))


ACTIONS = (
    Action("public.audit", Face.PUBLIC, "/audit", "Audit results", _audit, nav="Audits", cached=True,
           query=(_VERDICT, _RELEASE, *QUERY)),
)  # fmt: skip
