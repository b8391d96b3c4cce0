"""Whether an ID token proves who somebody is (OpenID Connect Core 1.0, section 3.1.3.7), more strictly than it asks.

What the token says of itself decides nothing. The algorithm must be on our list of signatures with a public key. The
keys are those that the provider publishes: `jku`, `jwk`, `x5u` and `x5c` in the token's header are not looked at.
"""

from __future__ import annotations

import base64
import hmac
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from overt.web.portal._strict import strict_object

# Signatures that only the holder of a private key can make, each with the kind of key that it needs.
ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
SKEW_SECONDS = 60
# A token is made when its code is exchanged, and we exchange at once.
OLDEST_SECONDS = 300
LONGEST_SECONDS = 86_400
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_FEWEST_BITS, _MOST_BITS = 2_048, 8_192
_MOST_KEYS = 100
_TOKEN = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class Unproven(Exception):
    """The token proves nothing; the reason is in words, without a value of the token's."""


class UnknownKey(Unproven):
    """No key that we know verifies the token; newer keys may."""


@dataclass(frozen=True)
class PublicKey:
    """One key that the provider publishes for signatures."""

    kid: str | None
    kind: str
    algorithm: str | None
    key: Any


@dataclass(frozen=True)
class Expected:
    """What a token must say: by whom and for whom it was made, in answer to what, and when it is now."""

    issuer: str
    client_id: str
    nonce: str
    now: float
    algorithms: Collection[str] = tuple(ALGORITHMS)


def public_keys(key_set: Mapping[str, Any]) -> list[PublicKey]:
    """The keys of a JWK set that may verify a token. A private or shared one, a weak one and others are left out."""
    keys = key_set.get("keys")
    if not isinstance(keys, list):
        raise ValueError("no list of keys")
    usable = (_public_key(key) for key in keys[:_MOST_KEYS] if isinstance(key, dict))
    return [key for key in usable if key is not None]


def _public_key(jwk: dict[str, Any]) -> PublicKey | None:
    kind, kid, algorithm = jwk.get("kty"), jwk.get("kid"), jwk.get("alg")
    operations = jwk.get("key_ops", ["verify"])
    if (
        not isinstance(kind, str)
        or not isinstance(kid, str | None)
        or not isinstance(algorithm, str | None)
        or kind not in ALGORITHMS.values()
        or not _PRIVATE.isdisjoint(jwk)
        or jwk.get("use", "sig") != "sig"
        or not (isinstance(operations, list) and "verify" in operations)
    ):
        return None
    try:
        key: Any = (RSAKey if kind == "RSA" else ECKey).import_key({name: jwk[name] for name in _OF_KIND[kind]})
        if kind == "RSA" and not _FEWEST_BITS <= key.public_key.key_size <= _MOST_BITS:
            return None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return PublicKey(kid, kind, algorithm, key)


_OF_KIND = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}


def proven(token: Any, keys: Sequence[PublicKey], expected: Expected, access_token: Any = None) -> dict[str, Any]:
    """The claims of a token that holds in every respect. Raises `Unproven`, or `UnknownKey` if newer keys may help."""
    parts = _TOKEN.fullmatch(token) if isinstance(token, str) and token.isascii() else None
    if parts is None:
        raise Unproven("it holds no signed ID token")
    try:
        header, claims = (strict_object(_decoded(part)) for part in parts.groups()[:2])
        _decoded(parts[3])
    except ValueError:
        raise Unproven("its ID token cannot be read in one way only") from None
    _verify(token, header, keys, expected.algorithms)
    _check_parties(claims, expected)
    _check_times(claims, expected.now)
    _check_access_token(claims, header["alg"], access_token)
    return claims


def _decoded(part: str) -> bytes:
    """The bytes of a part, which has one way of being written."""
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise ValueError("written in another way than needed")
    return data


def _verify(token: str, header: Mapping[str, Any], keys: Sequence[PublicKey], allowed: Collection[str]) -> None:
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or algorithm not in allowed:
        raise Unproven("its ID token is not signed with an algorithm that is taken")
    if "crit" in header or "b64" in header:
        raise Unproven("its ID token asks for an extension")
    # An access token or a logout token of the same provider is signed with the same key.
    if not isinstance(kind, str) or kind.upper() != "JWT" or not isinstance(kid, str | None):
        raise Unproven("its ID token is another kind of token")
    fitting = [key for key in keys if key.kind == ALGORITHMS[algorithm] and key.algorithm in (None, algorithm)]
    candidates = [key for key in fitting if key.kid == kid] if kid is not None else fitting
    if kid is None and len(candidates) > 1:
        raise Unproven("its ID token does not say which key signed it")
    # Two keys of one name are unusual and not forbidden.
    if not any(_verifies(token, key, algorithm) for key in candidates):
        raise UnknownKey("its ID token is signed by no key that the provider publishes")


def _verifies(token: str, key: PublicKey, algorithm: str) -> bool:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        jws.deserialize_compact(token, key.key, registry=registry)
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if not _same(claims.get("iss"), expected.issuer):
        raise Unproven("its ID token was issued by another")
    audience, party = claims.get("aud"), claims.get("azp")
    audience = [audience] if isinstance(audience, str) else audience
    if not isinstance(audience, list) or not all(isinstance(name, str) for name in audience):
        raise Unproven("its ID token does not say for whom it is")
    if expected.client_id not in audience:
        raise Unproven("its ID token is for another")
    if ("azp" in claims or len(audience) > 1) and not _same(party, expected.client_id):
        raise Unproven("its ID token was given to another")
    if not _same(claims.get("nonce"), expected.nonce):
        raise Unproven("its ID token answers another sign-in")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Unproven("its ID token does not say of whom it speaks")


def _same(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and hmac.compare_digest(value.encode("utf-8", "replace"), wanted.encode())


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires <= now - SKEW_SECONDS:
        raise Unproven("its ID token has expired")
    if expires > now + LONGEST_SECONDS + SKEW_SECONDS or expires <= issued:
        raise Unproven("its ID token says an impossible time of expiry")
    if issued > now + SKEW_SECONDS:
        raise Unproven("its ID token was issued in the future: compare the clocks")
    if issued < now - OLDEST_SECONDS - SKEW_SECONDS:
        raise Unproven("its ID token was issued long ago: compare the clocks")
    if "nbf" in claims and _seconds(claims, "nbf") > now + SKEW_SECONDS:
        raise Unproven("its ID token is not valid yet: compare the clocks")
    if "auth_time" in claims and _seconds(claims, "auth_time") > now + SKEW_SECONDS:
        raise Unproven("its ID token tells of a sign-in in the future")


def _seconds(claims: Mapping[str, Any], name: str) -> int | float:
    """A moment of the claims: a number with an end. A truth value is a number in Python, and not here."""
    value = claims.get(name)
    endless = isinstance(value, float) and not math.isfinite(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or endless:
        raise Unproven(f"the {name} of its ID token is no moment")
    return value


def _check_access_token(claims: Mapping[str, Any], algorithm: str, access_token: Any) -> None:
    if "at_hash" not in claims:
        return
    wanted = create_half_hash(access_token, algorithm) if isinstance(access_token, str) else None
    if wanted is None or not _same(claims["at_hash"], wanted.decode()):
        raise Unproven("its ID token belongs to another access token")
