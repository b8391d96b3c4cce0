"""Sign-in by OpenID Connect, against a small provider on loopback: roles from claims, and what is refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import StreamingResponse

from overt.web.portal import OpenID
from tests.web.conftest import HOST, Site, csrf, csrf_of
from tests.web.organisation import GROUPS, PEOPLE, Visitor, openid, organisation, portal_of
from tests.web.provider import Person, Provider


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with organisation() as made:
        yield made


@pytest.fixture
def provider(there: Provider) -> Iterator[Provider]:
    yield there
    there.bend.clear()
    there.sessions.clear()
    there.people = dict(PEOPLE)
    there.rotate("k1")


@pytest.fixture
def site(provider: Provider, make_site: Callable[..., Site]) -> Site:
    return portal_of(make_site, provider)


# --- who is let in ---


def test_roles_come_from_claims(site: Site, provider: Provider) -> None:
    """The provider says who it is and which groups; what stands for no role here is left aside."""
    provider.people["rae"] = Person(
        "raepass", {"staff_reference": "P4711", "groups": ["register-recorders", "canteen"]}
    )
    rae = Visitor(site, "rae")
    back = rae.sign_in("/staff/propose")
    assert (back.status_code, back.headers["location"]) == (303, "/staff/propose")
    assert "Signed in as P4711 (recorder)" in rae.here.get("/staff").text
    assert rae.here.get("/staff/approvals").status_code == 403
    assert rae.here.get("/oversight").status_code == 403
    assert provider.asked["userinfo"] == 0


def test_an_inspector_begins_at_oversight(site: Site, provider: Provider) -> None:
    """A group as one text is taken too."""
    provider.people["ines"] = Person("inespass", {"staff_reference": "I0042", "groups": "inspectorate"})
    ines = Visitor(site, "ines")
    assert ines.sign_in().headers["location"] == "/oversight"
    assert ines.here.get("/oversight").status_code == 200


def test_who_has_no_role_here_is_told_so(site: Site) -> None:
    """And nothing that the provider said of them is repeated."""
    refused = Visitor(site, "cook").sign_in()
    assert refused.status_code == 422
    assert "role-absent" in refused.text
    assert "canteen" not in refused.text


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_both_usual_kinds_of_signature_are_taken(algorithm: str, make_site: Callable[..., Site]) -> None:
    """RSA and elliptic curves."""
    with organisation(algorithm=algorithm) as provider:
        assert Visitor(portal_of(make_site, provider), "rae").sign_in().status_code == 303


def test_the_page_leads_to_the_provider_and_forms_lead_nowhere_else(site: Site, provider: Provider) -> None:
    """A form may lead to this site alone, so that a page in between goes on, which needs no script."""
    client = site.client()
    page = client.get("/sign-in")
    assert "Password" not in page.text
    assert "form-action 'self';" in page.headers["content-security-policy"]
    sent = client.post("/sign-in", data={"csrf": csrf_of(page.text)})
    assert sent.status_code == 200
    assert "form-action 'self';" in sent.headers["content-security-policy"]
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', sent.text)
    assert found
    location = unescape(found[1])
    assert location.startswith(f"{provider.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert "staff" not in location


# --- which address people are sent back to ---


@pytest.mark.parametrize("host", [f"{HOST}:8065", f"{HOST}:1", f"{HOST}:65536", HOST.upper()])
def test_the_host_of_a_request_goes_into_no_address(host: str, site: Site) -> None:
    """People come back to the configured address, whatever the request says."""
    client = site.client()
    headers = {"host": host}
    token = csrf_of(client.get("/sign-in", headers=headers).text)
    sent = client.post("/sign-in", data={"csrf": token}, headers={**headers, "accept": "application/json"})
    asked = parse_qs(urlsplit(sent.json()["location"]).query)
    assert asked["redirect_uri"] == [f"http://{HOST}/sign-in/back"]


def test_the_address_may_have_a_port(make_site: Callable[..., Site]) -> None:
    """As on loopback, or behind what listens on another one."""
    base = f"http://{HOST}:8443"
    with organisation(base) as provider:
        site = portal_of(make_site, provider, address=base)
        assert Visitor(site, "rae").sign_in().status_code == 303


# --- sessions ---


def test_every_sign_in_begins_a_new_session(site: Site) -> None:
    """The number changes each time, and the one before is over."""
    rae = Visitor(site, "rae")
    numbers = []
    for _ in range(3):
        assert rae.sign_in().status_code == 303
        numbers.append(rae.here.cookies["overt"])
    assert len(set(numbers)) == 3
    for old in numbers[:2]:
        client = site.client()
        client.cookies.set("overt", old)
        assert client.get("/staff").status_code == 303


def test_a_planted_cookie_is_worth_nothing(site: Site) -> None:
    """The attacker's own session and guest cookies in a victim's browser open nothing once the victim signed in."""
    attacker = Visitor(site, "ines")
    attacker.sign_in()
    attacker.begin()
    planted = dict(attacker.here.cookies)
    assert set(planted) == {"overt", "overt-guest"}
    rae = Visitor(site, "rae")
    for name, value in planted.items():
        rae.here.cookies.set(name, value, domain=HOST)
    assert rae.sign_in().status_code == 303
    assert "P4711" in rae.here.get("/staff").text
    assert rae.here.cookies.get("overt", domain=HOST) != planted["overt"]
    assert not attacker.is_in
    made_up = site.client()
    made_up.cookies.set("overt", "made-up")
    assert made_up.get("/staff").status_code == 303
    assert "set-cookie" not in made_up.get("/staff").headers


def test_an_answer_counts_for_one_browser_once(site: Site, provider: Provider) -> None:
    """Another browser's state, a made-up one, the same answer twice, none, and one that came with a copied cookie."""
    rae = Visitor(site, "rae")
    back = rae.there.signs_in(rae.begin())
    stranger = Visitor(site, "ines")
    stranger.begin()
    assert "sign-in-refused" in stranger.here.get(back).text
    assert not stranger.is_in
    assert "sign-in-refused" in rae.here.get("/sign-in/back?code=x&state=made-up").text
    copied = rae.here.cookies["overt-guest"]
    assert rae.here.get(back).status_code == 303
    asked = provider.asked["token"]
    assert rae.here.get(back).status_code == 422
    thief = site.client()
    thief.cookies.set("overt-guest", copied)
    assert "sign-in-refused" in thief.get(back).text
    assert provider.asked["token"] == asked
    assert "sign-in-refused" in site.client().get("/sign-in/back?error=access_denied&state=x").text


