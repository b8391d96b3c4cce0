"""One OpenAPI for everything that the pages do; whatever a program sends by it, nothing breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from overt.web import all_actions, openapi, row_of, table
from tests.web.conftest import Site, csrf

CASES = 6


def test_everything_that_can_be_done_is_described(site: Site) -> None:
    """Each action has its operation, its roles and its fields; ids are unique."""
    described = site.client().get("/openapi.json").json()
    operations = [each for path in described["paths"].values() for each in path.values()]
    actions = [each for each in all_actions(site.config) if not each.path.startswith("/sign-in/")]
    assert sorted(each["operationId"] for each in operations) == sorted(each.name for each in actions)
    for each in operations:
        assert each["x-roles"] == sorted(table()[row_of(each["operationId"])])
        assert each["summary"]


@pytest.mark.parametrize("staff", ["P1001", "P9001", "I7001", ""])
def test_whatever_is_sent_nothing_breaks(staff: str, make_site: Callable[..., Site]) -> None:
    """schemathesis, with what the description allows and with what it does not: no 5xx, as anyone and as each sign-in."""
    site = make_site()
    client = site.signed_in(staff) if staff else site.client()
    document = openapi(each for each in all_actions(site.config) if each.name != "door.sign-out")
    schema = schemathesis.openapi.from_dict(document)
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=CASES, deadline=None, phases=[Phase.explicit, Phase.generate], database=None,
                  derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
        def try_one(data: object, operation: object = operation) -> None:
            pass

        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            cases = _cases(operation, mode)
            for case in cases:
                headers = {"accept": "application/json", "x-csrf-token": csrf(client) if staff else "x"}
                sent = case.as_transport_kwargs(base_url="http://register.example")
                sent["headers"] = {**{k: v for k, v in dict(sent.get("headers") or {}).items()}, **headers}
                answer = client.request(**{k: v for k, v in sent.items() if k not in ("cookies", "timeout")})
                if answer.status_code >= 500:
                    broken.append(f"{operation.label} {answer.status_code}: {sent}")
    assert broken == []
