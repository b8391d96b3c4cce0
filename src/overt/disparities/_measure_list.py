"""The measures: what each counts, of whom, and from which columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from overt.model import ENTRY, TABLES, About
from overt.statistics import Unit


class MeasureShape(StrEnum):
    """What the rows of a measure are and how they lie in time."""

    STOCK = "stock"  # as of a day
    FLOW = "flow"  # within a period
    EXPOSURE = "exposure"  # years at risk within a period


@dataclass(frozen=True)
class Measure:
    """One measure: `title` finishes the sentence "The analysis counts 12 …"; `of` says what a share is a share of.

    `clause` is the sentence that a rate belongs to, with the group in it: "{group} were listed" three times as often.

    `joins`, `scope`, `hit` and `dated` are SQL over the measure's `table`; `needs` are columns without which it cannot
    be asked. `counts` is what is counted once each; a share counts rows where `hit` is true among those in scope.
    A measure that counts no people has in `person` the column that says whose each is, or nothing where the model has
    none; `noun` is what it counts.
    `is_outcome_test` says whether it is read as a test of the decision: what came of it, by group.
    `recorded` says by column which rows have an outcome that decides the share: the rest of those in scope is left out
    of it, and counted as such.
    """

    name: str
    title: str
    clause: str
    table: str
    shape: MeasureShape
    unit: Unit
    needs: tuple[str, ...] = ()
    counts: str = ""
    hit: str = ""
    of: str = ""
    scope: str = ""
    joins: str = ""
    recorded: tuple[tuple[str, str], ...] = ()
    dated: tuple[str, ...] = ()
    noun: str = "entries"
    person: str = ENTRY.subject_id.path
    needs_threshold: bool = False
    needs_outcome: bool = False
    is_outcome_test: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it has a base inside the register and needs no population."""
        return bool(self.of)

    @property
    def counts_people(self) -> bool:
        """Whether each person counts once, so that those counted are all different people."""
        return self.counts == ENTRY.subject_id.path

    @property
    def counts_encounters(self) -> bool:
        """Whether it counts encounters, of which a row of the source may stand for several."""
        return TABLES[self.table].about is About.ENCOUNTERS


_SOURCES = (
    " left join (select item.entry_id, count(distinct item.source_ref) as sources from item"
    " group by item.entry_id) as sourced on sourced.entry_id = entry.entry_id"
)
_OUTSIDE = (
    " left join (select distinct disclosure.entry_id from disclosure where disclosure.recipient_kind <> 'police')"
    " as outside on outside.entry_id = entry.entry_id"
)
_HAPPENED = (
    " left join (select distinct outcome.subject_id from outcome where outcome.kind in (select unnest($outcomes)))"
    " as happened on happened.subject_id = entry.subject_id"
)
_ABOVE, _CAME = "entry.score >= $threshold", "happened.subject_id is not null"


_stock = partial(Measure, table="entry", shape=MeasureShape.STOCK, unit=Unit.PEOPLE)


def _error(name: str, title: str, clause: str, of: str, *, scope: str, hit: str) -> Measure:
    needs = ("entry.score", "entry.subject_id", "outcome.kind", "outcome.subject_id")
    scope = f"entry.score is not null and {scope}"
    return _stock(
        name,
        title,
        clause,
        needs=needs,
        scope=scope,
        hit=hit,
        of=of,
        joins=_HAPPENED,
        needs_threshold=True,
        needs_outcome=True,
    )


def _encounters(
    name: str,
    title: str,
    clause: str,
    of: str,
    column: str,
    *recorded: tuple[str, str],
    is_outcome_test: bool = True,
) -> Measure:
    return Measure(
        name,
        title,
        clause,
        "encounter",
        MeasureShape.FLOW,
        Unit.PEOPLE,
        (f"encounter.{column}",),
        hit=f"encounter.{column}",
        of=of,
        recorded=((f"encounter.{column}", f"encounter.{column} is not null"), *recorded),
        dated=("encounter.occurred_on", "encounter.occurred_at", "encounter.period"),
        noun="encounters",
        person="encounter.subject_id",
        is_outcome_test=is_outcome_test,
    )


