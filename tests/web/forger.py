"""Somebody who wants to be let in without a right to: forged and stolen tokens, false answers, bent key sets.

It knows the standards, the provider's public keys, and what a provider that was taken over could sign. It knows
nothing of the portal. Each forgery says by its name what it is, and bends what the provider of the tests sends.
"""

# ruff: noqa: E501  one forgery a line
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from tests.web.provider import Provider

Bend = Mapping[str, Callable[[Any], Any]]
Claims = dict[str, Any]
_STRANGER = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, "", " ", "0", [], {}, [None], [[]], {"a": 1}, [1], "\x00", "a" * 300, "null", 10**400,
)  # fmt: skip


@dataclass(frozen=True)
class Forgery:
    """One attempt: what it is, and what it bends."""

    name: str
    bend: Bend


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(key: RSAKey, header: str, payload: str) -> str:
    """A token of exactly these texts, signed with RS256."""
    signed = f"{b64(header.encode())}.{b64(payload.encode())}"
    return f"{signed}.{b64(key.private_key.sign(signed.encode(), PKCS1v15(), hashes.SHA256()))}"


def mac(header: Mapping[str, Any], claims: Claims, secret: bytes) -> str:
    """A token under a shared secret, as HS256, HS384 or HS512 has it."""
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(str(header["alg"]), hashlib.sha256)
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), digest))}"


def _other(name: str, value: Any) -> Bend:
    return {"claims": lambda claims: {**claims, name: value}}


# --- claims that a provider signed, and that prove nothing ---


def wrong_claims(provider: Provider, client_id: str) -> Iterator[Forgery]:
    """Each claim that binds a token absent, of another kind, or of another value."""
    now = provider.now()
    values: dict[str, tuple[Any, ...]] = {
        "iss": ("https://evil.example", provider.issuer + "/", provider.issuer.upper(), [provider.issuer]),
        "aud": ("another", client_id.upper(), client_id + " ", ["another"], {client_id: 1}, [client_id, 1],
                [client_id, "another"], f"{client_id} another"),
        "azp": ("another", [client_id], client_id.upper()),
        "nonce": ("another", ["x"], "é"),
        "sub": (),
        "exp": (now - 61, now - 86_400, now + 86_400 * 2, now + 1e12, str(int(now + 60)), [now + 60], now - 10**6),
        "iat": (now - 86_400 * 365, now - 3_600, now + 3_600, now + 86_400 * 365, str(int(now))),
        "nbf": (now + 3_600, now + 1e12, str(int(now))),
        "auth_time": (now + 3_600, str(int(now))),
        "at_hash": ("another", b64(b"0" * 16)),
    }  # fmt: skip
    for name, odd in values.items():
        if name in ("iss", "aud", "nonce", "sub", "exp", "iat"):
            yield Forgery(f"no {name}", {"claims": lambda claims, name=name: _without(claims, name)})
        for value in (*odd, *_ODD):
            right_subject = name == "sub" and isinstance(value, str) and 0 < len(value) <= 255
            long_ago = name in ("nbf", "auth_time") and type(value) in (int, float) and value < now
            if not (right_subject or long_ago):
                yield Forgery(f"{name}: {str(value)[:30]!r} ({type(value).__name__})", _other(name, value))


def _without(claims: Claims, name: str) -> Claims:
    return {key: value for key, value in claims.items() if key != name}


def no_right(staff_claim: str, roles_claim: str) -> Iterator[Forgery]:
    """Tokens that hold, of somebody with no role here or no staff reference."""
    groups: tuple[Any, ...] = (
        "canteen", "register-recorders inspectorate", "register-recorders,inspectorate", "REGISTER-RECORDERS",
        "register-recorders ", "recorder", {"register-recorders": True}, [["register-recorders"]],
        ["register-recorders", 1], [None, "register-recorders"], [{"name": "register-recorders"}], "*", ["*"],
    )  # fmt: skip
    for value in (*groups, *_ODD):
        yield Forgery(f"groups {str(value)[:40]!r}", _other(roles_claim, value))
    yield Forgery("no groups", {"claims": lambda claims: _without(claims, roles_claim)})
    for value in ("Jane Example", "jane.example1@police.example", "../P4711", "P4711\n", "<b>1</b>", ["P4711"], *_ODD):
        if value not in ("0",):
            yield Forgery(f"staff {str(value)[:40]!r}", _other(staff_claim, value))
    yield Forgery("no staff reference", {"claims": lambda claims: _without(claims, staff_claim)})


