"""A record in its forms: Markdown to edit, a page that stands alone, JSON for scripts; the catalogue as JSON-LD too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from overt.pages import as_bytes, day, opening, page_environment
from overt.publication import _table
from overt.publication._site import TEMPLATES, words
from overt.publication.records._atrs import atrs
from overt.publication.records._catalogue import as_json_ld, catalogue
from overt.publication.records._dpia import dpia
from overt.publication.records._parts import CHARTER, HUMAN, RELEASE, STANDARD, Record, RecordField, Sources
from overt.publication.records._processing import s61
from overt.refusals import Refusal

FORMAT = 3
RECORDS: dict[str, Callable[[Sources], Record]] = {"atrs": atrs, "s61": s61, "catalogue": catalogue, "dpia": dpia}


def write_record(kind: str, sources: Sources, folder: Path) -> list[Path]:
    """Writes every form of a record into a folder; refuses to write over what a human may have filled in."""
    files = record_files(kind, sources)
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise Refusal("record-there", str(folder / taken[0]), "it already exists", "another folder; or move the file")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise Refusal("results-not-written", str(folder), problem, "a folder with room to write in") from error
    return [folder / name for name in files]


def record_files(kind: str, sources: Sources) -> dict[str, bytes]:
    """Name and content of every form of a record; refuses a kind that there is not."""
    if kind not in RECORDS:
        raise Refusal("record-unknown", "KIND", kind, ", ".join(RECORDS))
    record = RECORDS[kind](sources)
    environment = page_environment(TEMPLATES)
    environment.filters.update(sentence=opening, words=words)
    page = environment.get_template("record.html.j2").render(
        record=record,
        source_words=source_words,
        synthetic=is_synthetic(record),
        made_from=made_from_words(sources),
    )
    contents = {
        f"{kind}.md": as_bytes("\n".join(_markdown(record)) + "\n"),
        f"{kind}.html": as_bytes(page),
        f"{kind}.json": _table.as_bytes(as_json(record)),
    }
    if kind == "catalogue":
        contents["catalogue.jsonld"] = _table.as_bytes(as_json_ld(sources))
    return contents


def as_json(record: Record) -> dict[str, Any]:
    """A record for scripts: see docs/formats/statutory-records.md."""
    release = record.sources.release
    return {
        "format": FORMAT,
        "record": record.kind,
        "title": record.title,
        "basis": record.basis,
        "register": record.sources.charter.register.name,
        "synthetic": is_synthetic(record),
        "made_from": {
            "charter": record.sources.charter.digest,
            "charter_version": record.sources.charter.version,
            "release": release.release if release else None,
            "release_digest": release.digest if release else None,
            "day": release.day if release else None,
        },
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "fields": [
                    {
                        "name": field.name,
                        "title": field.title,
                        "source": field.source,
                        "value": list(field.lines) if field.lines else None,
                        "wanted": field.wanted or None,
                        "rests_on": source_words(field, record.sources) if field.lines else None,
                    }
                    for field in section.fields
                ],
            }
            for section in record.sections
        ],
        "to_fill_in": [field.name for field in record.open],
    }


def is_synthetic(record: Record) -> bool:
    """Whether the register is an invented one."""
    return "synthetic" in record.sources.charter.register.name.lower()


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record's JSON."""
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}
    field = _object(
        {
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
            "title": text,
            "source": {"enum": [CHARTER, RELEASE, STANDARD, HUMAN]},
            "value": {"type": ["array", "null"], "items": text, "minItems": 1},
            "wanted": maybe,
            "rests_on": maybe,
        }
    )
    section = _object({"number": text, "title": text, "fields": {"type": "array", "items": field, "minItems": 1}})
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    made_from = _object(
        {
            "charter": digest,
            "charter_version": {"type": "integer", "minimum": 1},
            "release": maybe,
            "release_digest": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
            "day": maybe,
        }
    )
    whole = _object(
        {
            "format": {"const": FORMAT},
            "record": {"enum": list(RECORDS)},
            "title": text,
            "basis": text,
            "register": text,
            "synthetic": {"type": "boolean"},
            "made_from": made_from,
            "sections": {"type": "array", "items": section, "minItems": 1},
            "to_fill_in": {"type": "array", "items": text},
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:overt:statutory-record:3",
        "title": f"Overt record, format {FORMAT}",
        **whole,
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


# --- Markdown -------------------------------------------------------------------------------------------------------


def _markdown(record: Record) -> Iterator[str]:
    sources = record.sources
    yield f"# {record.title}: {sources.charter.register.name}"
    yield ""
    if is_synthetic(record):
        yield from ("**Synthetic: everything here is invented.**", "")
    yield from (f"{record.basis}. {record.note}", "", made_from_words(sources), "")
    yield f"{len(record.open)} fields are still to be completed. They have been left blank."
    for section in record.sections:
        yield from ("", f"## {section.number} {section.title}".replace("##  ", "## "))
        for field in section.fields:
            yield from ("", f"### {field.title}", "")
            if field.is_open:
                yield f"> **{field.open_words}:** {field.wanted}."
            else:
                yield from (f"- {line}" for line in field.lines) if len(field.lines) > 1 else field.lines
                yield from ("", f"*{opening(source_words(field, sources))}*")


def source_words(field: RecordField, sources: Sources) -> str:
    """What a field rests on, and for which days."""
    if field.rests_on:
        return f"from {field.rests_on}"
    charter = sources.charter
    return f"from version {charter.version} of the charter, in force from {day(charter.effective_on)}"


def made_from_words(sources: Sources) -> str:
    """What a record was made from, in a sentence."""
    charter = f"Made from version {sources.charter.version} of the charter ({sources.charter.digest[:12]}…)"
    if sources.release is None:
        return f"{charter}. No release has been published, so there are no figures."
    release = sources.release
    return (
        f"{charter} and release {release.release} about {day(release.day)} ({release.digest[:12]}…). "
        "Every figure is a published one: small figures are withheld, and others are rounded or have noise added."
    )
