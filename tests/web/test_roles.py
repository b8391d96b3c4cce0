"""Who may do what: every cell of roles.csv is tried over HTTP, the forbidden ones by hand-made requests."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from overt.web.portal import (
    ANYONE,
    ROLES,
    Action,
    Face,
    LocalPerson,
    OpenID,
    PortalConfig,
    all_actions,
    hash_password,
    row_of,
    table,
)
from tests.web.conftest import Site, csrf

OPENID = OpenID("https://id.example", "overt", "secret", {"recorders": "recorder"})
KNOWN = {
    each.name: each
    for config in (PortalConfig(openid=OPENID), PortalConfig(people=(LocalPerson("P1", ("recorder",), ""),)))
    for each in all_actions(config)
}


def test_every_action_has_its_row_and_every_row_its_action() -> None:
    """Nothing can be done that the table does not speak of, and it speaks of nothing else."""
    assert sorted(table()) == sorted({row_of(name) for name in KNOWN})


def test_oversight_reads_only() -> None:
    """An inspector changes nothing of the register: what inspectors may post is oversight's own, or anybody's."""
    posts = [each for each in KNOWN.values() if each.method == "POST" and "inspector" in table()[row_of(each.name)]]
    assert {each.face for each in posts} <= {Face.OVERSIGHT, Face.DOOR, Face.PUBLIC}


def send(client: TestClient, action: Action) -> int:
    """Asks for an action as a program would, by hand, with the session's token and no field."""
    path = re.sub(r"{\w+(?::\w+)?}", "X1", action.path)
    headers = {"accept": "application/json"}
    if action.method == "GET":
        return client.get(path, headers=headers).status_code
    token = csrf(client)
    return client.post(path, headers={**headers, "x-csrf-token": token}, json={}).status_code


@pytest.mark.parametrize("role", [ANYONE, *ROLES])
def test_every_cell(role: str, make_site: Callable[..., Site]) -> None:
    """An action is done or refused for what was sent where the table says yes, and forbidden where it does not.

    Each attempt, allowed or not, is one line of the access log.
    """
    people = (LocalPerson("P7777", (role,), hash_password("P7777")),)
    site = make_site(people=people)
    actions = [each for each in all_actions(site.config) if each.name != "door.sign-out"]
    client = site.client() if role == ANYONE else site.signed_in("P7777")
    journal = site.app_journal()
    for action in actions:
        allowed = not {role, ANYONE}.isdisjoint(table()[row_of(action.name)])
        before = len(list(journal.read(lambda each, name=action.name: each.action == name)))
        status = send(client, action)
        lines = list(journal.read(lambda each, name=action.name: each.action == name))
        tried = lines[before:] if action.name != "door.sign-in" else lines[-1:]
        assert len(tried) == 1, action.name
        if allowed:
            assert status not in (401, 403), action.name
            assert tried[0].outcome in ("allowed", "refused"), action.name
        else:
            assert status == (401 if role == ANYONE else 403), action.name
            assert tried[0].outcome == "forbidden", action.name
        # The public pages know no cookie, and so nobody.
        assert tried[0].who == (ANYONE if role == ANYONE or action.face is Face.PUBLIC else "P7777")
        if action.name == "door.password" and role != ANYONE:
            client = site.signed_in("P7777")
    assert journal.broken_at() is None
