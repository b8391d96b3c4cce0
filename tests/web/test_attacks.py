"""What an attacker tries: other hosts, too much, too slowly, planted sessions, forged forms, injection: refused."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from overt.register import Register
from overt.web.serving import make_server
from tests.waiting import MINUTES
from tests.web.conftest import HOST, Site, csrf, csrf_of


@pytest.mark.parametrize("host", ["evil.example", "", f"{HOST}.evil.example", f"{HOST}@evil.example", "127.0.0.1"])
def test_another_host_is_refused(host: str, site: Site) -> None:
    """A name that is not the portal's gets no page, and no link is ever made of it."""
    answer = site.client().get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_the_port_of_a_host_does_not_matter(site: Site) -> None:
    """As browsers send it."""
    assert site.client().get("/", headers={"host": f"{HOST}:8065"}).status_code == 200


def test_a_planted_session_is_worth_nothing(site: Site) -> None:
    """Session fixation: the number changes at sign-in, a made-up one is never taken, the old one is over."""
    attacker = site.client()
    attacker.get("/sign-in")
    planted = attacker.cookies["overt-guest"]
    victim, cookie = site.client(), {"cookie": f"overt-guest={planted}; overt={planted}"}
    page = victim.get("/sign-in", headers=cookie)
    sent = {"csrf": csrf_of(page.text), "staff": "P1001", "password": "P1001"}
    signed = victim.post("/sign-in", data=sent, headers=cookie)
    assert signed.status_code == 303
    assert planted not in signed.headers["set-cookie"]
    assert attacker.get("/staff").status_code == 303
    made_up = site.client().get("/sign-in", headers={"cookie": "overt=made-up"})
    assert "made-up" not in made_up.headers["set-cookie"]


def test_sessions_end(site: Site) -> None:
    """When they lay idle for half an hour, after eight hours however busy, and at sign-out."""
    idle = site.signed_in("P1001")
    site.clock.seconds += 1_700
    assert idle.get("/staff").status_code == 200
    site.clock.seconds += 1_900
    assert idle.get("/staff").status_code == 303
    busy = site.signed_in("P1001")
    for _ in range(20):
        site.clock.seconds += 1_500
        last = busy.get("/staff").status_code
    assert last == 303
    out = site.signed_in("P1001")
    number = out.cookies["overt"]
    assert out.post("/sign-out", data={"csrf": csrf(out)}).status_code == 303
    again = site.client()
    again.cookies.set("overt", number)
    assert again.get("/staff").status_code == 303


