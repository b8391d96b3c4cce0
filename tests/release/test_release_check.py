"""What `make release-check` relies on; the check itself builds and installs, which takes minutes."""

from __future__ import annotations

from scripts import first_commands, release_check

from overt import __version__


def test_every_file_states_the_version() -> None:
    """The changelog begins with the version of the package, and every file of metadata states it."""
    assert release_check.project()["version"] == __version__
    assert set(release_check.stated_versions().values()) == {__version__}


def test_first_commands_are_those_of_the_readme() -> None:
    """The README drafts a mapping, checks it and audits; its audit ends with status 1, because a duty is breached."""
    steps = [(words[:2], status) for words, status in first_commands.commands()]
    assert steps == [(["map", "new"], 0), (["map", "check"], 0), (["audit", "export.csv"], 1)]


def test_licences_are_compared_with_the_list() -> None:
    """A choice needs one listed licence; a copyleft licence alone, or no statement, needs an entry by name."""
    listed = {"allowed": ["mit", "apache"], "stated": {"named": "LGPL-3.0-only: why"}}
    licences = {
        "plain": "MIT License",
        "choice": "GPL-3.0-only OR MIT",
        "both": "GPL-3.0-only AND MIT",
        "permitted": "Permitted",
        "silent": "UNKNOWN",
        "copyleft": "GNU General Public License v3 (GPLv3)",
        "named": "GNU Lesser General Public License v3 (LGPLv3)",
    }
    packages = [{"Name": name, "License": licence} for name, licence in licences.items()]
    refused = [text.split(" ")[0] for text in release_check.unlisted_licences(packages, listed)]
    assert refused == ["both", "permitted", "silent", "copyleft"]
