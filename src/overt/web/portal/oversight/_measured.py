"""The disparities that come with each audit: measures and divisions that a register of people can be asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.audits import Opened
from overt.model import POPULATION
from overt.pages import csv_bytes
from overt.refusals import Refusal, Refusals
from overt.web._faults import refusal_data

_YEAR = dt.timedelta(days=365)
_NOT_INSTALLED = {
    "code": "disparity-needs-extra", "found": "statistics are not installed", "wanted": "",
    "remedy": "pip install 'overt[stats]'",
}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """What counts are divided by: its name, in words, and what a population calls it."""

    name: str
    words: str
    attribute: str = ""


BY = {
    division.name: division
    for division in (
        Division("ethnicity_self_group", "ethnicity, as people defined it", "ethnicity"),
        Division("sex", "sex", "sex"),
        Division("age_band", "age", "age"),
        Division("unit", "unit"),
        Division("role", "role in an entry"),
        Division("genre", "genre of music"),
    )
}
_PEOPLE = ("ethnicity_self_group", "sex", "age_band")
MEASURES = {
    "listed": ("People with an active entry", (*_PEOPLE, "unit", "role")),
    "opened": ("People for whom an entry was opened in the previous year", _PEOPLE),
    "closed": ("People whose entry was closed in the previous year", _PEOPLE),
    "time_to_removal": ("Removals per year that entries were open", _PEOPLE),
    "single_source": ("Active entries that rely on one source", _PEOPLE),
    "disclosed_outside_police": ("Active entries shared outside the police", _PEOPLE),
    "platform_requests": ("Requests to online platforms", ("genre",)),
    "platform_removed": ("Requests after which the platform removed the content", ("genre",)),
}
_POPULATION = POPULATION.own_columns
_OVER_A_YEAR = ("opened", "closed")


def measured(
    opened: Opened, day: dt.date, populations: Sequence[Mapping[str, Any]], work: Path
) -> dict[str, dict[str, Any]]:
    """Every measure by each of its breakdowns, by `measure.division`; one that cannot be calculated has the reason.

    `populations` are the charter's, which are written to files in `work` and read like any others.
    """
    files: dict[str, list[str]] = {}
    for population in populations:
        path = work / f"{population['name']}.csv"
        cells = [population[name] for name in ("name", "area", "year", "attribute")]
        rows = [[*cells, group, count] for group, count in population["groups"].items()]
        path.write_bytes(csv_bytes(_POPULATION, rows))
        files.setdefault(population["attribute"], []).append(str(path))
    return {f"{name}.{by}": _measured(opened, day, name, by, files) for name, by in _every()}


def _every() -> Iterator[tuple[str, str]]:
    for name, (_, divisions) in MEASURES.items():
        for by in divisions:
            yield name, by


def _measured(opened: Opened, day: dt.date, name: str, by: str, files: Mapping[str, list[str]]) -> dict[str, Any]:
    try:
        from overt import disparities as disparity  # noqa: PLC0415  an extra
        from overt.web._disparity import kept  # noqa: PLC0415  the same extra
    except ModuleNotFoundError:
        return {"refused": [_NOT_INSTALLED]}
    since = day - _YEAR if name in _OVER_A_YEAR else None
    named = () if disparity.MEASURES[name].is_share else tuple(files.get(BY[by].attribute, ()))
    question = disparity.DisparityQuestion(name, (by,), day, named, since=since)
    try:
        result = disparity.measure(question, opened)
    except Refusal as refusal:
        return {"refused": [refusal_data(refusal)]}
    except Refusals as refusals:
        return {"refused": list(map(refusal_data, refusals.refusals))}
    return kept(result)
