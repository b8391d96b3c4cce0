"""A verification as one page that stands alone, and as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from overt import __version__
from overt.pages import as_bytes, day, page_environment
from overt.verification._result import Judgement, Verification

_TEMPLATES = Path(__file__).with_name("templates")
HEADINGS = {
    Judgement.HOLDS: "Everything that could be checked agrees",
    Judgement.CONTRADICTED: "Something published contradicts something else that is published",
    Judgement.UNREAD: "Something published could not be read",
}


def verification_page(verification: Verification, now: dt.datetime) -> bytes:
    """The page: the verdict first, then what contradicts, what was checked, and what was not."""
    environment = page_environment(_TEMPLATES)
    environment.filters.update(day=day)
    template = environment.get_template("verification.html.j2")
    return as_bytes(
        template.render(
            verification=verification,
            heading=HEADINGS[verification.judgement],
            made_on=now.date(),
            version=__version__,
        )
    )


def verification_text(verification: Verification) -> Iterator[str]:
    """The same, line by line."""
    if verification.synthetic:
        yield "SYNTHETIC: this register is invented."
    for part in verification.parts:
        state = "contradicted" if part.contradictions else "not read" if part.unread else "agrees"
        if part.agrees and not part.holds:
            state = "nothing to check" if not part.unchecked else "not checked"
        yield f"{part.title}: {state}"
        yield from (f"    {sentence}" for sentence in part.holds)
        yield from (f"    CONTRADICTION {one.where}: {one.found}" for one in part.contradictions)
        yield from (f"    NOT READ {one.where}: {one.found}" for one in part.unread)
        yield from (f"    {line}" for line in part.news)
    for title, sentences in (
        ("The register itself admits", verification.admits),
        ("Could not be checked", verification.unchecked),
        ("What its keeper could still hide", verification.hidden),
    ):
        if sentences:
            yield from ("", title)
            yield from (f"    {sentence}" for sentence in sentences)
    yield ""
    count = sum(1 for _ in verification.contradictions())
    more = f" ({count} contradiction{'' if count == 1 else 's'})" if count else ""
    yield f"{verification.register or verification.source}: {verification.judgement.value}{more}"
