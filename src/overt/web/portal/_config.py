"""`portal.toml` in a register's folder: under which address and hosts the portal is reached, and how people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from overt.encoding import read_toml
from overt.private import is_private
from overt.refusals import Refusal, raise_all
from overt.storage import storage_refused
from overt.web.portal._journal import LEVELS
from overt.web.portal._roles import ROLES
from overt.web.portal._unit import Unit, read_unit
from overt.web.serving import HEADERS, X_FORWARDED_FOR, Network, read_proxies

PORTAL_FILE = "portal.toml"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class LocalPerson:
    """A sign-in of the demonstration: a staff reference, roles, the argon2 hash of a password, and a unit."""

    staff: str
    roles: tuple[str, ...]
    password: str = field(repr=False)
    unit: str = ""


@dataclass(frozen=True)
class OpenID:
    """A provider of OpenID Connect. `roles` maps what stands in its claim to roles of the portal.

    `unit_claim` names the claim with the person's unit, as entries name it; with "" nobody's unit is known.
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    roles: Mapping[str, str]
    staff_claim: str = "preferred_username"
    roles_claim: str = "groups"
    unit_claim: str = ""


@dataclass(frozen=True)
class PortalConfig:
    """How a portal is set up. With `people`, anyone who knows a password can sign in: for the demonstration only.

    `address` is where browsers reach the portal, such as `https://register.police.example`; by default it is the first
    of `hosts`. `ledger` is the folder of the published log and `policy` its trust policy; by default, those of the
    register. `secure` says that browsers reach the portal by https. `proxies` are trusted to name their client in
    `proxy_header`. Times are in seconds. Pages give moments in `time_zone`, and judge by it
    what is out of hours.
    """

    hosts: tuple[str, ...] = _LOOPBACK
    address: str = ""
    people: tuple[LocalPerson, ...] = ()
    openid: OpenID | None = None
    ledger: Path | None = None
    policy: Path | None = None
    secure: bool = False
    proxies: tuple[Network, ...] = ()
    proxy_header: str = X_FORWARDED_FOR
    synthetic: bool = False
    time_zone: ZoneInfo = LONDON
    idle_seconds: int = 1_800
    session_seconds: int = 28_800
    body_seconds: float = 10.0
    cache_seconds: float = 5.0
    form_posts_per_minute: int = 6
    signin_posts_per_minute: int = 10
    signin_posts_per_client: int = 60
    connections: int = 1_000
    connections_per_client: int = 100
    # An act of the public's is entered under this reference.
    public_actor: str = "PORTAL-1"
    log_level: str = LEVELS[0]
    # Who may read /metrics: no one, unless an address is named.
    metrics_from: tuple[Network, ...] = ()
    # What the pages of rights need to find a person's entries and to sign notices.
    unit: Unit = field(default_factory=Unit)
    # How long one sign-in waits for the provider in all.
    provider_seconds: float = 10.0

    @property
    def base(self) -> str:
        """What every absolute address of the portal begins with. The request is never asked for it."""
        return self.address or f"{'https' if self.secure else 'http'}://{self.hosts[0]}"


TAKEN = {
    "address": str,
    "hosts": list,
    "secure": bool,
    "ledger": str,
    "policy": str,
    "proxies": list,
    "proxy_header": str,
    "log_level": str,
    "metrics_from": list,
    "idle_seconds": int,
    "session_seconds": int,
    "form_posts_per_minute": int,
    "signin_posts_per_minute": int,
    "signin_posts_per_client": int,
    "connections": int,
    "connections_per_client": int,
    "public_actor": str,
    "time_zone": str,
}
_WANTED: dict[type, str] = {list: "a list", bool: "true or false", str: "text", int: "a whole number of 1 or more"}
_CLAIMS = ("staff_claim", "roles_claim", "unit_claim")
_REQUIRED, _SECRETS = ("issuer", "client_id"), ("secret_env", "secret_file")
_OPENID = (*_REQUIRED, *_SECRETS, *_CLAIMS, "roles")


