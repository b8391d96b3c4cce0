"""`overt reconcile` as a user meets it, and the documents it writes. Everybody is invented."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from overt.pseudonym import WHY_NO_DATE, WHY_NOT, NameAgreement, Spelling
from overt.reconcile import ListVerdict
from overt.reconcile._account import MEANS, SIGNS, TO_DO
from tests import command
from tests.conftest import ROOT
from tests.reconcile.conftest import KEY, People

OTHERS = "".join(f"Other{each} Invented,1970-06-05\n" for each in "abcdefgh")
SCHEMA = json.loads((ROOT / "docs" / "formats" / "reconcile.schema.json").read_text(encoding="utf-8"))


def overt(*arguments: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    done = command.overt("reconcile", *arguments, **{"OVERT_PSEUDONYM_KEY": KEY.text(), **environment})
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture
def register(people: People) -> Path:
    """A register with somebody who was removed and somebody who is listed."""
    people.add("Jo Arden Example")
    people.add("Ann Example")
    people.remove("Jo Arden Example")
    return people.register.folder


LOGGED = ("--by", "P1001", "--reason", "yearly look at copies")


def test_a_list_from_the_command_line(register: Path, tmp_path: Path) -> None:
    """Found, told, written; the account is valid by its schema and leaves with 1."""
    path = tmp_path / "list.csv"
    path.write_text("Name,DOB\nExample Jo,1990-05-03\nAnn Example,1990-05-03\nJ Example,\n" + OTHERS)
    done = overt(
        path, "--with", register, *LOGGED, "--rows", tmp_path / "mine.csv", "--out", tmp_path / "out", "--json", code=1
    )
    made = json.loads(done.stdout)
    jsonschema.validate(made, SCHEMA)
    assert made == json.loads((tmp_path / "out" / "reconcile.json").read_text(encoding="utf-8"))
    assert (made["verdicts"]["removed"], made["verdicts"]["listed"], made["verdicts"]["unreadable"]) == (1, 1, 1)
    assert "Jo" not in done.stdout + done.stderr
    assert (tmp_path / "mine.csv").read_text().splitlines()[1].startswith("2,removed,")


def test_nothing_to_be_done_leaves_with_0(register: Path, tmp_path: Path) -> None:
    """Everybody on the list is in the register."""
    path = tmp_path / "list.csv"
    path.write_text("Name,DOB\nAnn Example,1990-05-03\nAnn Bo Example,1990-05-03\n")
    told = overt(path, "--with", register, *LOGGED, "--label", "the north desk").stdout
    assert "the north desk: 2 rows" in told
    assert "Spellings that can never be matched:" in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--role-is", "nominal=gangster"), "list-columns"),
        (("--name", "Who"), "no-such-column"),
        (("--as-of", "yesterday"), "not-a-moment"),
        (("--reason", "asked by jo@example.org"), "run-not-logged"),
        (("--by", "Jo"), "staff-reference"),
    ],
)
def test_what_is_wrong_is_refused(register: Path, tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    """With what to do, and nothing is left behind."""
    path = tmp_path / "list.csv"
    path.write_text("Name,DOB\nAnn Example,1990-05-03\nAnn Bo Example,1990-05-03\n" + OTHERS)
    done = overt(path, "--with", register, *LOGGED, *more, "--rows", tmp_path / "mine.csv", code=3)
    assert said in done.stderr
    assert not (tmp_path / "mine.csv").exists()


def test_join_and_serve_refuse_what_is_wrong(tmp_path: Path) -> None:
    """An address that is none, half of TLS, an agreement that is none."""
    (tmp_path / "list.csv").write_text("Name,DOB\nAnn Example,1990-05-03\nBen Example,1991-06-04\n")
    (tmp_path / "agreed.toml").write_text("name = 'x'\n")
    given = (tmp_path / "list.csv", "--agreement", tmp_path / "agreed.toml")
    assert "agreement-malformed" in overt("join", *given, code=3).stderr
    assert "agreement-malformed" in overt("serve", *given, code=3).stderr
    text = (ROOT / "docs" / "reconcile-between-controllers.md").read_text(encoding="utf-8")
    toml = text.partition("```toml agreed.toml\n")[2].partition("```")[0].replace("1f8bd4a2c05e9937", KEY.id)
    (tmp_path / "agreed.toml").write_text(toml)
    assert "address-malformed" in overt("join", *given, "--to", "nowhere", code=3).stderr
    assert "tls-files" in overt("join", *given, "--tls-cert", "a.pem", code=3).stderr
    assert "tls-needed" in overt("join", *given, "--to", "192.0.2.1:9", code=3).stderr


def test_the_schema_has_every_word_that_an_account_can() -> None:
    """A word that is new in the code is new in the schema and on the page."""
    fields = SCHEMA["properties"]
    assert (
        set(fields["verdicts"]["properties"]) == {each.value for each in ListVerdict} == {each.value for each in MEANS}
    )
    matched = fields["matched"]["items"]["properties"]
    assert matched["agreement"]["enum"] == [each.value for each in NameAgreement]
    assert matched["spelling"]["enum"] == [each.value for each in Spelling]
    assert set(fields["unreadable"]["propertyNames"]["enum"]) == {*WHY_NOT, *WHY_NO_DATE}
    assert set(fields["signs"]["propertyNames"]["enum"]) == set(SIGNS)
    page = (ROOT / "docs" / "formats" / "reconcile.md").read_text(encoding="utf-8")
    assert all(f"`{each.value}`" in page for each in ListVerdict)
    assert set(TO_DO) == set(ListVerdict)
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])
    jsonschema.validate(example, SCHEMA)
