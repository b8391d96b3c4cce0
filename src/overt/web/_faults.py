"""What a page says of a form that was not taken: one line in the summary for each fault, and the words at its field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from overt.refusals import Refusal
from overt.web._forms import FormFault, FormField, Input

# The part of every page that a summary can lead to when a fault is about no field of it.
_WHOLE_PAGE = "#main-content"


def refusal_data(refusal: Refusal, where: str = "") -> dict[str, str]:
    """A refusal as pages and programs get it; `where` goes before what was found."""
    found = f"{where}: {refusal.found}" if where else refusal.found
    return {"code": refusal.code, "found": found, "wanted": refusal.wanted, "remedy": refusal.remedy}


def summary_of(faults: Sequence[FormFault], fields: Sequence[FormField]) -> list[dict[str, str]]:
    """The lines of the error summary, as the component takes them.

    No line is empty, no two say the same of different fields, and each leads to something that is on the page.
    """
    known = {field.name: field for field in fields}
    texts = [_stopped(fault.says) for fault in faults]
    often = Counter(texts)
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for fault, text in zip(faults, texts, strict=True):
        field = known.get(fault.field)
        summary = text or "This was not accepted."
        if field is None and not fault.anchor:
            # No field has its law and what to do.
            summary = words_of(fault)
        elif field is not None and (not text or often[text] > 1):
            summary = f"{field.label} {summary}"
        href = _place(fault, field)
        lines[href, summary] = {"text": summary, "href": href}
    return list(lines.values())


def words_of(fault: FormFault) -> str:
    """A fault as it stands at its field: what is wrong, what to do, the law, and its code."""
    parts = [_stopped(fault.says) or "This was not accepted.", _stopped(fault.remedy), "; ".join(fault.law)]
    return " ".join([*(part for part in parts if part), *([f"({fault.code})"] if fault.code else [])])


def _place(fault: FormFault, field: FormField | None) -> str:
    if fault.anchor:
        return f"#{fault.anchor}"
    if field is None:
        return _WHOLE_PAGE
    return f"#{field.name}-day" if field.kind is Input.DATE else f"#{field.name}"


def _stopped(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
