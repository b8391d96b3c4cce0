"""Every setting of a register and its portal, with description and default, as docs/formats/settings.md has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from overt.web.portal._config import TAKEN, OpenID, PortalConfig

_SETTINGS = {
    "address": "address by which browsers reach the portal, with `https://`; by default the first of `hosts`",
    "hosts": "host names by which browsers reach it; requests for other host names are rejected",
    "secure": "browsers reach it by https, through a proxy that terminates TLS; the cookie is then bound to that host",
    "ledger": "folder of the published log, if it is not in the register's own folder",
    "policy": "trust policy of the published log, if it is not in the register's own folder",
    "proxies": "addresses and networks of the proxies in front, which are trusted to name the client's address",
    "proxy_header": "header that contains the client's address: `x-forwarded-for` or `forwarded`",
    "log_level": "least grave lines of the server's log: `info` (every request), `warning` or `error`",
    "metrics_from": "addresses and networks that may read `/metrics`; nobody by default",
    "idle_seconds": "seconds after which a session without a request ends",
    "session_seconds": "seconds after which every session ends",
    "form_posts_per_minute": "public forms that one client may send in a minute",
    "signin_posts_per_minute": "wrong passwords for one account in a minute; only the demonstration has passwords",
    "signin_posts_per_client": "times that one client may go to the provider, or give a wrong password, in a minute",
    "connections": "open connections at once",
    "connections_per_client": "open connections of one client at once",
    "public_actor": "reference under which requests of the public are recorded",
    "time_zone": "time zone of the dates and times on pages, and of working hours",
}
_OPENID = {
    "issuer": "address of the identity provider",
    "client_id": "the portal's name at the provider",
    "secret_env": "environment variable that contains the secret",
    "secret_file": "file whose first line is the secret, readable by its owner alone; instead of `secret_env`",
    "staff_claim": "claim that contains the staff reference, never a name",
    "roles_claim": "claim that contains the groups",
    "unit_claim": "claim that contains the person's unit",
    "roles": "table: a group = a role (`recorder`, `approver`, `controller`, `inspector`)",
}
_REGISTER = {
    "name": ("title of the register, as its pages show it", ""),
    "origin": ("permanent name of its log: its address without https://", ""),
    "database": (
        "`sqlite:///FILE` in the folder, or `postgresql://…`; an address may name a service of a service file "
        "instead of host, account and password: `postgresql:///?service=register`",
        "`sqlite:///register.sqlite`",
    ),
    "deciders": ("staff references of the people who may decide on held records", "none"),
    "clock_ahead_days": ("days that a record may be after the one before it", "31"),
}
_ENVIRONMENT = {
    "OVERT_LEDGER_PASSPHRASE": "passphrase of the keys in `keys/`; `--passphrase-file` reads it from a file instead",
    "OVERT_LEDGER_KEY": "private keys that sign the ledger, instead of those in `keys/`",
    "OVERT_PSEUDONYM_PASSPHRASE": "passphrase of the pseudonym key",
    "OVERT_PSEUDONYM_KEY": "the pseudonym key itself, instead of a file",
    "OVERT_TOKENS": "for `overt register serve`: who may submit records, as STAFF=TOKEN, separated by spaces",
    "PGSERVICEFILE, PGPASSFILE": "files with addresses and passwords of PostgreSQL servers, read by its own library",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector of traces, with `overt serve --traces`",
    "OTEL_SERVICE_NAME": "name under which traces arrive; by default `overt`",
}


def settings_page() -> str:
    """The page of all settings, as Markdown. Raises `KeyError` for a setting that is not described here."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Settings of a register and its portal\n"
    yield "`overt doctor` checks them and says what is missing. A change takes effect when the portal is started again."
    yield "After a change by hand, run `overt register confirm`: until then `overt register check` reports it.\n"
    yield "## register.toml\n"
    yield from _table((name, words, default) for name, (words, default) in _REGISTER.items())
    yield "\n## portal.toml\n"
    defaults = {field.name: field.default for field in fields(PortalConfig)}
    yield from _table((name, _SETTINGS[name], _default(defaults[name])) for name in TAKEN)
    yield "\n### [openid]\n"
    of_openid = {field.name: field.default for field in fields(OpenID)}
    named = [name for name in _OPENID if name in of_openid or name.startswith("secret_")]
    yield from _table((name, _OPENID[name], _default(of_openid.get(name))) for name in named)
    yield "\n## Environment variables\n"
    yield "Options of commands have variables of their own, which [the reference of commands](../cli.md) lists.\n"
    yield "| Variable | Description |\n| --- | --- |"
    yield from (f"| `{name.replace(', ', '`, `')}` | {words} |" for name, words in _ENVIRONMENT.items())


def _table(rows: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    yield "| Setting | Description | Default |\n| --- | --- | --- |"
    yield from (f"| `{name}` | {words} | {default or 'none'} |" for name, words, default in rows)


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    if isinstance(value, int | float):
        return f"{value:,}"
    return f"`{value}`" if isinstance(value, str) and value else str(getattr(value, "key", "") or "")