def read_config(folder: Path, environment: Mapping[str, str]) -> PortalConfig:
    """The settings in `portal.toml`, or those that serve the public pages on loopback alone; refused with every fault.

    The secret of the provider is never in this file: `secret_env` names the variable of the environment, `secret_file`
    the file that holds it.
    """
    path = folder / PORTAL_FILE
    if not path.is_file():
        return PortalConfig()
    try:
        settings = read_toml(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refusal("portal-settings", str(path), str(error), "TOML") from error
    openid = settings.pop("openid", None)
    unit = read_unit(str(path), folder, settings.pop("rights")) if "rights" in settings else Unit()
    refusals = [
        _bad(path, name, _WANTED[TAKEN[name]] if name in TAKEN else ", ".join([*TAKEN, "openid", "rights"]))
        for name, value in settings.items()
        if name not in TAKEN or not _is_of(value, TAKEN[name])
    ]
    raise_all(refusals)
    for name in ("ledger", "policy"):
        if name in settings:
            settings[name] = folder / settings[name]
    if "hosts" in settings:
        settings["hosts"] = tuple(map(str, settings["hosts"]))
    _read_proxies(path, settings)
    if "time_zone" in settings:
        settings["time_zone"] = _zone(path, settings["time_zone"])
    provider = _openid(path, openid, environment) if openid is not None else None
    config = PortalConfig(**settings, openid=provider, unit=unit)
    _check_address(path, config)
    return config


def _check_address(path: Path, config: PortalConfig) -> None:
    """Refuses an address that leads elsewhere than to one of the hosts, or by other means than `secure` says."""
    if not config.hosts or not all(config.hosts):
        raise _bad(path, "hosts", "at least one name")
    scheme = "https" if config.secure else "http"
    try:
        parts = urlsplit(config.base)
        port, host = parts.port, parts.netloc.removesuffix(f":{parts.port}")
    except ValueError:
        raise _bad(path, "address", f"{scheme}://, one of `hosts`, and a port if it is not the usual one") from None
    whole = f"{scheme}://{host}" + (f":{port}" if port is not None else "")
    if config.base != whole or host not in config.hosts or port == 0:
        raise _bad(path, "address", f"{scheme}://, one of `hosts`, and a port if it is not the usual one")


def _zone(path: Path, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _bad(path, "time_zone", "a name of the IANA time zone database, as Europe/London") from None


def is_on_loopback(address: str) -> bool:
    """Whether an address leads to this machine, so that traffic cannot be intercepted."""
    try:
        return (urlsplit(address).hostname or "") in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def _is_issuer(issuer: str) -> bool:
    """Whether a provider is reached by https, or is on this machine."""
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    schemes = ("https", "http") if is_on_loopback(issuer) else ("https",)
    return parts.scheme in schemes and bool(parts.hostname) and not parts.query and not parts.fragment


def _is_of(value: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return isinstance(value, kind)


def _read_proxies(path: Path, settings: dict[str, Any]) -> None:
    """Makes networks of addresses; refuses what is no address, a header that no proxy writes, and no level of a log."""
    for name, whose in (("proxies", "of the proxies in front"), ("metrics_from", "that may read /metrics")):
        try:
            settings[name] = read_proxies(map(str, settings.get(name, ())))
        except ValueError:
            raise _bad(path, name, f'addresses or networks {whose}, as ["10.0.0.7", "fd00::/8"]') from None
    if settings.get("log_level", LEVELS[0]) not in LEVELS:
        raise _bad(path, "log_level", " or ".join(LEVELS))
    settings["proxy_header"] = settings.get("proxy_header", X_FORWARDED_FOR).lower()
    if settings["proxy_header"] not in HEADERS:
        raise _bad(path, "proxy_header", " or ".join(HEADERS))


def _openid(path: Path, settings: Any, environment: Mapping[str, str]) -> OpenID:
    if not isinstance(settings, dict):
        raise _bad(path, "openid", "a table: issuer, client_id, secret_env, roles")
    roles = settings.get("roles")
    refusals = [_bad(path, f"openid.{name}", ", ".join(_OPENID)) for name in settings if name not in _OPENID]
    named = [name for name in _SECRETS if name in settings]
    refusals += [
        _bad(path, f"openid.{name}", "text")
        for name in (*_REQUIRED, *named)
        if not isinstance(settings.get(name), str) or not settings[name]
    ]
    if len(named) != 1:
        refusals.append(_bad(path, "openid.secret_env", " or ".join(_SECRETS)))
    if not isinstance(roles, dict) or not roles or not set(roles.values()) <= set(ROLES):
        refusals.append(_bad(path, "openid.roles", f"what the claim says = one of {', '.join(ROLES)}"))
    if isinstance(settings.get("issuer"), str) and not _is_issuer(settings["issuer"]):
        refusals.append(_bad(path, "openid.issuer", "an address with https"))
    no_texts = [name for name in _CLAIMS if not isinstance(settings.get(name, name), str)]
    refusals += [_bad(path, f"openid.{name}", "text") for name in no_texts]
    raise_all(refusals)
    mapped = {str(name): str(role) for name, role in dict(roles or {}).items()}
    secret = _secret(path.parent, settings, environment)
    claims = {name: settings[name] for name in _CLAIMS if name in settings}
    return OpenID(settings["issuer"], settings["client_id"], secret, mapped, **claims)


def _secret(folder: Path, settings: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """The provider's secret: of the environment, or the first line of a file that other accounts cannot read."""
    wanted = "the secret that the provider gave for this client"
    if "secret_env" in settings:
        where, absent = settings["secret_env"], "not in the environment"
        secret = environment.get(where, "")
    else:
        file, absent = folder / settings["secret_file"], "there is no such file, or nothing in it"
        where = str(file)
        with storage_refused(file):
            if file.is_file() and not is_private(file):
                problem, remedy = "other accounts of this machine can read it", f"chmod 600 {file}"
                raise Refusal("portal-settings", where, problem, "a file for its owner alone", remedy)
            secret = file.read_text(encoding="utf-8", errors="replace").partition("\n")[0] if file.is_file() else ""
    if not secret or not secret.isascii() or not secret.isprintable():
        raise Refusal("portal-settings", where, "characters that no secret has" if secret else absent, wanted)
    return secret


def _bad(path: Path, name: str, wanted: str) -> Refusal:
    return Refusal("portal-settings", f"{path}, {name}", "not a setting, or of another kind", wanted)


def check_served(config: PortalConfig, host: str) -> None:
    """Refuses passwords of the demonstration if other machines could try them."""
    if config.people and host not in ("127.0.0.1", "::1", "localhost"):
        remedy = "set up [openid] in portal.toml, or listen on 127.0.0.1"
        raise Refusal(
            "local-sign-in", host, "the passwords are those of the demonstration", "loopback, or OpenID Connect", remedy
        )
