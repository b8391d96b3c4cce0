"""What a person who asks gave, while an officer works on the request: sealed, and kept by the officer's browser alone.

Nothing of it is stored on the server, in its memory or on a disk. The cookie is encrypted and authenticated (Fernet)
with a key that follows from the unit's own, so that every process of the portal can read it. It is for one request and
one member of staff, and opens for as long as a session may be idle.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from starlette.responses import Response

from overt.pseudonym import PseudonymKey
from overt.rights import Requester
from overt.web.portal._config import PortalConfig

# Browsers drop a cookie of more than 4,096 bytes, its name and attributes with it, without a word.
LONGEST = 3_600


def cookie_name(config: PortalConfig) -> str:
    """The name of the cookie."""
    return f"{'__Host-' if config.secure else ''}overt-person"


def seal(key: PseudonymKey, number: str, staff: str, who: Requester, at: int) -> str:
    """The details of a person for one request and one member of staff; `at` is in seconds since 1970, UTC."""
    text = json.dumps([number, staff, who.name, who.born, who.handles, who.address], ensure_ascii=False)
    return _box(key).encrypt_at_time(text.encode(), at).decode()


def unseal(key: PseudonymKey, sealed: str, number: str, staff: str, *, seconds: int, at: int) -> Requester | None:
    """The details again; none if they are too old, were changed, or are of another request or member of staff."""
    try:
        text = _box(key).decrypt_at_time(sealed.encode("utf-8", "replace"), seconds, at)
    except InvalidToken:
        return None
    of_number, of_staff, name, born, handles, address = json.loads(text)
    if (of_number, of_staff) != (number, staff):
        return None
    return Requester(name, born, tuple((platform, handle) for platform, handle in handles), tuple(address))


def hand_over(response: Response, config: PortalConfig, sealed: str) -> None:
    """Puts the cookie into a response, or takes it away where `sealed` is empty."""
    name, secure = cookie_name(config), config.secure
    if sealed:
        response.set_cookie(name, sealed, path="/", secure=secure, httponly=True, samesite="strict")
    else:
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


def _box(key: PseudonymKey) -> Fernet:
    return Fernet(urlsafe_b64encode(key.seal_key()))
