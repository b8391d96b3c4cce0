"""findings.json, as `docs/formats/findings.md` and `findings.schema.json` say, and run.json."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from overt.audits.mapping import TableRead
from overt.audits.results import _words as words
from overt.audits.results._figures import Figure, FigureMark, LabelledFigure, ShownFinding, ShownRun
from overt.controls import Basis
from overt.law import LawText
from overt.visible import visible_json

SCHEMA_VERSION = "1.0"
SCHEMA_PATH = Path(__file__).with_name("findings.schema.json")

Json = dict[str, Any]


@lru_cache(maxsize=1)
def findings_schema() -> Json:
    """The JSON Schema of findings.json."""
    return cast("Json", json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))


def dump(value: Json) -> bytes:
    """Canonical bytes of a JSON value: sorted keys, UTF-8, one line feed at the end."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{visible_json(text)}\n".encode()


def findings_json(run: ShownRun) -> bytes:
    """The findings for a machine: counts as integers, null where there is no number to show."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "run": _run(run),
            "findings": [_finding(finding) for finding in run.findings],
        }
    )


def run_json(run: ShownRun, files: Mapping[str, bytes]) -> bytes:
    """What went in and what came out: digests of the inputs, parameters, and of every other file of the folder."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "overt": run.version,
            "engine": run.engine,
            "source": {
                "name": run.register,
                "kind": run.source_kind,
                "sha256": run.source_digest,
                **({"snapshot": run.in_place.snapshot} if run.in_place else {}),
            },
            **({"proof": dict(run.in_place.proof)} if run.in_place else {}),
            "mapping": {"name": run.recipe.mapping, "sha256": run.mapping_digest} if run.recipe.mapping else None,
            "packs": _packs(run),
            "parameters": {
                **run.recipe.parameters,
                "thresholds": _thresholds(run),
                "evidence_reason": run.recipe.evidence_reason,
            },
            "heading": run.recipe.heading.as_json(),
            "command": run.recipe.command,
            "reading": run.recipe.reading_text,
            "notes": list(run.notes),
            "verdicts_only": run.verdicts_only,
            "synthetic": run.synthetic,
            "notice": words.SYNTHETIC_NOTICE if run.synthetic else None,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
    )


def _run(run: ShownRun) -> Json:
    return {
        **run.recipe.parameters,
        "heading": run.recipe.heading.as_json(),
        "register": run.register,
        "source_digest": run.source_digest,
        "source_kind": run.source_kind,
        "mapping": run.recipe.mapping,
        "mapping_digest": run.mapping_digest,
        "packs": _packs(run),
        "thresholds": _thresholds(run),
        "engine": run.engine,
        "version": run.version,
        "rows": {table: _count(figure) for table, figure in run.rows},
        "absent": list(run.absent),
        "fills": [
            {"table": fill.table, "column": fill.column, "rows": _count(fill.rows), "filled": _count(fill.filled)}
            for fill in run.fills
        ],
        "read": [_read(table) for table in run.read],
        "acceptances": [
            {
                "control": acceptance.control,
                "owner": acceptance.owner,
                "reason": acceptance.reason,
                "expires_on": acceptance.expires_on.isoformat(),
            }
            for acceptance in run.acceptances
        ],
        "verdicts": {verdict.value: count for verdict, count in run.verdicts().items()},
        "synthetic": run.synthetic,
    }


def _read(table: TableRead) -> Json:
    """How one table of the model was read from the source."""
    return {
        "table": table.table,
        "sources": list(table.sources),
        "rows_in_source": table.in_source,
        "rows": table.in_model,
        "followed": not table.untraced,
        "columns": [
            {
                "column": column.column,
                "from": list(column.origins),
                "filled_in_source": column.in_source,
                "filled": column.in_model,
                "lost": column.lost,
                "values": [
                    {"source": value.source, "model": value.model, "rows": value.rows, "several": value.several}
                    for value in column.values
                ],
            }
            for column in table.columns
        ],
    }


def _packs(run: ShownRun) -> list[Json]:
    return [
        {
            "name": pack.name,
            "version": pack.version,
            "title": pack.title,
            "jurisdiction": pack.jurisdiction,
            "digest": pack.digest,
            "left_out": dict(pack.left_out),
        }
        for pack in run.packs
    ]


def _thresholds(run: ShownRun) -> Json:
    return {
        name: {
            "value": threshold.value.isoformat() if isinstance(threshold.value, dt.date) else threshold.value,
            "reason": threshold.reason,
        }
        for name, threshold in run.thresholds.items()
    }


def _finding(shown: ShownFinding) -> Json:
    control = shown.control
    return {
        "control": control.id,
        "control_digest": control.digest,
        "pack": shown.pack,
        "kind": control.kind.value,
        "severity": control.severity.value,
        "gate": control.gate.value,
        "title": control.title,
        "asks": control.asks,
        "limits": control.limits,
        "remedy": control.remedy,
        "found_in": list(control.found_in),
        "thresholds": list(control.thresholds),
        "verdict": shown.verdict.value,
        "examined": shown.examined.value,
        "breached": shown.breached.value,
        "unknown": shown.unknown.value,
        "accepted": shown.accepted.value,
        "marks": {name: figure.mark.value for name, figure in shown.counts.items()},
        "suppressed": shown.suppressed,
        "sentence": words.sentence(shown),
        "remarks": list(shown.remarks),
        "missing": list(shown.missing),
        "without": list(shown.without),
        "reason": shown.reason,
        "law": [
            {**_basis(basis.basis), "texts": [*map(_text, basis.basis.texts)], **_marked(basis.breached)}
            for basis in shown.law
        ],
        "keys": list(shown.keys),
        "digest": shown.digest,
        "by_month": [_cell("month", cell) for cell in shown.by_month],
        "by_unit": [_cell("unit", cell) for cell in shown.by_unit],
        "seconds": None if shown.seconds is None else round(shown.seconds, 6),
    }


def _basis(basis: Basis) -> Json:
    return {
        "citation": basis.citation,
        "from": basis.starts_on.isoformat() if basis.starts_on else None,
        "to": basis.ends_on.isoformat() if basis.ends_on else None,
    }


def _text(text: LawText) -> Json:
    return {
        "provision": text.provision,
        "identifier": text.identifier,
        "link": text.link or None,
        "from": text.starts_on.isoformat() if text.starts_on else None,
        "to": text.ends_on.isoformat() if text.ends_on else None,
        "amended_by": text.by or None,
    }


def _cell(name: str, cell: LabelledFigure) -> Json:
    return {name: cell.label, **_marked(cell.breached)}


def _marked(figure: Figure) -> Json:
    return {"breached": figure.value, "suppressed": figure.mark is FigureMark.SUPPRESSED}


def _count(figure: Figure) -> int | None:
    return figure.value
