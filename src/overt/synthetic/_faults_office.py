"""Faults of what the office publishes, answers and assesses: documents, claims, requests, figures."""

from __future__ import annotations

from overt.synthetic._numbers import text
from overt.synthetic._plan import RegisterPlan


def documents(
    plan: RegisterPlan, kinds: tuple[str, ...] = ("dpia", "eia", "apd"), signed_on: str = "1999-01-01"
) -> None:
    """Assessments in force, reviewed and within their review date, and a whole record of processing.

    Close: the review is due on the day of the audit, and the last one is as long ago as may be.
    """
    rows = [
        {
            "assessment_id": f"'{kind.upper()}-1'",
            "kind": f"'{kind}'",
            "signed_on": f"date '{signed_on}'",
            "review_due_on": plan.as_of,
            "officer_consulted_on": f"date '{signed_on}' - 20" if kind == "dpia" else "null",
            "residual_risk": "'medium'" if kind == "dpia" else "null",
            "reviewed_on": f"{plan.as_of} - 730",
        }
        for kind in kinds
    ]
    plan.write("assessment", rows)
    plan.write("processing_record", [_RECORD])


def record_incomplete(plan: RegisterPlan) -> None:
    """A version of the record of processing that does not say what the data is for. Close: one that ended today."""
    plan.write("processing_record", [{**_RECORD, "record_id": "'ROPA-2'", "purposes": "' '"}])
    ended = {"record_id": "'ROPA-3'", "purposes": "null", "ended_on": plan.as_of}
    plan.write("processing_record", [{**_RECORD, **ended}])
    plan.ledger.plant("OV-62", ("ROPA-2",))


_RECORD = {
    "record_id": "'ROPA-1'",
    "starts_on": "date '1999-01-01'",
    "controller": "'the force'",
    "officer": "'the office of the data protection officer'",
    "purposes": "'prevention of crime'",
    "recipients": "'partners under an agreement'",
    "subject_categories": "'people who are suspected, victims and witnesses'",
    "data_categories": "'those of the charter'",
    "profiling": "'none'",
    "transfers": "'none'",
    "legal_basis": "'the law that the charter names'",
    "retention": "'five years'",
    "security": "'access by role, and a log'",
    "condition": "'statutory purposes'",
    "lawfulness": "'as the policy document says'",
    "policy_followed": "'yes'",
}


def data_breaches(plan: RegisterPlan, count: int) -> None:
    """Data breaches that nobody was notified of, or told of, or that are not on record.

    Close: in the 72nd hour; late with a reason; unlikely to put anybody at risk; told of, or under a provision.
    """
    aware = f"(cast({plan.as_of} - 200 as timestamp) + to_hours(10))"
    informed = {"subjects_told_on": f"{plan.as_of} - 190"}
    unnotified = {"notified_at": "null", "risk": "'risk'"}
    late = {"notified_at": f"{aware} + to_hours(169)"}
    faults: tuple[tuple[str, dict[str, str]], ...] = (
        ("OV-68", unnotified),
        ("OV-68", {**late, **informed}),
        ("OV-69", {"effects": "' '", **informed}),
        ("OV-70", {}),
    )
    quiet: tuple[dict[str, str], ...] = (
        {**informed, "notified_at": f"{aware} + to_hours(72)"},
        {**late, **informed, "delay_reason": "'found by an audit of the log'"},
        {**unnotified, "risk": "'unlikely'"},
        {"exemption": "'DPA 2018 s.68(3)(a)'"},
    )
    for number in range(4 * count):
        control, values = faults[number % 4]
        key = f"PDB-{number:04}"
        plan.write("data_breach", [_data_breach(key, aware, values)])
        plan.ledger.plant(control, [key])
    for number, values in enumerate(quiet):
        plan.write("data_breach", [_data_breach(f"PDB-Q{number}", aware, values)])


def _data_breach(key: str, aware: str, values: dict[str, str]) -> dict[str, str]:
    row = {
        "breach_id": text(key),
        "aware_at": aware,
        "risk": "'high'",
        "notified_at": f"{aware} + to_hours(20)",
        "facts": "'a list was sent to the wrong office'",
        "effects": "'it was opened once'",
        "action": "'the office deleted it'",
    }
    return {**row, **values}


def categories(plan: RegisterPlan) -> None:
    """The table of categories, as the setting has it."""
    rows = [
        {
            "category": text(category.name),
            "title": text(category.title),
            "adopted_on": f"date '{category.adopted_on}'",
            "sensitive": str(category.sensitive).lower(),
            "assessment_id": text(category.assessment) if category.assessment else "null",
            "reason": text(category.reason),
        }
        for category in plan.setting.categories
    ]
    plan.write("category", rows)


