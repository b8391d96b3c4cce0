"""Which client a request comes from, and that nobody can use up the limits of somebody else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from overt.demo import SIGN_INS
from overt.refusals import Refusal, Refusals
from overt.web.portal import LocalPerson, read_config
from overt.web.serving._clients import Clients, client_of, read_proxies
from tests.attempts import Count
from tests.web.conftest import HOST, Site, csrf_of

PROXIES = ("10.0.0.0/8", "fd00::/8")
PROXY = "10.0.0.7"


def said_by(header: str, peer: str, lines: Iterable[str]) -> str:
    """Whom a request of a peer comes from, by the lines of a header."""
    clients = Clients(read_proxies(PROXIES), header)
    headers = [(header.encode(), each.encode("latin-1")) for each in lines]
    return clients.of({"client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("peer", "lines", "client"),
    [
        ("192.0.2.9", (), "192.0.2.9"),
        ("192.0.2.9", ("203.0.113.5",), "192.0.2.9"),  # nobody trusts this peer
        (PROXY, (), PROXY),
        (PROXY, ("203.0.113.5",), "203.0.113.5"),
        (PROXY, ("198.51.100.1, 203.0.113.5",), "203.0.113.5"),  # what stands before was invented
        (PROXY, ("198.51.100.1", "203.0.113.5"), "203.0.113.5"),
        (PROXY, ("198.51.100.1, 203.0.113.5, 10.0.0.8",), "203.0.113.5"),  # two proxies
        (PROXY, ("10.0.0.9, 10.0.0.8",), "10.0.0.9"),  # nobody but proxies
        (PROXY, ("203.0.113.5:4711",), "203.0.113.5"),
        (PROXY, ("[2001:db8:1:2:3:4:5:6]:4711",), "2001:db8:1:2::/64"),
        (PROXY, ("2001:db8:1:2:ffff::1",), "2001:db8:1:2::/64"),
        (PROXY, ("::ffff:203.0.113.5",), "203.0.113.5"),
        ("::ffff:10.0.0.7", ("203.0.113.5",), "203.0.113.5"),
        ("fd00::1", ("203.0.113.5",), "203.0.113.5"),
        (PROXY, ("unknown",), PROXY),
        (PROXY, ("203.0.113.5, junk",), PROXY),
        (PROXY, ("203.0.113.5, ",), PROXY),
        (PROXY, ("203.0.113.5, 10.0.0.8, 999.1.1.1",), PROXY),
        (PROXY, ("203.0.113.05",), PROXY),
        (PROXY, ("x" * 100_000 + ", 203.0.113.5",), "203.0.113.5"),
    ],
)
def test_the_client_behind_proxies(peer: str, lines: tuple[str, ...], client: str) -> None:
    """The last hop that is not a trusted proxy; a hop that is no address leaves the proxy that wrote it."""
    assert said_by("x-forwarded-for", peer, lines) == client


@pytest.mark.parametrize(
    ("lines", "client"),
    [
        (("for=203.0.113.5",), "203.0.113.5"),
        (('For="203.0.113.5:80";proto=https;by=10.0.0.7',), "203.0.113.5"),
        (('for=198.51.100.1, for="[2001:db8:1:2::9]:4711"',), "2001:db8:1:2::/64"),
        (('for="a,b", for=203.0.113.5',), "203.0.113.5"),
        (('for="unclosed', "for=203.0.113.5"), "203.0.113.5"),
        (('for="unclosed, for=203.0.113.5',), PROXY),
        (('for=198.51.100.1;x=", for="[2001:db8::1]"',), PROXY),
        (("for=198.51.100.1;for=203.0.113.5",), PROXY),
        (("for=_hidden",), PROXY),
        (("proto=https",), PROXY),
        (("203.0.113.5",), PROXY),
    ],
)
def test_the_client_by_forwarded(lines: tuple[str, ...], client: str) -> None:
    """RFC 7239, with quotation marks that an attacker left open before what the proxy wrote."""
    assert said_by("forwarded", PROXY, lines) == client


def test_only_the_header_that_the_proxy_writes_is_read() -> None:
    """A proxy passes on what anybody wrote into the other one."""
    clients = Clients(read_proxies(PROXIES), "x-forwarded-for")
    headers = [(b"forwarded", b"for=198.51.100.1"), (b"x-forwarded-for", b"203.0.113.5")]
    assert clients.of({"client": (PROXY, 1), "headers": headers}) == "203.0.113.5"


def test_an_invented_head_never_changes_the_client(attempts: Count) -> None:
    """Whatever stands before what a trusted proxy wrote, the client is what it wrote, or the proxy: never another."""
    draw, tried = random.Random(12), 0
    pieces = (
        "198.51.100.1",
        '"',
        "\\",
        ",",
        ";",
        "for=",
        "for=198.51.100.1",
        "[2001:db8:9::1]",
        " ",
        "10.0.0.8",
        "=",
        "x",
    )
    for _ in range(3_000):
        invented = "".join(draw.choices(pieces, k=draw.randrange(1, 12)))
        for header, written in (("x-forwarded-for", "203.0.113.5"), ("forwarded", 'for="203.0.113.5:80";by="_a"')):
            for lines in ((f"{invented}, {written}",), (invented, written)):
                tried += 1
                assert said_by(header, PROXY, lines) in ("203.0.113.5", PROXY), (header, lines)
    attempts("forged Forwarded and X-Forwarded-For headers", tried)


def test_an_ipv6_network_is_one_client() -> None:
    """Whoever has one address of it has 2^64."""
    assert client_of("2001:db8:1:2::1") == client_of("2001:db8:1:2:ffff:ffff:ffff:ffff") != client_of("2001:db8:1:3::1")
    assert client_of("fe80::1%eth0") == client_of("fe80::2")


@pytest.mark.parametrize(
    "text", ['proxies = "10.0.0.7"', 'proxies = ["the proxy"]', "proxies = [10]\nproxy_header = 'via'",
             "proxies = []\nproxy_header = 'x-real-ip'", "connections = 0", "form_posts_per_minute = true"],
)  # fmt: skip
def test_other_settings_of_proxies_are_refused(text: str, tmp_path: Path) -> None:
    """What is no address or network, a header that is not read, and limits that would let nobody in."""
    (tmp_path / "portal.toml").write_text(text)
    with pytest.raises((Refusal, Refusals), match="portal-settings"):
        read_config(tmp_path, {})


def test_settings_of_proxies(tmp_path: Path) -> None:
    """Addresses and networks of both kinds."""
    (tmp_path / "portal.toml").write_text('proxies = ["10.0.0.7", "fd00::/8"]\nproxy_header = "Forwarded"')
    found = read_config(tmp_path, {})
    assert [str(each) for each in found.proxies] == ["10.0.0.7/32", "fd00::/8"]
    assert found.proxy_header == "forwarded"


# --- limits ---------------------------------------------------------------------------------------------------------


# What takes long against guessing is not what is tested here.
QUICK = tuple(
    LocalPerson(staff, roles, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(staff))
    for staff, roles in SIGN_INS
)


class Outside:
    """Browsers behind one proxy, each at an address of its own."""

    def __init__(self, make_site: Callable[..., Site], **settings: object) -> None:
        usual = {
            "signin_posts_per_minute": 10, "signin_posts_per_client": 20, "form_posts_per_minute": 6,
            "proxies": read_proxies(PROXIES), "people": QUICK,
        }  # fmt: skip
        self.site = make_site(**(usual | settings))

    def client(self, address: str) -> TestClient:
        made = TestClient(
            self.site.app, base_url=f"http://{HOST}", follow_redirects=False, client=(PROXY, 1),
            headers={"x-forwarded-for": address},
        )  # fmt: skip
        made.portal = self.site._first.portal
        return made

    def sign_in(self, address: str, staff: str = "P1001", password: str = "") -> int:
        """The status of one sign-in with a form that came from here."""
        client = self.client(address)
        sent = {"csrf": csrf_of(client.get("/sign-in").text), "staff": staff, "password": password or staff}
        return client.post("/sign-in", data=sent).status_code


def test_junk_does_not_keep_staff_out(make_site: Callable[..., Site], attempts: Count) -> None:
    """Forms that come from no page of ours are counted nowhere: the real sign-in from the same address is let in."""
    outside = Outside(make_site)
    junk = outside.client("203.0.113.5")
    statuses = {
        junk.post("/sign-in", data={"staff": "P1001", "password": "x", "csrf": "x"}).status_code for _ in range(14)
    }
    assert statuses == {403}
    assert outside.sign_in("203.0.113.5") == 303
    attempts("junk sign-in requests", 14)


def test_wrong_passwords_from_elsewhere_do_not_keep_staff_out(make_site: Callable[..., Site], attempts: Count) -> None:
    """With real forms: an attacker at another address, and at the same one, once somebody signed in from there."""
    outside = Outside(make_site)
    assert outside.sign_in("203.0.113.5") == 303
    for address in ("198.51.100.1", "203.0.113.5"):
        assert [outside.sign_in(address, "P9001", "wrong") for _ in range(14)].count(429) >= 2
        # Made-up accounts use up what the address has.
        assert [outside.sign_in(address, f"P{number}", "wrong") for number in range(2_000, 2_024)].count(429) >= 4
    assert [outside.sign_in(f"198.51.100.{number}", "P1001", "wrong") for number in range(2, 16)].count(429) >= 4
    assert outside.sign_in("203.0.113.5") == 303
    attempts("sign-ins with a wrong password", 2 * (14 + 24) + 14)


def test_a_password_cannot_be_tried_from_many_addresses(make_site: Callable[..., Site]) -> None:
    """The account has a count of its own, whoever tries."""
    outside = Outside(make_site)
    tried = [outside.sign_in(f"198.51.100.{number}", "P1001", "wrong") for number in range(20)]
    assert tried.count(422) == 10
    outside.site.clock.seconds += 61
    assert outside.sign_in("198.51.100.77") == 303


def test_right_passwords_are_not_counted(make_site: Callable[..., Site]) -> None:
    """A whole unit signs in from one address in one minute."""
    outside = Outside(make_site, signin_posts_per_minute=3, signin_posts_per_client=3)
    assert {outside.sign_in("203.0.113.5", staff) for staff in ("P1001", "P9001", "I7001") for _ in range(4)} == {303}


def test_the_public_behind_one_proxy_is_many_clients(make_site: Callable[..., Site]) -> None:
    """One of them uses up its own six forms a minute, and nobody else's."""
    outside = Outside(make_site)

    def ask(address: str) -> int:
        client = outside.client(address)
        token = client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
        outside.site.clock.seconds += 1.5
        return client.post("/ask", data={"kind": "access", "token": token}).status_code

    assert [ask("198.51.100.1") for _ in range(12)].count(429) >= 2
    assert ask("203.0.113.5") == 303
    # Forms that could not be entered are not counted.
    empty = outside.client("203.0.113.6")
    assert {empty.post("/ask", data={"kind": "access"}).status_code for _ in range(14)} == {422}
    assert ask("203.0.113.6") == 303