_ALL = (
    _stock(
        "listed",
        "people with an active entry",
        "{group} were listed",
        needs=("entry.subject_id",),
        counts="entry.subject_id",
    ),
    _stock(
        "entries", "active entries", "{group} had active entries", needs=("entry.entry_id",), counts="entry.entry_id"
    ),
    Measure(
        "opened",
        "people for whom an entry was opened",
        "{group} had an entry opened",
        "entry",
        MeasureShape.FLOW,
        Unit.PEOPLE,
        ("entry.subject_id", "entry.opened_on"),
        counts="entry.subject_id",
        dated=("entry.opened_on",),
    ),
    Measure(
        "closed",
        "people who had an entry closed",
        "{group} had an entry closed",
        "entry",
        MeasureShape.FLOW,
        Unit.PEOPLE,
        ("entry.subject_id", "entry.closed_on"),
        counts="entry.subject_id",
        dated=("entry.closed_on",),
    ),
    _stock(
        "zero_score",
        "active entries with a score of zero",
        "active entries about {group} had a score of zero",
        needs=("entry.score",),
        scope="entry.score is not null",
        hit="entry.score = 0",
        of="active entries that have a score",
    ),
    _stock(
        "score_at_or_above",
        "active entries with a score at or above the threshold",
        "active entries about {group} had a score at or above the threshold",
        needs=("entry.score",),
        scope="entry.score is not null",
        hit=_ABOVE,
        of="active entries that have a score",
        needs_threshold=True,
    ),
    _stock(
        "single_source",
        "active entries that rest on one source",
        "active entries about {group} rested on one source",
        needs=("item.entry_id", "item.source_ref"),
        scope="sourced.sources > 0",
        hit="sourced.sources = 1",
        of="active entries with a named source",
        joins=_SOURCES,
    ),
    _stock(
        "disclosed_outside_police",
        "active entries sent outside the police",
        "active entries about {group} were sent outside the police",
        needs=("disclosure.entry_id", "disclosure.recipient_kind"),
        hit="outside.entry_id is not null",
        of="active entries",
        joins=_OUTSIDE,
    ),
    Measure(
        "time_to_removal",
        "entries closed, per year that entries were open",
        "entries about {group} were closed",
        "entry",
        MeasureShape.EXPOSURE,
        Unit.EVENTS,
        ("entry.opened_on", "entry.closed_on"),
        of="years that entries were open",
    ),
    _error(
        "false_positive",
        "false positives: entries at or above the threshold without the outcome",
        "entries about {group} without the outcome were at or above the threshold",
        "entries without the outcome",
        scope=f"not ({_CAME})",
        hit=_ABOVE,
    ),
    _error(
        "false_negative",
        "false negatives: entries below the threshold with the outcome",
        "entries about {group} with the outcome were below the threshold",
        "entries with the outcome",
        scope=_CAME,
        hit=f"not ({_ABOVE})",
    ),
    _error(
        "false_discovery",
        "false discoveries: entries at or above the threshold without the outcome",
        "entries about {group} at or above the threshold had no outcome",
        "entries at or above the threshold",
        scope=_ABOVE,
        hit=f"not ({_CAME})",
    ),
    _error(
        "false_omission",
        "false omissions: entries below the threshold with the outcome",
        "entries about {group} below the threshold had the outcome",
        "entries below the threshold",
        scope=f"not ({_ABOVE})",
        hit=_CAME,
    ),
    Measure(
        "encounters",
        "encounters",
        "{group} were recorded in encounters",
        "encounter",
        MeasureShape.FLOW,
        Unit.EVENTS,
        ("encounter.encounter_id",),
        counts="*",
        dated=("encounter.occurred_on", "encounter.occurred_at", "encounter.period"),
        noun="encounters",
        person="encounter.subject_id",
    ),
    _encounters(
        "no_further_action",
        "encounters with no further action",
        "encounters with {group} ended in no further action",
        "encounters with an outcome",
        "no_further_action",
    ),
    _encounters(
        "found_what_was_sought",
        "encounters where the object of the search was found",
        "encounters with {group} found the object of the search",
        "encounters whose outcome is recorded",
        "outcome_linked",
        # With no further action the object of the search was not found; often no more than that is recorded.
        ("encounter.no_further_action", "encounter.no_further_action"),
    ),
    _encounters(
        "more_than_outer_clothing",
        "searches that removed more than outer clothing",
        "searches of {group} removed more than outer clothing",
        "searches where this was recorded",
        "more_than_outer_clothing",
        is_outcome_test=False,
    ),
    Measure(
        "platform_requests",
        "requests to platforms to remove content",
        "requests in {group} were sent",
        "platform_request",
        MeasureShape.FLOW,
        Unit.EVENTS,
        ("platform_request.request_id",),
        counts="platform_request.request_id",
        dated=("platform_request.sent_on",),
        noun="requests",
        person="",
    ),
    Measure(
        "platform_removed",
        "requests after which the platform removed the content",
        "requests in {group} led to removal",
        "platform_request",
        MeasureShape.FLOW,
        Unit.PEOPLE,
        ("platform_request.outcome",),
        hit="platform_request.outcome = 'removed'",
        of="requests that the platform answered",
        scope="platform_request.outcome <> 'pending'",
        dated=("platform_request.sent_on",),
        noun="requests",
        person="",
    ),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