def requests_late(plan: RegisterPlan, count: int) -> None:
    """Requests answered late or not at all. Close: on the last day; due on the day of the audit; withdrawn."""
    back, unanswered = f"{plan.as_of} - 100", {"answered_on": "null", "outcome": "null"}
    faults = ({"answered_on": f"{back} + 31"}, {"due_on": f"{plan.as_of} - 1", **unanswered})
    quiet = ({"answered_on": f"{back} + 30"}, {"due_on": plan.as_of, **unanswered}, {"outcome": "'withdrawn'"})
    numbers = _Numbers("Q1")
    for number in range(count):
        _request(plan, numbers, faults[number % 2], "OV-60a")
    for number in range(30):
        _request(plan, numbers, quiet[number % 3])
    # A request that was withdrawn after its day is not late.
    _request(plan, numbers, {"outcome": "'withdrawn'", "answered_on": f"{back} + 90"})


def refusals_unreasoned(plan: RegisterPlan, count: int) -> None:
    """Refusals and restrictions without a ground or without reasons. Close: with both; answered without either."""
    outcomes = ("'refused'", "'restricted'", "'ncnd'")
    numbers = _Numbers("Q2")
    for number in range(count):
        gap = {"ground": "' '"} if number % 2 else {"reasons": "null"}
        _request(plan, numbers, {"outcome": outcomes[number % 3], **gap}, "OV-60b")
    for number in range(12):
        _request(plan, numbers, {"outcome": outcomes[number % 3]})
        _request(plan, numbers, {"ground": "null", "reasons": "null"})


class _Numbers:
    """Numbers of requests, one after the other."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._last = prefix, 0

    def next(self) -> str:
        """The next number."""
        self._last += 1
        return f"{self._prefix}-{self._last:06d}"


def _request(plan: RegisterPlan, numbers: _Numbers, values: dict[str, str], control: str | None = None) -> None:
    key, back = numbers.next(), f"{plan.as_of} - 100"
    row = {
        "request_id": text(key),
        "kind": "'access'",
        "received_on": back,
        "due_on": f"{back} + 30",
        "answered_on": f"{back} + 21",
        "outcome": "'answered'",
        "ground": "'DPA 2018 s.45(4)'",
        "reasons": "'weighed by the data protection officer'",
    }
    plan.write("request", [{**row, **values}])
    if control:
        plan.ledger.plant(control, [key])


def claims(plan: RegisterPlan, kind: str, stated: tuple[str, ...], without_evidence: int) -> None:
    """Public statements; the first so many have no evidence."""
    for number, words in enumerate(stated, 1):
        missing = number <= without_evidence
        key = f"{kind}-{number}"
        evidence = ("null" if number % 2 else "''") if missing else f"'DOC-{key}'"
        row = {"claim_id": text(key), "kind": text(kind), "stated": text(words), "evidence_ref": evidence}
        plan.write("claim", [row])
        if missing:
            plan.ledger.plant("OV-58", [key])


def small_cells(plan: RegisterPlan, count: int) -> None:
    """Published figures of 1 to 7 people. Close: 8, none, and two suppressed cells in one table."""
    values = [*((str(1 + number % 7), True) for number in range(count)), *_SAFE]
    for number, (value, small) in enumerate(values, 1):
        release, table, cell = f"R-{1 + number // 12}", "people by area", f"area {number}"
        row = {"release_id": text(release), "table_name": text(table), "cell": text(cell), "value": value}
        plan.write("release_cell", [{**row, "counts": "'people'"}])
        if small:
            plan.ledger.plant("OV-60c", [f"{release} / {table} / {cell}"])
    for cell in ("under 16", "16 to 17"):
        row = {"release_id": "'R-0'", "table_name": "'people by age'", "cell": text(cell), "value": "null"}
        plan.write("release_cell", [{**row, "counts": "'people'"}])


def bridges_broken(plan: RegisterPlan, count: int) -> None:
    """Published numbers that do not follow from the ones before: by turns in the sum and in where they begin.

    Close: a bridge with every cause in it that adds up to the person; a series whose first number stands alone.
    """
    for number in range(count + 2):
        series, wrong = f"group {number}", number < count
        late = 0 if wrong and number % 2 == 0 else 40
        opening = 61 if wrong and number % 2 else 60
        first = {
            "opening": 50,
            "added": 12,
            "recorded_late": 0,
            "moved_in": 3,
            "removed": 4,
            "erased": 1,
            "moved_out": 0,
        }
        then = {
            "opening": opening,
            "added": 5,
            "recorded_late": late,
            "moved_in": 1,
            "removed": 6,
            "erased": 2,
            "moved_out": 3,
        }
        for half, (values, closing) in enumerate(((first, 60), (then, opening + 35))):
            key = f"{number:02}-{half}"
            row = {"count_id": text(key), "series": text(series), "closing": str(closing), "rounded_to": "1"}
            days = {"from_on": f"{plan.as_of} - {400 - 200 * half}", "to_on": f"{plan.as_of} - {200 - 200 * half}"}
            plan.write("published_count", [{**row, **days, **{name: str(value) for name, value in values.items()}}])
            if wrong and half:
                plan.ledger.plant("OV-76", [key])


_SAFE = [("8", False), ("0", False), ("135", False), ("8", False), ("12", False)]
