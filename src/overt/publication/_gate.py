"""Decisions of the gate as they may be published.

A record is not a person, but the charter's rules say how many records a person takes: with four, "4 admitted" is one
person, and "12 admitted" three at most. So a count of records is withheld below `RECORDS` times the threshold for
people, and rounded as much more coarsely: with the usual rule from 80 on, to the nearest 50. No count of people that
is too small to publish can then be worked out of one of records.

Reasons to refuse are given only beside a number of refused records: each of them is a part of it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from overt.disclosure import Mark, Rule
from overt.publication._office import Office
from overt.publication._safe import ALL, SafeTopic, cell_name, make_safe
from overt.publication._table import ReleaseFigure, ReleaseTable, safe_table
from overt.publication._topics import GATE, REASONS, TopicCounts

RECORDS = 10
REASON_ROWS = REASONS.attributes[0].name


def gate_rule(rule: Rule) -> Rule:
    """The rule for records that goes with one for people."""
    return replace(
        rule, safe_threshold=rule.safe_threshold * RECORDS, safe_round_base=max(rule.safe_round_base, 1) * RECORDS
    )


def count_gate(
    office: Office, day: dt.date, since: dt.date | None, cuts: Iterable[dt.date] = ()
) -> tuple[TopicCounts, TopicCounts]:
    """Outcomes and reasons to refuse in the period, counted apart for each stretch between the days of `cuts`."""
    edges = sorted({cut for cut in cuts if cut < day and (since is None or cut > since)} | {day})
    outcomes: Counter[tuple[str, str, str]] = Counter()
    reasons: Counter[tuple[str, str, str]] = Counter()
    for on_date, outcome, code, count in office.tally:
        on = dt.date.fromisoformat(on_date)
        if on <= day and (since is None or on > since):
            part = str(next(edge for edge in edges if on <= edge))
            if not code:
                outcomes[part, GATE.attributes[0].name, outcome] += count
            elif outcome == "refused":
                reasons[part, REASON_ROWS, code] += count
    parts = tuple(map(str, edges))
    return (
        TopicCounts(GATE, {GATE.unit: parts}, parts, dict(outcomes)),
        TopicCounts(REASONS, {REASONS.unit: parts}, parts, dict(reasons)),
    )


def safe_gate(
    office: Office, release: str, period: tuple[dt.date | None, dt.date], earlier: Sequence[SafeTopic], rule: Rule
) -> tuple[list[SafeTopic], ReleaseTable]:
    """What is kept of the gate for later releases, and its table."""
    since, day = period
    before = {name: [one for one in earlier if one.counted.topic.name == name] for name in (GATE.name, REASONS.name)}
    cuts = [cut for topic in before[GATE.name] for cut in (topic.since, topic.day) if cut]
    safe_topics = [
        make_safe(counted, release, period, before[counted.topic.name], gate_rule(rule))
        for counted in count_gate(office, day, since, cuts)
    ]
    return safe_topics, _table(*safe_topics)


def _table(outcomes: SafeTopic, reasons: SafeTopic) -> ReleaseTable:
    table = safe_table(outcomes)
    rule = outcomes.safe.rule
    refused = next(row.figures[0] for row in table.rows if row.group == "refused")
    rows = [row for row in safe_table(reasons).rows if row.attribute != ALL]
    if refused.mark is not Mark.SHOWN:
        rows = []
    note = (
        f"{GATE.note} One person can have several records, so counts under {rule.safe_threshold} are withheld and "
        f"others are rounded to the nearest {rule.safe_round_base}. Reasons are given only with a number of refusals."
    )
    return replace(table, note=note, rows=(*table.rows, *rows), protected=False)


def reasons_follow(table: ReleaseTable) -> bool:
    """Whether a published table of the gate gives reasons only beside a number of refused records."""
    refused = next((row.figures[0] for row in table.rows if row.group == "refused"), ReleaseFigure(Mark.UNKNOWN))
    return refused.mark is Mark.SHOWN or not any(row.attribute == REASON_ROWS for row in table.rows)


def withheld_for_others(safe_topics: Sequence[SafeTopic], table: ReleaseTable) -> int:
    """How many figures of its table are withheld though their own counts are not small."""
    outcomes, reasons = safe_topics
    if not any(row.attribute == REASON_ROWS for row in table.rows):
        return outcomes.safe.secondary
    # The whole of the reasons is in no table.
    whole = next(cell for cell in reasons.safe.cells if cell.cell.name == cell_name(ALL, ALL, REASONS.unit))
    apart = whole.mark is Mark.SUPPRESSED and not reasons.safe.rule.is_small(whole.count)
    return outcomes.safe.secondary + reasons.safe.secondary - apart