def test_the_cookie_is_out_of_reach(make_site: Callable[..., Site]) -> None:
    """No script reads it and no other site sends it; where browsers come by https it is bound to that host."""
    plain = make_site().client().get("/sign-in").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))
    answer = make_site(secure=True).client().get("/sign-in")
    assert answer.headers["set-cookie"].startswith("__Host-overt-guest=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_passwords_cannot_be_tried_for_long(make_site: Callable[..., Site]) -> None:
    """So many a minute; a staff reference that is not there is told nothing else."""
    site = make_site(signin_posts_per_minute=4)
    client = site.client()
    token = csrf_of(client.get("/sign-in").text)
    wrong = [client.post("/sign-in", data={"csrf": token, "staff": who, "password": "x"}) for who in ("P1001", "P0")]
    assert [each.status_code for each in wrong] == [422, 422]
    assert "The staff reference or the password is wrong" in wrong[0].text
    assert "The staff reference or the password is wrong" in wrong[1].text
    tried = [client.post("/sign-in", data={"csrf": token, "staff": "P1001", "password": "x"}) for _ in range(4)]
    assert tried[-1].status_code == 429
    site.clock.seconds += 61
    assert client.post("/sign-in", data={"csrf": token, "staff": "P1001", "password": "P1001"}).status_code == 303


@pytest.mark.parametrize(
    "asked",
    ["https://evil.example", "//evil.example", "/staff//evil.example", "/\\evil.example", "/staff/../x", "/ask"],
)
def test_sign_in_leads_nowhere_else(asked: str, site: Site) -> None:
    """Where to go then is a page of the portal's, or the first one."""
    client = site.client()
    page = client.get("/sign-in", params={"next": asked})
    assert "evil" not in page.text
    sent = {"csrf": csrf_of(page.text), "staff": "P1001", "password": "P1001", "next": asked}
    assert client.post("/sign-in", data=sent).headers["location"] == "/staff"


@pytest.mark.parametrize(
    "text",
    ["' or 1=1 --", "\"; drop table entry_version; --", "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "%00",
     "\x00", "../../etc/passwd", "a" * 5_000, "é\u202e\ud7ff", "\r\nset-cookie: x=1"],
)  # fmt: skip
def test_what_is_sent_is_never_run(text: str, site: Site) -> None:
    """Injection into SQL, HTML, templates and headers: looked up as text, shown escaped, or refused. Never a 5xx."""
    client = site.signed_in("P1001")
    with Register.open(site.folder) as register:
        tables = register.store.rows("select count(*) from sqlite_master")
    answers = [
        site.client().get("/ask/follow", params={"reference": text}),
        site.client().get("/ask/opened", params={"reference": text}),
        client.get("/sign-in", params={"next": text}),
        client.post("/staff/platforms/new", data={
            "csrf": csrf(client), "platform": text, "sent_on": text, "genre": text, "rule_cited": text,
            "legal_basis": text,
        }),
        client.post("/ask", data={"kind": text, "token": text}),
        site.client().post("/verify/receipt", files={"receipt": text.encode(), "record": text.encode()}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        assert "<script>" not in answer.text
        assert "49" not in re.findall(r'value="(49)"', answer.text)
        assert answer.headers.get("set-cookie", "").count("x=1") == 0
    with Register.open(site.folder) as register:
        assert register.store.rows("select count(*) from sqlite_master") == tables
    log = site.server_log.getvalue()
    assert text not in log or text in ("%00",)


def test_too_much_is_refused(site: Site) -> None:
    """Said to be too long, and too long without saying so: 413, and nothing is kept of it."""
    client = site.client()
    big = b"kind=access&token=" + b"x" * 200_000
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/ask", content=big, headers=headers).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield b"y" * 60_000

    assert client.post("/ask", content=pieces(), headers=headers).status_code == 413
    many = "&".join(f"f{number}=1" for number in range(2_000))
    assert client.post("/ask", content=many, headers=headers).status_code == 400
    assert client.get("/ask/follow?reference=" + "x" * 3_000).status_code == 414


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [("application/json", b"[1]", 400), ("application/json", b"{", 400), ("text/xml", b"<a/>", 415),
     ("application/json", b"[" * 90_000, 400), ("application/json", b'{"kind": {"a": 1}}', 400),
     ("application/json", b'{"kind": "\xff"}', 400), ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 422),
     ("multipart/form-data", b"--x--", 400), ("application/x-www-form-urlencoded", b"kind=access&kind=erasure", 400)],
)  # fmt: skip
def test_bodies_that_are_no_form_are_refused(kind: str, body: bytes, status: int, site: Site) -> None:
    """Anything but one form or one object of plain values."""
    answer = site.client().post("/ask", content=body, headers={"content-type": kind})
    assert answer.status_code == status


@pytest.fixture
def served(make_site: Callable[..., Site]) -> Iterator[tuple[Site, int]]:
    """The portal on a real port."""
    site = make_site(body_seconds=0.5, hosts=(HOST, "127.0.0.1"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = make_server(site.app, host="127.0.0.1", port=port)
    server.config.lifespan = "off"
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield site, port
    server.should_exit = True
    thread.join(timeout=MINUTES)


def exchange(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=MINUTES) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        found = b""
        while chunk := connection.recv(65_536):
            found += chunk
            if b"\r\n\r\n" in found and b"close" in found.lower():
                break
        return found


def test_a_slow_body_is_cut_off(served: tuple[Site, int]) -> None:
    """A body that drips in is waited for half a second here, not for ever; the server goes on answering others."""
    _, port = served
    head = (
        f"POST /ask HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 500\r\n\r\n"
    )
    told = exchange(port, head.encode(), b"kind=")
    assert told.startswith(b"HTTP/1.1 408")
    assert b"<h1" in told
    assert exchange(port, f"GET /health HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())[:12] == (
        b"HTTP/1.1 200"
    )


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: register.example\r\nHost: evil.example\r\n\r\n",
        b"POST /ask HTTP/1.1\r\nHost: register.example\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nkind=a",
        b"POST /ask HTTP/1.1\r\nHost: register.example\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /ask HTTP/1.1\r\nHost: register.example\r\nContent-Length: -1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: register.example\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_requests_that_can_be_read_in_two_ways_are_refused(request_: bytes, served: tuple[Site, int]) -> None:
    """Smuggling: two hosts, two lengths, a length and chunks."""
    told = exchange(served[1], request_)
    assert told[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 413", b""), told


def test_logs_hold_no_value(site: Site) -> None:
    """Neither log has what was typed, an address, or the number of an entry."""
    client = site.signed_in("P1001")
    client.get("/staff/entries/E00001")
    client.post("/staff/entries/E00001", data={"csrf": csrf(client), "reason": "a very private reason"})
    site.client().get("/ask/follow?reference=Q2222-3333-4444")
    lines = [json.loads(line) for line in site.server_log.getvalue().splitlines()]
    assert {"GET", "POST"} <= {each.get("method") for each in lines}
    site.app_journal().export(site.folder / "lines")
    for text in (site.server_log.getvalue(), (site.folder / "lines").read_text()):
        assert "E00001" not in text
        assert "private" not in text
        assert "Q2222" not in text
        assert "testclient" not in text


def test_a_changed_access_log_is_noticed(site: Site) -> None:
    """A line taken out of the middle, or rewritten: the chain says where."""
    for _ in range(6):
        site.client().get("/changes")
    journal = site.app_journal()
    assert journal.broken_at() is None
    with sqlite3.connect(site.folder / "portal" / "state.sqlite") as connection:
        line = connection.execute("select line from portal_attempt where number = 5").fetchone()[0]
        rewritten = line.replace(b"allowed", b"refused")
        connection.execute("update portal_attempt set line = ? where number = 5", (rewritten,))
    assert journal.broken_at() == 5
    with sqlite3.connect(site.folder / "portal" / "state.sqlite") as connection:
        connection.execute("delete from portal_attempt where number = 3")
    assert journal.broken_at() == 3


def test_errors_say_nothing_of_what_went_wrong_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of our own is a 500 with plain words; its kind is in the log, and its message nowhere."""
    from overt.web.portal._desk import Desk

    def fail(_: object) -> None:
        raise RuntimeError("grounds: a secret value")

    client = site.signed_in("P1001")
    monkeypatch.setattr(Desk, "reading", fail)
    client._transport.raise_server_exceptions = False
    answer = client.get("/staff/due")
    assert answer.status_code == 500
    assert "secret" not in answer.text + site.server_log.getvalue()
    assert "RuntimeError" in site.server_log.getvalue()
