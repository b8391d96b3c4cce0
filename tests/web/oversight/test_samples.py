"""Samples: rows by chance, two reviewers blind to each other, each look a record, kappa and an exact interval."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.audits.sample import estimate
from overt.register import Register, erase
from tests.web.conftest import NOW, Site
from tests.web.oversight.conftest import ask_for, send, told

DRAW = {
    "table": "entry",
    "question": "Are these grounds adequate?",
    "size": "10",
    "seed": "7",
    "reason": "only a reader can tell whether grounds are adequate",
}


def draw(client: TestClient, **other: str) -> str:
    return ask_for(client, "/oversight/samples/new", **(DRAW | other))


def judge(client: TestClient, where: str, marks: list[str]) -> None:
    """Marks every row and hands the marks in."""
    for place, mark in enumerate(marks, start=1):
        assert client.get(f"{where}/rows/{place}").status_code == 200
        assert send(client, f"{where}/rows/{place}", mark=mark, note="=1+1").status_code == 201
    response = send(client, f"{where}/hand-in")
    assert response.status_code == 201, response.text


def consults(site: Site) -> list[tuple[Any, ...]]:
    with Register.open(site.folder) as register:
        return register.store.rows(
            "select actor, entry_id, reason from access_version where action = 'consult' order by opened_seq"
        )


def test_two_reviewers_from_draw_to_kappa(own_site: Site) -> None:
    """Blind until both have handed in; then rate, exact interval and kappa are those of `overt sample estimate`."""
    one, two, third = (own_site.signed_in(staff) for staff in ("I7001", "I7002", "I7003"))
    where = draw(one)
    drawn = told(one, where)
    assert (drawn["drawn"], drawn["handed_in"], drawn["estimate"]) == (10, [], None)
    before = len(consults(own_site))

    judge(one, where, ["adequate"] * 6 + ["inadequate"] * 4)
    seen = told(two, where)
    assert seen["estimate"] is None
    assert [each["mark"] for each in seen["rows"]] == [None] * 10
    assert "inadequate" not in two.get(where).text.replace("Inadequate", "")

    judge(two, where, ["adequate"] * 6 + ["inadequate"] * 2 + ["adequate", "cannot tell"])
    found = told(one, where)["estimate"]
    sample = own_site.folder / "portal" / "oversight" / where.rpartition("/")[2].zfill(4) / "sample"
    assert found == json.loads(json.dumps(estimate(sample).as_json()))
    agreed = found["agreements"][0]
    assert (agreed["both_marked"], agreed["agreed"]) == (10, 8)
    # By hand: observed 0.8, by chance 0.6 * 0.7 + 0.4 * 0.2 = 0.5, so (0.8 - 0.5) / (1 - 0.5).
    assert agreed["kappa"] == pytest.approx(0.6)
    assert (found["rate"]["judged"], found["rate"]["inadequate"]) == (8, 2)
    page = one.get(where).text
    assert "Cohen’s kappa" in page
    assert "Gwet’s AC1" in page
    assert agreed["kappa_interval"] is agreed["ac1_interval"] is None
    assert "no interval is given below 50 rows" in page
    assert "25.0%" in page

    looks = consults(own_site)[before:]
    assert len(looks) == 20
    assert {actor for actor, _, _ in looks} == {"I7001", "I7002"}
    assert all(DRAW["reason"] in reason for _, _, reason in looks)
    assert {entry for _, entry, _ in looks} == {each["key"] for each in drawn["rows"]}

    settling = told(third, where)
    assert settling["settles"]
    assert [each["place"] for each in settling["rows"]] == [9, 10]
    assert third.get(f"{where}/rows/1", headers={"accept": "application/json"}).status_code == 404
    for place in (9, 10):
        assert send(third, f"{where}/rows/{place}", mark="inadequate").status_code == 201
    assert send(third, f"{where}/hand-in").status_code == 201
    assert told(one, where)["estimate"]["rate"]["inadequate"] == 4


def test_nothing_that_was_read_is_kept_with_a_sample(own_site: Site) -> None:
    """The grounds are on the reviewer's page and in the register, and in no file of the sample."""
    client = own_site.signed_in("I7001")
    where = draw(client)
    row = told(client, f"{where}/rows/1")
    grounds = dict(row["shown"])["grounds"]
    assert grounds in client.get(f"{where}/rows/1").text
    assert "subject_id" not in row["drawn"]
    with Register.open(own_site.folder) as register:
        people = {str(each[0]) for each in register.store.rows("select subject_id from subject")}
    home = own_site.folder / "portal"
    assert sum(path.is_file() for path in home.rglob("*")) > 5
    for path in home.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".jsonl", ".csv"):
            kept = path.read_text(encoding="utf-8")
            assert grounds not in kept, path
            assert not people & set(re.findall(r"\b[0-9a-f]{64}\b", kept)), path
    assert not [path for path in (own_site.folder / "snapshots").iterdir() if path.name.startswith(".")]


def test_what_was_erased_since_is_gone_for_reviewers_too(own_site: Site) -> None:
    """A row whose entry was erased after the draw shows its number and nothing else, and no look is entered."""
    client = own_site.signed_in("I7001")
    where = draw(client)
    key = told(client, where)["rows"][0]["key"]
    with Register.open(own_site.folder) as register:
        erase(register, key, "DPA 2018 s.47", "P9001", NOW)
    before = len(consults(own_site))
    row = told(client, f"{where}/rows/1")
    assert row["shown"] == []
    assert "has been erased" in client.get(f"{where}/rows/1").text
    assert len(consults(own_site)) == before


def test_marks_that_were_handed_in_stand(own_site: Site) -> None:
    """Every row first; after that neither a mark nor the worksheet can be changed."""
    client = own_site.signed_in("I7001")
    where = draw(client, size="2")
    response = send(client, f"{where}/hand-in")
    assert response.status_code == 422
    assert "2 rows have no mark" in response.json()["lead"][0]
    judge(client, where, ["adequate", "inadequate"])
    assert send(client, f"{where}/rows/1", mark="inadequate").status_code == 404
    assert send(client, f"{where}/hand-in").status_code == 404
    assert told(client, where)["done"]


def test_a_mark_can_be_changed_before(own_site: Site) -> None:
    """Until it is handed in the page shows the mark that was given, and takes another in its place."""
    client = own_site.signed_in("I7001")
    where = draw(client, size="2")
    for mark in ("adequate", "inadequate"):
        assert send(client, f"{where}/rows/1", mark=mark).status_code == 201
        assert told(client, where)["rows"][0]["mark"] == mark
    assert told(client, where)["next"] == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", "subject"),
        ("size", "0"),
        ("size", "501"),
        ("size", "many"),
        ("seed", "-1"),
        ("by", "outcome"),
        ("reason", "because"),
        ("question", ""),
    ],
)
def test_a_sample_that_may_not_be_drawn(inspector: TestClient, field: str, value: str) -> None:
    """People are not drawn, a sample has a size, a seed and a reason, and entries are not divided by outcomes."""
    response = send(inspector, "/oversight/samples/new", **(DRAW | {field: value}))
    assert response.status_code == 422
    assert [each["field"] for each in response.json()["faults"]] == [field]


@pytest.mark.parametrize("table", ["review", "item", "disclosure"])
def test_every_kind_can_be_drawn_and_read(own_site: Site, table: str) -> None:
    """Each kind of record that the form offers is drawn, and shows the reviewer what it promises."""
    client = own_site.signed_in("I7001")
    where = draw(client, table=table, size="3")
    assert dict(told(client, f"{where}/rows/1")["shown"])
