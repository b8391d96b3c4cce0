"""Figures: the latest release and earlier ones, the verdicts of audits, and the responses to information requests."""

from __future__ import annotations

from pathlib import Path

from overt.pages import Bar, bars, verdict_words
from overt.publication import QUESTIONS as ASKED
from overt.publication import ReleaseDocument, folder_of, folder_of_answer, read_answer
from overt.register import Register
from overt.web._answers import Page, Plain
from overt.web.portal._action import Action, Answer, Ask, Face

_KINDS = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}  # fmt: skip
_NONE_YET = {
    "heading": "No figures have been published yet",
    "lead": ["The charter says how often figures must be published."],
}
_MEANS = {
    "met": "every record in scope was examined, and none is in breach",
    "breached": "some records do not meet the duty",
    "cannot be shown": "the register does not record what is needed to answer, or some records cannot be judged",
    "not applicable": "nothing in the register was subject to this duty. This does not mean it is met",
    "failed": "the check could not be run. This is not a pass",
}


def _figures(ask: Ask) -> Answer:
    documents = ask.desk.releases()
    if not documents:
        return Page("shared/said.html", _NONE_YET)
    newest = max(documents, key=_latest)
    return Page(
        "public/figures.html",
        {
            "release": _head(newest),
            "tiles": [{"what": what, "figure": figure} for what, figure in _tiles(newest)],
            "tables": [{"name": table.name, "title": table.title, "note": table.note} for table in newest.tables],
            "releases": [_head(document) for document in reversed(documents)],
            "contact": newest.contact,
        },
    )


def _latest(document: ReleaseDocument) -> tuple[str, str]:
    """By its date: a later release may be about an earlier date, because of a request."""
    return document.day, document.release


def _head(document: ReleaseDocument) -> dict[str, object]:
    return {name: getattr(document, name) for name in ("release", "day", "since", "corrects", "digest")}


def _tiles(document: ReleaseDocument) -> list[tuple[str, str]]:
    people = next((table for table in document.tables if table.name == "people"), None)
    tiles = [(f"people {column}", str(people.whole(column))) for column in people.columns] if people else []
    due = next((table for table in document.tables if table.name == "reviews-due"), None)
    if due is not None:
        tiles += [(f"reviews {row.group}", str(row.figures[0])) for row in due.rows if row.group == "overdue"]
    return tiles


def _file(ask: Ask) -> Answer:
    """A file of a published release; only files in its folder are ever read."""
    release, name = ask.path["release"], ask.path["file"]
    with ask.desk.reading() as register:
        folder = folder_of(register, release) / "site"
    known = {document.release for document in ask.desk.releases()}
    if release not in known or name not in _names(folder):
        return Page("shared/said.html", {"heading": "There is no such file in this release"}, 404)
    return Plain((folder / name).read_bytes(), _KINDS[name[name.rfind(".") :]])


def _names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.suffix in _KINDS
    }


def _audit(ask: Ask) -> Answer:
    documents = sorted(ask.desk.releases(), key=_latest)
    rows = []
    for document in documents:
        table = next((table for table in document.tables if table.name == "audit"), None)
        figures = {row.group: row.figures[0] for row in table.rows} if table else {}
        if any(figure.value is not None for figure in figures.values()):
            rows.append({"release": document.release, "day": document.day, "verdicts": figures})
    charter = ask.desk.charter()
    pins = charter.packs if charter else {}
    packs = [{"name": name, "version": pin.version, "digest": pin.digest} for name, pin in pins.items()]
    newest = rows[-1]["verdicts"] if rows else {}
    counts = {name: int(figure.value or 0) for name, figure in newest.items()} if isinstance(newest, dict) else {}
    whole = sum(counts.values())
    drawn = [
        Bar(verdict_words(name), "", str(count), count / whole if whole else None) for name, count in counts.items()
    ]
    return Page(
        "public/audit.html",
        {
            "audits": list(reversed(rows)),
            "means": _MEANS,
            "packs": packs,
            "picture": bars("audit", "Verdicts of the latest audit", _summary(counts), drawn) if drawn else None,
        },
    )


def _summary(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {verdict_words(name)}" for name, count in counts.items())


def _answers(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        numbers = _sent(register)
        answers = [read_answer(register, number) for number in numbers]
    rows = [
        {
            "number": answer.number,
            "received_on": answer.received_on,
            "sent_on": answer.sent_on,
            "questions": [ASKED[name].asks for name in answer.questions],
        }
        for answer in reversed(answers)
    ]
    return Page("public/answers.html", {"answers": rows})


def _sent(register: Register) -> list[str]:
    folders = sorted(path.name for path in (register.folder / "answers").glob("[0-9]*") if path.is_dir())
    return [folder for folder in folders if read_answer(register, folder).sent_on]


def _answer(ask: Ask) -> Answer:
    number = ask.path["number"]
    with ask.desk.reading() as register:
        if number not in _sent(register):
            return Page("shared/said.html", {"heading": "There is no such response"}, 404)
        text = (folder_of_answer(register, number) / "answer.txt").read_text(encoding="utf-8")
    return Page("public/answer.html", {"number": number, "text": text})


ACTIONS = (
    Action("public.figures", Face.PUBLIC, "/figures", "The latest figures", _figures, nav="Figures", cached=True),
    Action(
        "public.release-file", Face.PUBLIC, "/figures/{release}/{file:path}", "A file of a release", _file, cached=True
    ),
    Action("public.audit", Face.PUBLIC, "/audit", "Audit results", _audit, nav="Audits", cached=True),
    Action(
        "public.answers",
        Face.PUBLIC,
        "/answers",
        "Freedom of Information responses",
        _answers,
        nav="FOI responses",
        cached=True,
    ),
    Action("public.answer", Face.PUBLIC, "/answers/{number}", "One response", _answer, cached=True),
)
