"""Sign-in by OpenID Connect: the code flow with PKCE and a nonce; roles come from the claims of a proven ID token.

What a token answer holds besides its ID token is worth nothing here, and the provider's list of claims about a person
(userinfo) is not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.gate import check_staff
from overt.refusals import Refusal
from overt.web.portal._action import Answer, Ask, Away, SignedIn, StaffMember
from overt.web.portal._config import OpenID
from overt.web.portal._guests import Guest
from overt.web.portal._next import first_page, page_of_ours
from overt.web.portal._provider import Provider, refused
from overt.web.portal._roles import ROLES

_THERE = "Your organisation's sign-in"


def _provider(ask: Ask) -> tuple[Provider, Guest]:
    if ask.provider is None or ask.guest is None:
        raise Refusal("openid-absent", "/sign-in", "no provider is set up", "[openid] in portal.toml")
    return ask.provider, ask.guest


async def to_provider(ask: Ask) -> Answer:
    """On to the provider, with a state that only this browser's cookie holds."""
    provider, guest = _provider(ask)
    state, begun = guest.begin_try()
    return Away(await provider.sign_in_address(state, begun), _THERE)


async def back_from_provider(ask: Ask) -> Answer:
    """Signs in whom the provider vouches for, with the roles that its claims stand for.

    Refuses an answer that this browser did not ask for or that came before, one that does not verify, and a person who
    has no role here.
    """
    provider, guest = _provider(ask)
    state, code = ask.query.get("state", ""), ask.query.get("code", "")
    begun = guest.tries.pop(state, None)
    if begun is None or not await provider.use(state):
        raise refused("it answers no sign-in that this browser began")
    # As it came: a form takes a blank for nothing, and here it is an answer that is no code.
    if "error" in ask.request.query_params or not code:
        raise refused("it vouches for nobody")
    vouched = await provider.vouched(code, ask.query.get("iss", ""), begun)
    who = _who(provider.openid, vouched.claims)
    return SignedIn(who, page_of_ours(guest.next) or first_page(who), vouched.leave)


def _who(openid: OpenID, claims: Mapping[str, Any]) -> StaffMember:
    """Who the claims say it is. What else they say of the person is not looked at."""
    staff = claims.get(openid.staff_claim)
    claimed = claims.get(openid.roles_claim)
    named = [claimed] if isinstance(claimed, str) else claimed if isinstance(claimed, list) else []
    # A list that holds something else than text is no list of groups.
    known = all(isinstance(name, str) for name in named)
    mapped = {openid.roles[name] for name in named if name in openid.roles} if known else set()
    roles = tuple(role for role in ROLES if role in mapped)
    check_staff(f"claim {openid.staff_claim}", staff if isinstance(staff, str) else "")
    if not roles:
        remedy = "Ask whoever keeps the provider's groups."
        raise Refusal(
            "role-absent",
            f"claim {openid.roles_claim}",
            "none of the person's groups has a role in this register",
            "",
            remedy,
        )
    unit = claims.get(openid.unit_claim) if openid.unit_claim else ""
    return StaffMember(str(staff), roles, unit if isinstance(unit, str) else "")
