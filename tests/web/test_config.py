"""portal.toml: what is taken from it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.refusals import Refusal, Refusals
from overt.web.portal import LocalPerson, PortalConfig, check_served, read_config

WHOLE = """
hosts = ["register.police.example"]
secure = true

[openid]
issuer = "https://id.police.example"
client_id = "overt"
secret_env = "OVERT_OPENID_SECRET"
staff_claim = "staff_number"
roles_claim = "groups"

[openid.roles]
"register-recorders" = "recorder"
"inspectorate" = "inspector"
"""


def test_without_a_file_the_public_pages_are_served_on_loopback(tmp_path: Path) -> None:
    """Nobody can sign in until somebody says how."""
    found = read_config(tmp_path, {})
    assert (found.people, found.openid, "localhost" in found.hosts) == ((), None, True)


def test_the_secret_comes_from_the_environment(tmp_path: Path) -> None:
    """It never stands in the file, nor in what is shown of the settings."""
    (tmp_path / "portal.toml").write_text(WHOLE)
    found = read_config(tmp_path, {"OVERT_OPENID_SECRET": "hush-hush"})
    assert found.hosts == ("register.police.example",)
    assert found.openid is not None
    assert (found.openid.secret, found.openid.staff_claim) == ("hush-hush", "staff_number")
    assert "hush-hush" not in repr(found)
    with pytest.raises(Refusal, match="OVERT_OPENID_SECRET: not in the environment"):
        read_config(tmp_path, {})


@pytest.mark.parametrize(
    "text",
    ["hosts = 'one'", "nonsense = 1", "secure = 'yes'", "[openid]\nissuer = 'x'", "= 1",
     WHOLE.replace('"recorder"', '"king"'), WHOLE.replace("client_id", "client"), "openid = 3"],
)  # fmt: skip
def test_other_settings_are_refused(text: str, tmp_path: Path) -> None:
    """A name or kind that portals do not have, or a role that there is not."""
    (tmp_path / "portal.toml").write_text(text)
    with pytest.raises((Refusal, Refusals), match="portal-settings"):
        read_config(tmp_path, {"OVERT_OPENID_SECRET": "hush"})


def test_passwords_are_for_this_machine() -> None:
    """The demonstration's sign-ins are not served to a network."""
    config = PortalConfig(people=(LocalPerson("P1001", ("recorder",), "$argon2id$…"),))
    check_served(config, "127.0.0.1")
    with pytest.raises(Refusal, match="local-sign-in"):
        check_served(config, "0.0.0.0")  # noqa: S104  that is the point
    check_served(PortalConfig(), "0.0.0.0")  # noqa: S104
