"""The gate over HTTP: tokens, outcomes, problems."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from overt.gate import Proposed
from overt.refusals import Refusal, Refusals
from overt.register import Register
from overt.web.gate_api import gate_app, read_tokens
from tests.gate.conftest import NOW, listing

TOKEN = "a-token-of-enough-letters"  # noqa: S105  of a test
WITH_TOKEN = {"authorization": f"Bearer {TOKEN}"}


def lines(records: list[Proposed]) -> bytes:
    """Records as they are sent."""
    return b"\n".join(
        json.dumps({"table": each.table, "values": dict(each.values), "bundle": each.bundle}).encode()
        for each in records
    )


def ask(register: Register, method: str, path: str, **more: Any) -> httpx.Response:
    """One request to the application."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(gate_app(register, {TOKEN: "P1001"}, lambda: NOW))
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
            return await client.request(method, path, **more)

    return asyncio.run(send())


def test_records_are_admitted(register: Register) -> None:
    """Who has a token proposes; what is admitted comes back with its leaf."""
    begun = register.size()
    answer = ask(register, "POST", "/records", content=lines(listing(1)), headers=WITH_TOKEN)
    assert answer.status_code == 201
    assert [each["seq"] for each in answer.json()["outcomes"]] == list(range(begun, begun + 4))


def test_refusal_is_a_problem_with_every_reason(register: Register) -> None:
    """A problem document, RFC 9457, and nothing of what was refused."""
    answer = ask(
        register, "POST", "/records", content=lines(listing(1, role=None, purpose="interest")), headers=WITH_TOKEN
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    codes = {reason["code"] for reason in answer.json()["outcomes"][0]["reasons"]}
    assert codes >= {"OV-02", "purpose-not-chartered"}


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}])
def test_without_a_token_nothing_is_proposed(register: Register, headers: dict[str, str]) -> None:
    """No token, no record."""
    begun = register.size()
    answer = ask(register, "POST", "/records", content=lines(listing(1)), headers=headers)
    assert answer.status_code == 401
    assert register.size() == begun


def test_retry_with_the_same_key_is_one_record(register: Register) -> None:
    """An Idempotency-Key makes a retry safe, and another body under it is a conflict."""
    headers = {**WITH_TOKEN, "idempotency-key": "one"}
    first = ask(register, "POST", "/records", content=lines(listing(1)), headers=headers)
    again = ask(register, "POST", "/records", content=lines(listing(1)), headers=headers)
    assert [each["seq"] for each in again.json()["outcomes"]] == [each["seq"] for each in first.json()["outcomes"]]
    assert ask(register, "POST", "/records", content=lines(listing(2)), headers=headers).status_code == 409


def test_malformed_lines_are_a_problem(register: Register) -> None:
    """What cannot be read is said with its line."""
    answer = ask(register, "POST", "/records", content=b'{"table": "x", "table": "y"}', headers=WITH_TOKEN)
    assert answer.status_code == 400
    assert "line 1" in answer.json()["detail"]


def test_anybody_reads_charter_status_and_description(register: Register) -> None:
    """What the register may hold and how it stands is public; how many records it has is not."""
    assert ask(register, "GET", "/charter").json()["version"] == 2
    assert ask(register, "GET", "/status").json().keys() == {"name", "origin", "charter"}
    assert ask(register, "GET", "/openapi.json").json()["openapi"] == "3.1.0"
    assert ask(register, "GET", "/people").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["", "P1001", "P1001=short", "nodigit=a-token-of-enough-letters"])
def test_tokens_are_held_to_their_form(text: str) -> None:
    """A token is long, and stands for a staff reference."""
    with pytest.raises((Refusal, Refusals), match="token-shape"):
        read_tokens(text)
