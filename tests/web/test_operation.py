"""What whoever runs a portal needs: figures for Prometheus, levels of the log, secrets by file, signing people out."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import ClientDisconnect

from overt.refusals import Refusal, Refusals
from overt.web.portal import LocalPerson, ServerLog, read_config
from overt.web.portal._leaving import WorkInHand, until_gone
from overt.web.portal._shares import THREADS, Shares
from overt.web.serving import read_proxies
from tests.web.conftest import QUICK, Site, csrf

# --- figures ---


def figures(site: Site) -> dict[str, list[Any]]:
    client = site.client()
    answer = client.get("/metrics", headers={"host": "10.0.0.9:8065"})
    assert answer.status_code == 200, answer.text
    return {family.name: family.samples for family in text_string_to_metric_families(answer.text)}


def test_figures_are_for_those_who_are_named(make_site: Callable[..., Site]) -> None:
    """Nobody by default; they count requests by route, and say nothing of people or records."""
    assert make_site().client().get("/metrics").status_code == 404
    # The test's client has no address that is one.
    site = make_site(metrics_from=read_proxies(["0.0.0.0/0"]))
    site.signed_in("P1001").get("/staff")
    site.client().get("/figures")
    site.client().get("/nowhere/at/all")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("overt.web.portal._portal.is_in", lambda *_: True)
        told = figures(site)
    requests = {(one.labels["route"], one.labels["status"]): one.value for one in told["overt_requests"]}
    assert requests["/staff", "200"] == 1
    assert requests["/figures", "200"] == 1
    assert requests["", "404"] == 1
    assert told["overt_sessions"][0].value == 1
    assert told["overt_register_ready"][0].value == 1
    assert told["overt_ledger_unpublished_seconds"][0].value >= 0
    assert {one.labels["share"] for one in told["overt_threads_busy"]} <= set(THREADS)


# --- the log ---


def test_levels_of_the_log(make_site: Callable[..., Site]) -> None:
    """At `warning` requests without a fault are left out; each line says its level."""
    site = make_site()
    site.client().get("/figures")
    assert {json.loads(line)["level"] for line in site.server_log.getvalue().splitlines()} == {"info"}
    lines: list[str] = []

    class Stream:
        def write(self, text: str) -> None:
            lines.append(text)

        def flush(self) -> None:
            """Nothing is kept back."""

    log = ServerLog(site.clock.now, Stream(), "warning")  # type: ignore[arg-type]
    log.say("request", status=200)
    log.say("request", "error", status=500)
    log.say("log", "critical")
    assert [json.loads(line)["level"] for line in lines] == ["error", "critical"]


@pytest.mark.parametrize("text", ['log_level = "loud"', 'metrics_from = ["nowhere"]', "metrics_from = 3"])
def test_settings_of_operation_that_are_refused(text: str, tmp_path: Path) -> None:
    """A level that there is not, and what is no address."""
    (tmp_path / "portal.toml").write_text(text, encoding="utf-8")
    with pytest.raises((Refusal, Refusals), match="portal-settings"):
        read_config(tmp_path, {})


# --- secrets by file ---

SETTINGS = """
hosts = ["register.example"]
[openid]
issuer = "https://id.example"
client_id = "overt"
secret_file = "secret"
[openid.roles]
recorders = "recorder"
"""


def test_a_secret_by_file(tmp_path: Path) -> None:
    """Its first line, of a file that nobody else can read; both ways at once, or neither, are refused."""
    (tmp_path / "portal.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(Refusal, match="there is no such file"):
        read_config(tmp_path, {})
    (tmp_path / "secret").write_text("hush-hush\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(Refusal, match="other accounts"):
        read_config(tmp_path, {})
    (tmp_path / "secret").chmod(0o600)
    openid = read_config(tmp_path, {}).openid
    assert openid is not None
    assert openid.secret == "hush-hush"  # noqa: S105  of a test
    for text in (SETTINGS.replace("secret_file", 'secret_env = "S"\nsecret_file'),
                 SETTINGS.replace('secret_file = "secret"\n', "")):  # fmt: skip
        (tmp_path / "portal.toml").write_text(text, encoding="utf-8")
        with pytest.raises((Refusal, Refusals), match="secret_env"):
            read_config(tmp_path, {"S": "hush"})


# --- signing people out ---


def test_a_role_is_signed_out_at_once(make_site: Callable[..., Site]) -> None:
    """Everybody with it, by a controller, who sees who is signed in; others go on."""
    people = tuple(
        LocalPerson(staff, roles, QUICK.hash(staff))
        for staff, roles in (("P1", ("recorder",)), ("P2", ("recorder", "approver")), ("P3", ("controller",)),
                             ("P4", ("inspector",)))
    )  # fmt: skip
    site = make_site(people=people)
    one, two, controller, inspector = (site.signed_in(staff) for staff in ("P1", "P2", "P3", "P4"))
    page = controller.get("/staff/sessions")
    assert all(staff in page.text for staff in ("P1", "P2", "P3", "P4"))
    assert inspector.get("/staff/sessions").status_code == 403
    sent = controller.post("/staff/sessions", data={"csrf": csrf(controller), "role": "recorder"})
    assert sent.headers["location"] == "/staff/sessions?ended=2"
    assert "2 sessions were ended" in controller.get(sent.headers["location"]).text
    assert (one.get("/staff").status_code, two.get("/staff").status_code) == (303, 303)
    assert inspector.get("/oversight").status_code == 200
    controller.post("/staff/sessions", data={"csrf": csrf(controller), "staff": "P4"})
    assert inspector.get("/oversight").status_code == 303


def test_whom_to_sign_out_is_said_in_one_way(site: Site) -> None:
    """Neither or both is refused, beside the field."""
    controller = site.signed_in("P9001")
    for form in ({}, {"staff": "P1001", "role": "recorder"}):
        answer = controller.post("/staff/sessions", data={"csrf": csrf(controller), **form})
        assert answer.status_code == 422
        assert "choose a role" in answer.text


# --- a client that goes away ---


class Leaver:
    """A request whose client leaves when it is told to."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}