def test_a_proxy_that_is_not_trusted_is_told_of_once(make_site: Callable[..., Site]) -> None:
    """The keeper of the portal learns that everybody shares one count; no address is in the log."""
    outside = Outside(make_site, proxies=())
    for _ in range(3):
        outside.client("203.0.113.5").get("/")
    said = outside.site.server_log.getvalue()
    assert said.count("proxy-not-trusted") == 1
    assert "203.0.113.5" not in said
    assert PROXY not in said


@pytest.mark.parametrize("pages", [600, pytest.param(10_200, marks=pytest.mark.slow)])
def test_pages_of_sign_in_sign_nobody_out(make_site: Callable[..., Site], pages: int, attempts: Count) -> None:
    """Whoever asks for the page again and again takes no room among the sessions of staff."""
    outside = Outside(make_site)
    staff = outside.site.signed_in("P1001")
    visitor = outside.client("203.0.113.5")
    for number in range(pages):
        visitor.cookies.clear()
        if number % 3 == 0:
            visitor.cookies.set("overt", f"planted-{number}")
        assert visitor.get("/sign-in").status_code == 200
    assert staff.get("/staff").status_code == 200
    assert outside.sign_in("203.0.113.5") == 303
    assert outside.client("203.0.113.5").get("/").status_code == 200
    attempts("pages of sign-in asked for without end", pages)
