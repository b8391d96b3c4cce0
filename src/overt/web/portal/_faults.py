"""What a page says of a form that was not taken: one line in the summary for each fault, and the words at its field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from overt.web.portal._action import FormFault, FormField, Input

# The part of every page that a summary can lead to when a fault is about no field of it.
_WHOLE_PAGE = "#main-content"


def summary_of(faults: Sequence[FormFault], fields: Sequence[FormField]) -> list[dict[str, str]]:
    """The lines of the error summary, as the component takes them.

    No line is empty, no two say the same of different fields, and each leads to something that is on the page.
    """
    known = {each.name: each for each in fields}
    texts = [_stopped(each.says) for each in faults]
    often = Counter(texts)
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for fault, text in zip(faults, texts, strict=True):
        field = known.get(fault.field)
        said = text or "This was not accepted."
        if field is None and not fault.anchor:
            # No field has its law and what to do.
            said = words_of(fault)
        elif field is not None and (not text or often[text] > 1):
            said = f"{field.label} {said}"
        href = _place(fault, field)
        lines[href, said] = {"text": said, "href": href}
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