class Slow:
    """A connection on which a query runs until it is interrupted."""

    def __init__(self) -> None:
        self.running, self.stopped = threading.Event(), threading.Event()

    def interrupt(self) -> None:
        self.stopped.set()


def test_a_query_ends_with_its_client() -> None:
    """What runs is interrupted, what waits is not begun, and the thread is free for others."""

    async def tried() -> None:
        shares, begun = Shares(), []
        many = THREADS["door"]
        stores, works, leavers = ([kind() for _ in range(many)] for kind in (Slow, WorkInHand, Leaver))

        def query(work: WorkInHand, store: Slow) -> str:
            with work.using(store):  # type: ignore[arg-type]
                store.running.set()
                return "whole" if not store.stopped.wait(10) else "stopped"

        def ask(request: Leaver, work: WorkInHand, *more: Any) -> Any:
            task = shares.run("door", work.run, *more)
            return asyncio.ensure_future(until_gone(request, work, task))  # type: ignore[arg-type]

        running = [
            ask(leaver, work, query, work, store) for leaver, work, store in zip(leavers, works, stores, strict=True)
        ]
        for store in stores:
            await asyncio.to_thread(store.running.wait, 10)
        late, waiting = Leaver(), WorkInHand()
        behind = ask(late, waiting, begun.append, None)
        await asyncio.sleep(0.05)
        late.left.set()
        with pytest.raises(ClientDisconnect):
            await behind
        for leaver in leavers:
            leaver.left.set()
        for task in running:
            with pytest.raises(ClientDisconnect):
                await task
        assert all(store.stopped.is_set() for store in stores)
        assert begun == []
        assert await shares.run("door", lambda: "free") == "free"
        assert shares.in_use()["door"] == (0, 0)

    asyncio.run(tried())


def test_a_page_is_given_to_a_client_that_stays(site: Site) -> None:
    """And what changes something is done to its end, whoever leaves."""
    assert site.signed_in("P1001").get("/staff/due").status_code == 200

    async def tried() -> str:
        work = WorkInHand()
        leaver = Leaver()
        return str(await until_gone(leaver, work, Shares().run("inside", work.run, lambda: "made")))  # type: ignore[arg-type]

    assert asyncio.run(tried()) == "made"