def test_two_tabs_may_sign_in_at_once(site: Site) -> None:
    """The answer to either is taken, in any order."""
    rae = Visitor(site, "rae")
    first, second = rae.begin(), rae.begin()
    assert rae.here.get(rae.there.signs_in(second)).status_code == 303
    assert rae.is_in
    assert rae.here.get(rae.there.signs_in(first)).status_code == 422
    assert rae.is_in


def test_a_guest_cookie_ends(site: Site) -> None:
    """Half an hour after the page was opened its answer is too late."""
    rae = Visitor(site, "rae")
    back = rae.there.signs_in(rae.begin())
    site.clock.seconds += 1_801
    assert "sign-in-refused" in rae.here.get(back).text


def test_one_person_crowds_out_nobody_else(site: Site) -> None:
    """Somebody who signs in again and again ends their own oldest sessions, and nobody else's."""
    ines = Visitor(site, "ines")
    ines.sign_in()
    first = Visitor(site, "rae")
    first.sign_in()
    others = [Visitor(site, "rae") for _ in range(12)]
    for each in others:
        each.sign_in()
    assert ines.here.get("/oversight").status_code == 200
    assert not first.is_in
    assert [each.is_in for each in others] == [False, False, *[True] * 10]


@pytest.mark.parametrize("asked", ["https://evil.example", "//evil.example", "/staff/../x", "/\\evil.example", "/ask"])
def test_sign_in_leads_nowhere_else(asked: str, site: Site) -> None:
    """Where to go then is a page of the portal's, or the first one."""
    assert Visitor(site, "rae").sign_in(asked).headers["location"] == "/staff"


def test_what_else_a_provider_sends_back_is_left_aside(site: Site, provider: Provider) -> None:
    """RFC 6749, 4.1.2: session_state, hd, authuser and others are none of our business, and codes may be long."""
    more = {"session_state": "s" * 40, "hd": "police.example", "authuser": "0", "scope": "openid", "x": "y" * 2_500}
    provider.bend["return"] = lambda sent: {**sent, **more}
    assert Visitor(site, "rae").sign_in().status_code == 303


# --- sign-out ---


