"""The journeys of the three faces, each as somebody walks it who has no script. Everybody in them is invented."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable

from tests.web.journeys.casework import (
    amend,
    authorities_and_platforms,
    disclose,
    lists_and_numbers,
    propose_a_child,
    propose_and_approve,
    review,
    rights,
    signing_out,
    told_why,
)
from tests.web.journeys.overseers import audit, judge, observe, records, watch
from tests.web.journeys.walker import World

Journey = Callable[[World], None]


def read(world: World) -> None:
    """What it is, its figures to the last file, audits, answers, changes; never a cookie."""
    one = world.somebody()
    one.go("/")
    assert "34 categories of data" in one.text
    one.follow("Figures")
    one.follow("Full release")
    assert one.path == "/figures/0003"
    one.follow("Sharing")
    one.go("/figures")
    one.follow("Audits")
    assert "not applicable" in one.text.lower()
    one.follow("FOI responses")
    one.page.locator("main a[href^='/answers/']").first.click()
    one._see()
    one.follow("Changes")
    assert "Version 2" in one.text
    one.follow("Licences")
    assert one.context.cookies() == []
    one.close()


def ask(world: World) -> None:
    """A request is opened with one answer, and followed by its reference."""
    one = world.somebody()
    one.go("/ask")
    one.page.wait_for_timeout(150)
    one.press("Make request")
    assert one.errors()
    one.fill(kind="access")
    one.page.wait_for_timeout(150)
    one.press("Make request")
    reference = re.search(r"Q\w{4}(?:-\w{5}){4}-\w{3}", one.text)
    assert reference, one.text
    one.go("/ask/follow")
    one.fill(reference="Q2222-2222-2222")
    one.press("Continue")
    assert "We cannot find a request with this reference" in one.errors()[0]
    one.fill(reference=reference[0])
    one.press("Continue")
    assert "not yet" in one.text
    assert one.context.cookies() == []
    one.close()


def verify(world: World) -> None:
    """A receipt and a release are checked by uploading them, good and not good."""
    person = world.folder / "person"
    one = world.somebody()
    one.go("/verify")
    one.fill(receipt=str(person / "entry.json.tlog-proof"), record=str(person / "entry.json"))
    one.press("Check the receipt")
    assert "The receipt is valid" in one.text
    other = world.shots / "another-record.json"
    other.write_text(json.dumps({"@table": "entry", "entry_id": "E1"}), encoding="utf-8")
    one.fill(receipt=str(person / "entry.json.tlog-proof"), record=str(other))
    one.press("Check the receipt")
    assert "not valid" in one.text
    release = world.folder / "register" / "releases" / "0003" / "release.json"
    one.fill(release=str(release))
    one.press("Check the release")
    assert "is exactly as published" in one.text
    one.press("Check the release")
    assert one.errors()
    one.close()


JOURNEYS: dict[str, Journey] = {
    each.__name__: each
    for each in (
        read, ask, verify, propose_and_approve, propose_a_child, lists_and_numbers, amend, told_why, review, disclose,
        authorities_and_platforms, rights, signing_out, audit, records, observe, judge, watch,
    )
}  # fmt: skip


def walk_all(world: World) -> list[str]:
    """Every journey, each once; the names of those that failed, which do not keep the others from being walked."""
    for name, journey in JOURNEYS.items():
        with contextlib.suppress(Exception):
            world.walk(name, journey)
    return [name for name, error in world.walked.items() if error is not None]


__all__ = ["JOURNEYS", "walk_all"]
