"""One OpenAPI for everything that the pages do; whatever a program sends by it, nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from overt.web.portal import Face, all_actions, openapi, row_of, table
from tests.web.conftest import HOST, Site, csrf

CASES = 4
FACES = {"": (Face.PUBLIC, Face.DOOR), "P1001": (Face.STAFF,), "P9001": (Face.STAFF,), "I7001": (Face.OVERSIGHT,)}
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


def test_everything_that_can_be_done_is_described(site: Site) -> None:
    """Each action has its operation, its roles and its words; no id stands twice."""
    described = site.client().get("/openapi.json").json()
    operations = [each for path in described["paths"].values() for each in path.values()]
    actions = [each for each in all_actions(site.config) if not each.path.startswith("/sign-in/")]
    assert sorted(each["operationId"] for each in operations) == sorted(each.name for each in actions)
    for each in operations:
        assert each["x-roles"] == sorted(table()[row_of(each["operationId"])])
        assert each["summary"]


@pytest.mark.parametrize("staff", FACES)
def test_whatever_is_sent_nothing_breaks(staff: str, make_site: Callable[..., Site]) -> None:
    """schemathesis, with what the description allows and what it does not, as each sign-in on its face: no 5xx."""
    site = make_site()
    client = site.signed_in(staff) if staff else site.client()
    client._transport.raise_server_exceptions = False
    headers = {"accept": "application/json", "x-csrf-token": csrf(client) if staff else "x", "host": HOST}
    offered = [each for each in all_actions(site.config) if each.face in FACES[staff] and each.name != "door.sign-out"]
    described = schemathesis.openapi.from_dict(openapi(offered))
    broken: list[str] = []
    answered: set[int] = set()

    def try_out(operation: Any, mode: schemathesis.GenerationMode) -> None:
        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=CASES, deadline=None, phases=[Phase.generate], database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def send(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=f"http://{HOST}")
            kept = {name: sent[name] for name in ("method", "url", "params", "json", "data", "files") if sent.get(name)}
            if isinstance(kept.get("data"), bytes | str):
                kept["content"] = kept.pop("data")
            own = {
                name: value for name, value in dict(sent.get("headers") or {}).items() if name.lower() == "content-type"
            }
            try:
                request = client.build_request(**kept, headers={**own, **headers})
                request.read()
            except (UnicodeError, ValueError, TypeError, AttributeError):
                # What cannot be put on the wire, such as a number as a file, is no request.
                return
            answer = client.send(request)
            answered.add(answer.status_code)
            if answer.status_code >= 500:
                broken.append(f"{operation.label}: {answer.status_code}")

        send()

    for found in described.get_all_operations():
        operation = found.ok()
        for mode in MODES:
            try:
                try_out(operation, mode)
            except Exception as error:
                if type(error).__name__ not in ("Unsatisfiable", "SkipTest", "InvalidArgument"):
                    raise
    assert broken == []
    assert 200 in answered
    if len(offered) > 1:
        assert answered & {400, 404, 422}