def test_sign_out_ends_the_session_at_the_provider(site: Site, provider: Provider) -> None:
    """RP-initiated logout: with the token as a hint, and back to the first page; the session here is over at once."""
    rae = Visitor(site, "rae")
    rae.sign_in()
    number = rae.here.cookies["overt"]
    gone = rae.here.post("/sign-out", data={"csrf": csrf(rae.here)}, headers={"accept": "application/json"})
    assert not rae.is_in
    again = site.client()
    again.cookies.set("overt", number)
    assert again.get("/staff").status_code == 303
    location = gone.json()["location"]
    asked = parse_qs(urlsplit(location).query)
    assert location.startswith(f"{provider.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == [f"http://{HOST}/"]
    # Nothing that a browser keeps for the provider is cleared, or the provider would not know whose session ends.
    assert "cookies" not in gone.headers["clear-site-data"]
    assert len(provider.sessions) == 1
    assert rae.there._client.get(location).headers["location"] == f"http://{HOST}/"
    assert provider.sessions == {}


@pytest.mark.parametrize("there", ["", "javascript:alert(1)", None])
def test_sign_out_without_the_providers(there: str | None, make_site: Callable[..., Site]) -> None:
    """Where the provider has no sign-out, or no address of one, the session here ends alone."""
    with organisation() as provider:
        provider.bend["description"] = lambda found: {**found, "end_session_endpoint": there}
        rae = Visitor(portal_of(make_site, provider), "rae")
        rae.sign_in()
        gone = rae.here.post("/sign-out", data={"csrf": csrf(rae.here)})
        assert (gone.status_code, gone.headers["location"]) == (303, "/")
        assert not rae.is_in


# --- keys ---


def test_a_withdrawn_key_is_worth_nothing_soon(site: Site, provider: Provider) -> None:
    """Keys are asked for anew after five minutes, though no token named another."""
    rae = Visitor(site, "rae")
    rae.sign_in()
    old = provider.key
    provider.rotate("k2")
    provider.bend["token"] = lambda claims: _signed_with(old, claims)
    assert rae.sign_in().status_code == 303
    site.clock.seconds += 301
    refused = rae.sign_in()
    assert "signed by no key that the provider publishes" in unescape(refused.text)


def _signed_with(key: object, claims: dict[str, object]) -> str:
    from joserfc import jwt

    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)  # type: ignore[arg-type]


@pytest.mark.parametrize("kid", ["k1", "k2"])
def test_a_new_key_is_taken_without_a_restart(kid: str, site: Site, provider: Provider) -> None:
    """Under another name or the same one: the keys are asked for once more, at most every ten seconds."""
    rae = Visitor(site, "rae")
    assert rae.sign_in().status_code == 303
    site.clock.seconds += 11
    provider.rotate(kid)
    asked = provider.asked["keys"]
    assert rae.sign_in().status_code == 303
    assert provider.asked["keys"] == asked + 1
    provider.rotate(kid)
    for _ in range(5):
        assert "sign-in-refused" in rae.sign_in().text
    assert provider.asked["keys"] == asked + 1
    site.clock.seconds += 11
    assert rae.sign_in().status_code == 303
    assert provider.asked["keys"] == asked + 2


# --- a provider that is down, endless or slow ---


def test_a_provider_that_is_down_is_said(make_site: Callable[..., Site]) -> None:
    """Nobody is let in, and the page says what to do."""
    site = make_site(people=(), openid=OpenID("http://127.0.0.1:9", "overt", "a secret", GROUPS))
    client = site.client()
    answer = client.post("/sign-in", data={"csrf": csrf_of(client.get("/sign-in").text)})
    assert answer.status_code == 422
    assert "provider-unreachable" in answer.text


@pytest.mark.parametrize("which", ["description", "keys", "answer"])
@pytest.mark.parametrize("how", ["endless", "slow"])
def test_an_answer_without_an_end_is_cut(which: str, how: str, make_site: Callable[..., Site]) -> None:
    """One that is too large is read no further, and one that drips has one deadline for all of it."""
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"x":"'
        # 600 MB, or a byte now and then for as long as anybody listens.
        while sent < 600_000_000:
            # Between two pieces the server sees whether anybody still listens.
            await asyncio.sleep(0.05 if how == "slow" else 0)
            piece = b"x" if how == "slow" else b"x" * 65_536
            sent += len(piece)
            yield piece

    with organisation() as provider:
        site = portal_of(make_site, provider, provider_seconds=60.0 if how == "endless" else 1.0)
        provider.bend[which] = lambda _: StreamingResponse(body(), media_type="application/json")
        found = Visitor(site, "rae").sign_in()
    text = found if isinstance(found, str) else found.text
    assert "provider-unreachable" in text
    # What the two sides hold in between is a few megabytes at most.
    assert sent < 50_000_000


def test_the_settings_are_those_of_the_register(provider: Provider) -> None:
    """The secret is in no text of the settings."""
    assert openid(provider).secret not in repr(openid(provider))
