"""Sign-in by OpenID Connect, with Authlib: code flow with PKCE and a nonce; roles come from the provider's claims.

This is the one place of the portal that calls another host, and only the provider that `portal.toml` names.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from overt.gate import check_staff
from overt.refusals import Refusal
from overt.web._action import Answer, Ask, Away, SignedIn, Who
from overt.web._config import OpenID
from overt.web._roles import ROLES


@cache
def _client(issuer: str, client_id: str, secret: str) -> Any:
    from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415  takes a moment, and only here

    return OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10.0},
    )


def _provider(ask: Ask) -> tuple[OpenID, Any]:
    openid = ask.config.openid
    if openid is None or ask.session is None:
        raise Refusal("openid-absent", "/sign-in", "no provider", "[openid] in portal.toml")
    # Authlib keeps state, nonce and verifier in the session, which is in this server's memory.
    ask.request.scope["session"] = ask.session.kept
    return openid, _client(openid.issuer, openid.client_id, openid.secret)


async def to_provider(ask: Ask) -> Answer:
    """On to the provider, with a state that only this browser's session knows."""
    _, client = _provider(ask)
    scheme = "https" if ask.config.secure else "http"
    back = f"{scheme}://{ask.request.headers['host']}/sign-in/back"
    try:
        return Away(await client.authorize_redirect(ask.request, back))
    except Exception as error:
        raise _unreachable(error) from None


async def back_from_provider(ask: Ask) -> Answer:
    """Signs in whom the provider vouches for, with the roles that its claims stand for.

    Refuses an answer that was not asked for by this session, that does not verify, and who has no role here.
    """
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    from overt.web._signin import first_page, page_of_ours  # noqa: PLC0415  the page comes back to the door

    openid, client = _provider(ask)
    try:
        token = await client.authorize_access_token(ask.request)
    except (OAuthError, JoseError) as error:
        found = f"the provider's answer was not accepted ({type(error).__name__})"
        raise Refusal(
            "sign-in-refused", "/sign-in/back", found, "an answer to this sign-in", "Sign in again."
        ) from None
    except Exception as error:
        raise _unreachable(error) from None
    who = _who(openid, token.get("userinfo") or {})
    asked = ask.session.kept.get("next", "") if ask.session else ""
    return SignedIn(who, page_of_ours(asked) or first_page(who))


def _who(openid: OpenID, claims: Any) -> Who:
    """Who the claims say it is. What else they say of the person is not looked at and not kept."""
    staff = claims.get(openid.staff_claim)
    said = claims.get(openid.roles_claim)
    said = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    mapped = {openid.roles[each] for each in said if isinstance(each, str) and each in openid.roles}
    roles = tuple(each for each in ROLES if each in mapped)
    check_staff(f"claim {openid.staff_claim}", staff if isinstance(staff, str) else "")
    if not roles:
        remedy = "Ask whoever keeps the provider's groups."
        raise Refusal("role-absent", f"claim {openid.roles_claim}", "no role in this register", "", remedy)
    return Who(str(staff), roles)


def _unreachable(error: Exception) -> Refusal:
    found = f"no sign-in from it ({type(error).__name__})"
    return Refusal("provider-unreachable", "the provider of OpenID Connect", found, "its answer", "Try again later.")
