"""Whoever forges a sign-in is let in by none of them; what the standards allow is. The forger is in `forger.py`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from tests.attempts import Count
from tests.web import forger
from tests.web.conftest import Site
from tests.web.forger import Forgery
from tests.web.organisation import CLIENT, PEOPLE, RAE, Visitor, organisation, portal_of
from tests.web.provider import Provider

_CODES = ("sign-in-refused", "provider-unreachable", "provider-description", "role-absent", "staff-reference")


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with organisation() as made:
        yield made


@pytest.fixture
def provider(there: Provider) -> Iterator[Provider]:
    there.rotate("k1")
    yield there
    there.bend.clear()
    there.people = dict(PEOPLE)


@pytest.fixture
def site(provider: Provider, make_site: Callable[..., Site]) -> Site:
    return portal_of(make_site, provider)


def try_all(site: Site, provider: Provider, forgeries: Iterable[Forgery], *, anew: bool = False) -> int:
    """Tries each from the page to sign in on; every one is refused with a page, and opens nothing. Counts them."""
    rae = Visitor(site, "rae")
    assert rae.sign_in().status_code == 303, "the honest sign-in works"
    rae.here.cookies.clear()
    count = 0
    for each in forgeries:
        if anew:
            # What the provider says of itself, and its keys, are asked for again.
            site.clock.seconds += 301
        provider.bend = dict(each.bend)
        found = rae.sign_in()
        count += 1
        text = found if isinstance(found, str) else found.text
        status = 422 if isinstance(found, str) else found.status_code
        assert status in (400, 414, 422), (each.name, status, text[:300])
        assert status != 422 or any(code in text for code in _CODES), (each.name, text[:500])
        assert "overt" not in rae.here.cookies, each.name
        assert not rae.is_in, each.name
    provider.bend = {}
    site.clock.seconds += 301
    assert rae.sign_in().status_code == 303, "the honest sign-in still works"
    assert count > 0
    return count


def test_claims_that_do_not_hold(site: Site, provider: Provider, attempts: Count) -> None:
    """Issuer, audience, azp, nonce, subject and times: absent, of another kind, of another value."""
    found = try_all(site, provider, forger.wrong_claims(provider, CLIENT))
    attempts("forged sign-ins: claims that do not hold", found)


def test_nobody_without_a_role_or_a_reference(site: Site, provider: Provider, attempts: Count) -> None:
    """Groups and staff references of odd kinds give nothing."""
    found = try_all(site, provider, forger.no_right("staff_reference", "groups"))
    attempts("forged sign-ins: no role or no staff reference", found)


def test_keys_and_headers(site: Site, provider: Provider, attempts: Count) -> None:
    """`alg: none`, the public key as a secret, a stranger's key, `crit`, other kinds of tokens, doubled names."""
    found = try_all(site, provider, forger.wrong_keys(provider))
    found += try_all(site, provider, forger.wrong_headers(provider))
    attempts("forged sign-ins: signatures, headers and texts", found)


def test_key_sets_and_descriptions(site: Site, provider: Provider, attempts: Count) -> None:
    """Shared, weak and private keys verify nothing; `alg: none` in the provider's list changes nothing."""
    found = try_all(site, provider, forger.wrong_key_sets(provider), anew=True)
    found += try_all(site, provider, forger.wrong_descriptions(provider), anew=True)
    attempts("forged sign-ins: key sets and descriptions", found)


def test_answers_and_returns(site: Site, provider: Provider, attempts: Count) -> None:
    """Claims outside of an ID token, answers of no shape, and ways back that nobody asked for."""
    found = try_all(site, provider, forger.wrong_answers(provider, dict(RAE)))
    found += try_all(site, provider, forger.wrong_returns(provider.issuer))
    attempts("forged sign-ins: answers and returns", found)


