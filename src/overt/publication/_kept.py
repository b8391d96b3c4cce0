"""What the keeper of a register keeps of each release, so that a later one gives nothing of it away.

It holds exact counts of groups and belongs to the register, never to what is published.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from overt.disclosure import Cell, Fact, Link, Mark, Rule, SafeCell, SafeRelease
from overt.encoding import read_json
from overt.publication._safe import SafeTopic
from overt.publication._topics import GATE, REASONS, TOPICS, TopicCounts
from overt.refusals import Refusal


def keep(topics: Iterable[SafeTopic]) -> bytes:
    """The topics of a release as a file."""
    return (json.dumps([_as_json(topic) for topic in topics], allow_nan=False) + "\n").encode()


def read_kept(path: Path) -> list[SafeTopic]:
    """The topics of an earlier release; refuses a file that was lost or changed into none."""
    try:
        return [_read(topic) for topic in read_json(path.read_bytes())]
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "put the file back: without it nothing can be published that is safe beside that release"
        raise Refusal(
            "release-kept-lost", str(path), "it cannot be read", "kept.json of the release", remedy
        ) from error


def _as_json(safe_topic: SafeTopic) -> dict[str, Any]:
    counted, safe = safe_topic.counted, safe_topic.safe
    return {
        "topic": counted.topic.name,
        "attributes": [attribute.name for attribute in counted.topic.attributes],
        "release": safe_topic.release,
        "day": str(safe_topic.day),
        "since": str(safe_topic.since) if safe_topic.since else None,
        "measures": counted.measures,
        "parts": counted.parts,
        "counts": [[*key, count] for key, count in counted.counts.items()],
        "rule": {name: getattr(safe.rule, name) for name in Rule.__dataclass_fields__},
        "atoms": dict(safe.counts),
        "links": [[list(term) for term in link.terms] for link in safe.links],
        "secondary": safe.secondary,
        # JSON has no number without end.
        "facts": [[sorted(fact.atoms), fact.low, None if math.isinf(fact.high) else fact.high] for fact in safe.facts],
        "cells": [
            [cell.cell.name, sorted(cell.cell.atoms), cell.mark.value, cell.value, cell.count, cell.cell.dominated]
            for cell in safe.cells
        ],
    }


def _read(content: dict[str, Any]) -> SafeTopic:
    whole = {**TOPICS, GATE.name: GATE, REASONS.name: REASONS}[content["topic"]]
    topic = replace(whole, attributes=tuple(part for part in whole.attributes if part.name in content["attributes"]))
    counted = TopicCounts(
        topic,
        {name: None if parts is None else tuple(parts) for name, parts in content["measures"].items()},
        tuple(content["parts"]),
        {(part, attribute, group): count for part, attribute, group, count in content["counts"]},
    )
    cells = tuple(
        SafeCell(Cell(topic.name, name, frozenset(atoms), dominated=any(dominated)), Mark(mark), value, count)
        for name, atoms, mark, value, count, *dominated in content["cells"]
    )
    links = tuple(Link(tuple((atom, sign) for atom, sign in terms)) for terms in content["links"])
    facts = tuple(
        Fact(frozenset(atoms), low, math.inf if high is None else high) for atoms, low, high in content.get("facts", ())
    )
    safe = SafeRelease(cells, links, content["atoms"], Rule(**content["rule"]), content["secondary"], facts)
    since = dt.date.fromisoformat(content["since"]) if content["since"] else None
    return SafeTopic(content["release"], dt.date.fromisoformat(content["day"]), since, counted, safe)
