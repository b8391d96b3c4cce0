"""The portal's settings, and whether people can sign in. They are looked at where the web extra is installed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.doctor._diagnosis import HealthCheck, HealthState, fault_of
from overt.ledger import Policy, read_policy
from overt.refusals import Refusal, Refusals

if TYPE_CHECKING:
    from overt.web.portal import PortalConfig

_FILE = "portal.toml"


@dataclass(frozen=True)
class PortalPlaces:
    """What portal.toml says: the settings, and where the published log and its policy are, if it says so."""

    config: PortalConfig | None = None
    ledger: Path | None = None
    policy: Policy | None = None


def portal_places(folder: Path, environment: Mapping[str, str]) -> tuple[PortalPlaces, list[HealthCheck]]:
    """The portal's settings, and what is wrong with them."""
    web = _web()
    if web is None:
        problem = f"{_FILE} was not looked at, because the extra for it is not installed."
        return PortalPlaces(), [HealthCheck("configuration", HealthState.NOTE, problem, "pip install 'overt[web]'")]
    try:
        config: PortalConfig = web.read_config(folder, environment)
        policy = read_policy(config.policy.read_bytes(), config.policy.name) if config.policy else None
    except (Refusal, Refusals) as refusal:
        faults = [refusal] if isinstance(refusal, Refusal) else refusal.refusals
        return PortalPlaces(), [fault_of("configuration", fault) for fault in faults]
    except OSError as error:
        problem = f"The policy that {_FILE} names cannot be read ({error.strerror or type(error).__name__})."
        return PortalPlaces(), [HealthCheck("configuration", HealthState.FAULT, problem, "Correct `policy`.")]
    return PortalPlaces(config, config.ledger, policy), list(_settings(folder, config))


def _settings(folder: Path, config: PortalConfig) -> Iterator[HealthCheck]:
    if not (folder / _FILE).is_file():
        problem = f"There is no {_FILE}, so the portal serves its public pages on this machine alone."
        yield HealthCheck("configuration", HealthState.NOTE, problem, "docs/guides/deploy.md")
        return
    yield HealthCheck("configuration", HealthState.OK, f"{_FILE} can be read; the portal is at {config.base}.")
    if not config.secure and not _is_on_loopback(config):
        problem = "People sign in without https, so anybody on the way can take over their session."
        yield HealthCheck("configuration", HealthState.WARNING, problem, f"Set secure = true in {_FILE}.")


def _is_on_loopback(config: PortalConfig) -> bool:
    return all(host in ("127.0.0.1", "localhost", "[::1]") for host in config.hosts)


def check_portal(places: PortalPlaces, now: dt.datetime) -> Iterator[HealthCheck]:
    """Whether the identity provider answers as it should."""
    config, web = places.config, _web()
    if config is None or web is None:
        return
    if config.openid is None:
        problem = "No identity provider is set up, so nobody of the staff can sign in."
        yield HealthCheck("identity provider", HealthState.NOTE, problem, f"Set up [openid] in {_FILE}.")
        return
    try:
        web.check_provider(config, now)
    except Refusal as refusal:
        yield fault_of("identity provider", refusal)
    else:
        words = f"{config.openid.issuer} describes itself as it should, and gives its keys."
        yield HealthCheck("identity provider", HealthState.OK, words)


def _web() -> Any:
    """The portal's package; none where the libraries that it needs are not installed."""
    try:
        return import_module("overt.web.portal")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("overt"):
            raise
        return None