def test_changed_tokens(site: Site, provider: Provider, attempts: Count) -> None:
    """A good token with a few characters changed proves nothing."""
    found = try_all(site, provider, forger.wrong_parts(provider))
    found += try_all(site, provider, forger.mutated(provider, 150, random.randrange(10**6)))
    attempts("forged sign-ins: changed tokens", found)


@pytest.mark.slow
def test_many_changed_tokens(site: Site, provider: Provider, attempts: Count) -> None:
    """The same with larger numbers."""
    found = try_all(site, provider, forger.mutated(provider, 5_000, random.randrange(10**6)))
    attempts("forged sign-ins: changed tokens", found)


def _allowed(provider: Provider) -> dict[str, dict[str, Callable[[Any], Any]]]:
    """What the standards allow, and real providers do."""

    def header(**more: Any) -> dict[str, Callable[[Any], Any]]:
        given = {"alg": "RS256", "kid": "k1", **more}
        text = json.dumps({name: value for name, value in given.items() if value is not None})
        return {"token": lambda claims: forger.raw(provider.key, text, json.dumps(claims))}  # type: ignore[arg-type]

    def claim(**more: Any) -> dict[str, Callable[[Any], Any]]:
        return {"claims": lambda claims: {**claims, **more}}

    def times(**after: float) -> dict[str, Callable[[Any], Any]]:
        return {"claims": lambda claims: {**claims, **{each: provider.now() + after[each] for each in after}}}

    def signed(alg: str) -> dict[str, Callable[[Any], Any]]:
        registry = JWSRegistry(algorithms=[alg])
        key = RSAKey.import_key(_less(dict(provider.key.as_dict(private=True)), "alg"))
        return {
            "token": lambda claims: jwt.encode({"alg": alg, "kid": "k1"}, claims, key, registry=registry),
            "keys": lambda _: {"keys": [_bare(provider)]},
            "description": lambda found: {**found, "id_token_signing_alg_values_supported": [alg, "none"]},
        }

    return {
        "a list of one audience": claim(aud=[CLIENT]),
        "two audiences and azp": claim(aud=[CLIENT, "another"], azp=CLIENT),
        "azp": claim(azp=CLIENT),
        "parts of a second": times(exp=60.5, iat=-0.5),
        "clocks a minute apart": times(iat=55, nbf=55),
        "just expired by another clock": times(iat=-100, exp=-50),
        "no kid": header(kid=None),
        "no typ": header(),
        "typ": header(typ="jwt"),
        "x5t": header(x5t="a" * 27),
        "jku and x5u, which are not looked at": header(jku="http://127.0.0.1:9/", x5u="http://127.0.0.1:9/"),
        "no list of algorithms": {"description": lambda found: _less(found, "id_token_signing_alg_values_supported")},
        "no iss in the return": {
            "description": lambda found: _less(found, "authorization_response_iss_parameter_supported"),
            "return": lambda sent: _less(sent, "iss"),
        },
        "a secret in the form": {
            "description": lambda found: {**found, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
        },
        "other keys beside": {
            "keys": lambda found: {"keys": [{"kty": "oct", "k": "AA"}, {"kty": "AKP"}, *found["keys"]]}
        },
        **{alg: signed(alg) for alg in ("RS384", "RS512", "PS256", "PS384", "PS512")},
    }


def _less(found: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != name}


def _bare(provider: Provider) -> dict[str, Any]:
    """The key without the algorithm that it is for."""
    return _less(dict(provider.key.as_dict(private=False)), "alg")


def test_what_the_standards_allow_is_taken(site: Site, provider: Provider) -> None:
    """A guard that lets nobody in would pass every test above."""
    rae = Visitor(site, "rae")
    for name, bend in _allowed(provider).items():
        # What the provider says of itself, and its keys, are asked for again.
        site.clock.seconds += 301
        provider.bend = dict(bend)
        found = rae.sign_in()
        assert not isinstance(found, str), (name, found)
        assert found.status_code == 303, (name, found.text)
        provider.bend = {}