# --- tokens that somebody else made ---


def wrong_keys(provider: Provider) -> Iterator[Forgery]:
    """No signature, one by a stranger's key, and one that takes the public key for a shared secret."""

    def token(make: Callable[[Claims], str]) -> Bend:
        return {"token": make}

    payload: Callable[[Claims], str] = lambda claims: b64(json.dumps(claims).encode())  # noqa: E731
    for alg in ("none", "None", "NONE", "nOnE", "", "null", None, 0, [], ["none"], ["RS256"], {"RS256": 1}, "RS256 "):
        head = b64(json.dumps({"alg": alg, "kid": provider.key.kid}).encode())
        for ending in (".", ".AA", ""):
            yield Forgery(
                f"alg {alg!r} {ending!r}",
                token(lambda claims, head=head, ending=ending: f"{head}.{payload(claims)}{ending}"),
            )
    public = provider.key.public_key if hasattr(provider.key, "public_key") else provider.key
    secrets = {
        "PEM": provider.key.as_pem(private=False), "PEM without its end": provider.key.as_pem(private=False).strip(),
        "DER": provider.key.as_der(private=False), "JWK": json.dumps(provider.key.as_dict(private=False)).encode(),
        "kid": b"k1", "empty": b"", "thumbprint": provider.key.thumbprint().encode(),
    }  # fmt: skip
    if hasattr(public, "public_numbers") and hasattr(public.public_numbers(), "n"):
        number = public.public_numbers().n
        secrets["modulus"] = number.to_bytes((number.bit_length() + 7) // 8, "big")
        secrets["modulus as text"] = provider.key.as_dict(private=False)["n"].encode()
    for alg in ("HS256", "HS384", "HS512"):
        for what, secret in secrets.items():
            header = {"alg": alg, "kid": provider.key.kid}
            yield Forgery(f"{alg} keyed with {what}", token(lambda c, h=header, s=secret: mac(h, c, s)))
    for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        header = {"alg": alg, "kid": provider.key.kid}
        registry = JWSRegistry(algorithms=[alg])
        yield Forgery(
            f"{alg} by a stranger", token(lambda c, h=header, r=registry: jwt.encode(h, c, _STRANGER, registry=r))
        )
    public_jwk = _STRANGER.as_dict(private=False)
    for name, value in (("jwk", public_jwk), ("jku", "http://127.0.0.1:9/keys"), ("x5u", "http://127.0.0.1:9/x"),
                        ("x5c", ["MIIB"])):  # fmt: skip
        text = json.dumps({"alg": "RS256", "kid": provider.key.kid, name: value})
        yield Forgery(f"a stranger's key in {name}", token(lambda c, text=text: raw(_STRANGER, text, json.dumps(c))))
    ec = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
    yield Forgery("ES256 by a stranger", token(lambda c: jwt.encode({"alg": "ES256", "kid": "k1"}, c, ec)))
    for width in (64, 0):
        head = b64(json.dumps({"alg": "ES256", "kid": "k1"}).encode())
        yield Forgery(f"ES256 of {width} zeros", token(lambda c, h=head, w=width: f"{h}.{payload(c)}.{b64(bytes(w))}"))


def wrong_headers(provider: Provider) -> Iterator[Forgery]:
    """Signed by the provider, as something else than an ID token or with what we do not know."""
    key = provider.key
    assert isinstance(key, RSAKey)
    odd: dict[str, tuple[Any, ...]] = {
        "crit": (["exp"], [], ["b64"], "exp", None, ["nonsense"]),
        "b64": (False, True),
        "typ": ("at+jwt", "logout+jwt", "application/at+jwt", "secevent+jwt", "dpop+jwt", "", None, 1, ["JWT"], {}),
        "kid": ("another", "", 1, None, ["k1"], {}, "../../dev/null", "' or 1=1 --", "k" * 400),
        "alg": ("RS384", "PS256", "ES256", "HS256", "none", "EdDSA", "dir", "RSA-OAEP"),
    }
    for name, values in odd.items():
        for value in values:
            header = {"alg": "RS256", "kid": key.kid, name: value}
            if name == "kid" and value is None:
                continue
            yield Forgery(
                f"header {name} {value!r}"[:60],
                {"token": lambda c, h=header: raw(key, json.dumps(h), json.dumps(c))},
            )
    plain = '{"alg":"RS256","kid":"k1"}'
    for what, header in {
        "two algs": '{"alg":"none","alg":"RS256","kid":"k1"}', "two kids": '{"alg":"RS256","kid":"k2","kid":"k1"}',
        "a list": '["RS256"]', "no object": '"RS256"', "not JSON": "{alg:RS256}", "nothing": "", "no alg": '{"kid":"k1"}',
        "UTF-16": plain.encode("utf-16").decode("latin-1"), "nested": '{"alg":"RS256","x":' + "[" * 5_000 + "]" * 5_000 + "}",
    }.items():  # fmt: skip
        yield Forgery(f"header of {what}", {"token": lambda c, h=header: raw(key, h, json.dumps(c))})
    for what, change in _texts().items():
        yield Forgery(f"claims of {what}", {"token": lambda c, x=change: raw(key, plain, x(json.dumps(c)))})


def _texts() -> dict[str, Callable[[str], str]]:
    """Texts of claims that can be read in two ways, or not at all."""
    twice = ("aud", "iss", "sub", "nonce", "exp", "iat", "groups", "staff_reference")
    made: dict[str, Callable[[str], str]] = {
        f"{name} twice": lambda text, name=name: '{"' + name + '":"x",' + text[1:] for name in twice
    }
    for name in ("exp", "iat", "nbf", "auth_time"):
        for value in ("Infinity", "-Infinity", "NaN", "1e999", "-1e999", "9" * 5_000, "0x7fffffff"):
            made[f"{name} {value[:12]}"] = lambda text, n=name, v=value: json.dumps(
                {**json.loads(text), n: "HERE"}
            ).replace('"HERE"', v)
    made |= {
        "a list": lambda text: f"[{text}]", "a text": json.dumps, "null": lambda _: "null", "nothing": lambda _: "",
        "something after it": lambda text: text + "{}", "nesting": lambda text: text[:-1] + ',"x":' + "[" * 50_000 + "}",
        "a mark of byte order": lambda text: "\ufeff" + text, "half": lambda text: text[: len(text) // 2],
    }  # fmt: skip
    return made


def wrong_parts(provider: Provider) -> Iterator[Forgery]:
    """A good token, cut, grown, or written in another way; or one that is sealed instead of signed."""

    def of(change: Callable[[str], Any]) -> Bend:
        return {"token": lambda claims: change(provider.sign(claims))}

    changes: dict[str, Callable[[str], Any]] = {
        "two parts": lambda t: ".".join(t.split(".")[:2]), "one part": lambda t: t.split(".")[0],
        "four parts": lambda t: t + ".AA", "five parts": lambda t: t + ".AA.AA", "a full stop": lambda t: t + ".",
        "no signature": lambda t: t.rpartition(".")[0] + ".", "no claims": lambda t: f"{t.split('.')[0]}..{t.split('.')[2]}",
        "a line end": lambda t: t + "\n", "a blank before": lambda t: " " + t, "padding": lambda t: t + "=",
        "base64": lambda t: t.replace("-", "+").replace("_", "/") + "+", "a list": lambda t: [t], "nothing": lambda _: "",
        "null": lambda _: None, "a number": lambda _: 1, "an object": lambda t: {"payload": t}, "true": lambda _: True,
        "twice": lambda t: t + t, "wide letters": lambda t: t.replace("e", "ｅ"), "Bearer": lambda t: "Bearer " + t,
        "the last bit": lambda t: t[:-1] + chr(ord(t[-1]) + 1), "very long": lambda t: t + "A" * 200_000,
        "its signature backwards": lambda t: t.rpartition(".")[0] + "." + t.rpartition(".")[2][::-1],
    }  # fmt: skip
    for what, change in changes.items():
        yield Forgery(f"a token of {what}", of(change))
    secret = OctKey.generate_key(256)

    def sealed(claims: Claims) -> str:
        return str(jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, json.dumps(claims), secret))

    yield Forgery("a sealed token", {"token": sealed})


def mutated(provider: Provider, number: int, seed: int) -> Iterator[Forgery]:
    """A good token with one to three characters changed, taken out or put in."""
    choice = random.Random(seed)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

    def change(claims: Claims) -> str:
        token = provider.sign(claims)
        found = token
        while found == token:
            for _ in range(choice.randint(1, 3)):
                at = choice.randrange(len(found))
                found = found[:at] + choice.choice((choice.choice(letters), "")) + found[at + choice.randint(0, 1) :]
        return found

    for count in range(number):
        yield Forgery(f"mutation {count} of seed {seed}", {"token": change})


# --- what else a provider, or somebody between, may send ---


def wrong_answers(provider: Provider, claims: Claims) -> Iterator[Forgery]:
    """Token answers without an ID token, with claims outside of it, or of no shape at all."""
    outside = {"sub": "1", "iss": provider.issuer, **claims}
    made: dict[str, Callable[[Any], Any]] = {
        "userinfo": lambda a: {**_without(a, "id_token"), "userinfo": outside},
        "userinfo and null": lambda a: {**a, "id_token": None, "userinfo": outside},
        "userinfo and nothing": lambda a: {**a, "id_token": "", "userinfo": outside},
        "claims": lambda a: {**_without(a, "id_token"), "claims": outside}, "only claims": lambda _: outside,
        "id_token as claims": lambda a: {**a, "id_token": outside},
        "the token as access token": lambda a: {"access_token": a["id_token"], "token_type": "Bearer"},
        "another name": lambda a: {"ID_TOKEN": a["id_token"]}, "a list": lambda a: [a], "null": lambda _: None,
        "nothing": lambda _: {}, "a text": lambda a: a["id_token"], "an error": lambda a: {**a, "error": "invalid_grant"},
        "an error of null": lambda a: {**a, "error": None},
        "two tokens": lambda a: _json('{"id_token":"x",' + json.dumps(a)[1:]), "no JSON": lambda _: _json("<html>"),
        "nothing at all": lambda _: _json(""), "nesting": lambda _: _json("[" * 100_000), "NaN": lambda _: _json("NaN"),
        "UTF-16": lambda a: _json(json.dumps(a), "utf-16"), "status 500": lambda a: _json(json.dumps(a), status=500),
        "status 400": lambda a: _json(json.dumps(a), status=400), "status 204": lambda _: Response(status_code=204),
        "a redirect": lambda _: RedirectResponse(provider.issuer + "/token", 307),
        "said to be compressed": lambda a: _json(json.dumps(a), headers={"content-encoding": "gzip"}),
        "a page": lambda _: PlainTextResponse("signed in"),
    }  # fmt: skip
    for what, change in made.items():
        yield Forgery(f"an answer of {what}", {"answer": change})


def _json(text: str, encoding: str = "utf-8", **options: Any) -> Response:
    status = options.pop("status", 200)
    return Response(text.encode(encoding), status, media_type="application/json", **options)


def wrong_returns(issuer: str) -> Iterator[Forgery]:
    """Ways back to the site that it did not ask for, or from another provider."""
    changes: dict[str, Mapping[str, Any]] = {
        "another state": {"state": "x" * 43}, "no state": {"state": ""}, "two states": {"state": ["a", "b"]},
        "another code": {"code": "x" * 43}, "no code": {"code": ""}, "two codes": {"code": ["a", "b"]},
        "another issuer": {"iss": "https://evil.example"}, "no issuer": {"iss": ""}, "its issuer and more": {"iss": issuer + "/"},
        "two issuers": {"iss": [issuer, issuer]}, "an error": {"error": "access_denied"}, "a long code": {"code": "x" * 5_000},
        "a blank error": {"error": " "}, "a state of blanks": {"state": " " * 43}, "an odd code": {"code": "\x00\r\nx: y"},
    }  # fmt: skip
    for what, change in changes.items():
        yield Forgery(f"a return with {what}", {"return": lambda sent, change=change: {**sent, **change}})


def wrong_key_sets(provider: Provider) -> Iterator[Forgery]:
    """Key sets that publish keys which must not verify anything, with a token that each would verify."""
    shared = OctKey.generate_key(256, {"kid": "s1"})
    weak = RSAKey.generate_key(1024, {"kid": "w1"}, private=True)
    named = {"alg": "HS256", "kid": "s1"}
    yield Forgery(
        "a shared key",
        {"keys": lambda _: {"keys": [shared.as_dict()]}, "token": lambda c: mac(named, c, shared.raw_value)},
    )
    yield Forgery(
        "a weak key",
        {
            "keys": lambda _: {"keys": [weak.as_dict(private=False)]},
            "token": lambda c: raw(weak, '{"alg":"RS256","kid":"w1"}', json.dumps(c)),
        },
    )
    yield Forgery("a private key", {"keys": lambda _: {"keys": [provider.key.as_dict(private=True)]}})
    public = provider.key.as_dict(private=False)
    for name, value in (
        ("use", "enc"), ("use", ["sig"]), ("key_ops", ["encrypt"]), ("key_ops", "verify"), ("alg", "RS512"), ("alg", 5),
        ("alg", "HS256"), ("kid", "another"), ("kid", 1), ("kty", "EC"), ("kty", "oct"), ("kty", ["RSA"]), ("n", "AQAB"),
        ("n", 5), ("e", "AQ"), ("e", ""), ("n", "A" * 40_000),
    ):  # fmt: skip
        change = {**public, name: value}
        yield Forgery(f"a key of {name} {str(value)[:20]!r}", {"keys": lambda _, change=change: {"keys": [change]}})
    for what, found in {"a list": [public], "no keys": {}, "nothing": {"keys": []}, "null": {"keys": None},
                        "an object": {"keys": {"k1": public}}, "texts": {"keys": ["k1"]}}.items():  # fmt: skip
        yield Forgery(f"a key set of {what}", {"keys": lambda _, found=found: found})


def wrong_descriptions(provider: Provider) -> Iterator[Forgery]:
    """What a provider must not say of itself."""
    for name, values in {
        "issuer": ("https://evil.example", provider.issuer + "/", None, [provider.issuer]),
        "authorization_endpoint": (
            "javascript:alert(1)",
            "//evil.example",
            None,
            "http://a@evil.example/",
            "file:///x",
            1,
        ),
        "token_endpoint": ("ftp://127.0.0.1/", "", None, "http://[", "http://127.0.0.1:99999/"),
        "jwks_uri": ("data:application/json,{}", None, "/keys", "http://127.0.0.1/\r\nx"),
        "id_token_signing_alg_values_supported": (["none"], ["HS256"], [], "RS256", {"RS256": 1}, [["RS256"]], None),
    }.items():
        for value in values:
            yield Forgery(
                f"{name} {str(value)[:30]!r}",
                {"description": lambda found, name=name, value=value: {**found, name: value}},
            )
    yield Forgery(
        "alg none in its list",
        {
            "description": lambda found: {**found, "id_token_signing_alg_values_supported": ["none", "RS256"]},
            "token": lambda c: f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(c).encode())}.",
        },
    )
    yield Forgery(
        "HS256 in its list",
        {
            "description": lambda found: {**found, "id_token_signing_alg_values_supported": ["HS256", "RS256"]},
            "token": lambda c: mac({"alg": "HS256", "kid": "k1"}, c, provider.key.as_pem(private=False)),
        },
    )
