"""Tables of public pages: sorted and taken away as CSV by their addresses; the feed; duties and verdicts."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree as Tree

import pytest

from overt.web.portal import Face, PortalConfig, all_actions
from overt.web.portal._tables import SortColumn, SortRow, SortTable
from tests.web.conftest import Site

COLUMNS = (SortColumn("name", "Name"), SortColumn("count", "Count", "number"))
ROWS = (
    SortRow({"name": "Beta", "count": 20}), SortRow({"name": "alpha", "count": None}, words={"count": "withheld"}),
    SortRow({"name": "Gamma", "count": 3}),
)  # fmt: skip
TABLE = SortTable("some", "Some", COLUMNS, ROWS)


def names(table: SortTable) -> list[str]:
    return [row.values["name"] for row in table.rows]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["alpha", "Beta", "Gamma"]),
        ("-name", ["Gamma", "Beta", "alpha"]),
        ("count", ["Gamma", "Beta", "alpha"]),
        ("-count", ["Beta", "Gamma", "alpha"]),
        ("other", ["Beta", "alpha", "Gamma"]),
    ],
)
def test_numbers_are_sorted_as_numbers_and_what_is_withheld_stands_last(sort: str, order: list[str]) -> None:
    """So that an order never tells how large a withheld number is."""
    assert names(TABLE.sorted_by(sort)) == order


def test_csv_says_withheld_in_words() -> None:
    """A number that is not shown is not an empty cell, which would read as none."""
    assert TABLE.as_csv().decode().splitlines() == ["Name,Count", "Beta,20", "alpha,withheld", "Gamma,3"]


def tables_of(text: str) -> set[str]:
    return set(re.findall(r"csv=([a-z0-9-]+)", text))


def test_every_table_of_a_public_page_can_be_taken_away_and_sorted(site: Site) -> None:
    """Each that a page shows is a CSV file with as many lines; a table or column that is not there changes nothing."""
    client, tried = site.client(), 0
    for path in ("/", "/figures", "/figures/0003", "/figures/0003/tables/people", "/figures/0003/tables/duties",
                 "/audit", "/answers", "/sharing", "/changes"):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
        assert page.text.count("<table") == len(tables_of(page.text)), path
        for name in tables_of(page.text):
            answer = client.get(path, params={"csv": name})
            assert answer.headers["content-type"].startswith("text/csv"), (path, name)
            lines = list(csv.reader(io.StringIO(answer.text)))
            assert len({len(line) for line in lines}) == 1
            column = re.search(rf"sort={name}\.([a-z0-9_%]+)", page.text)
            assert column, (path, name)
            assert 'aria-sort="ascending"' in client.get(path, params={"sort": f"{name}.{column[1]}"}).text
            tried += 1
        assert client.get(path, params={"sort": "no.such"}).status_code == 200
        assert client.get(path, params={"csv": "no-such"}).status_code == 404
    assert tried > 12


def test_public_pages_with_tables_take_an_order_and_a_csv() -> None:
    """A page with tables that could not be sorted would be found here."""
    takes = {each.path for each in all_actions(PortalConfig()) if {"sort", "csv"} <= {one.name for one in each.query}}
    assert takes == {
        "/", "/figures", "/figures/{release}", "/figures/{release}/tables/{table}", "/audit", "/answers", "/sharing",
        "/changes",
    }  # fmt: skip
    assert all(each.face is Face.PUBLIC for each in all_actions(PortalConfig()) if each.path in takes)


def test_each_duty_has_its_verdict_and_can_be_filtered(site: Site) -> None:
    """As many as the release counts; a filter shows those of one verdict and no other."""
    client = site.client()
    found = client.get("/audit", headers={"accept": "application/json"}).json()
    counted = found["audits"][0]["verdicts"]
    rows = found["tables"]["duties"]["rows"]
    assert len(rows) == sum(counted.values()) > 50
    for verdict, count in counted.items():
        page = client.get("/audit", params={"verdict": verdict}, headers={"accept": "application/json"}).json()
        assert len(page["tables"]["duties"]["rows"]) == count, verdict
    assert client.get("/audit", params={"verdict": "no such"}).status_code == 400
    text = client.get("/audit", params={"csv": "duties", "verdict": "breached"}).text
    assert len(text.splitlines()) == counted["breached"] + 1


def test_the_feed_is_atom_and_names_only_what_is_public(site: Site) -> None:
    """RFC 4287: an id, a title and a moment for the feed and each entry; each address leads to a page."""
    client = site.client()
    feed = Tree.fromstring(client.get("/changes.atom").content)  # noqa: S314  our own
    name = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{name}feed"
    entries = feed.findall(f"{name}entry")
    assert len(entries) == 2 + 3 + 1
    for each in (feed, *entries):
        for part in ("id", "title", "updated"):
            assert each.findtext(f"{name}{part}"), part
    moments = [str(each.findtext(f"{name}updated")) for each in entries]
    assert moments == sorted(moments, reverse=True)
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00Z", each) for each in moments)
    for each in entries:
        address = str(each.findtext(f"{name}id"))
        assert address.startswith("http://register.example/")
        assert client.get(address.removeprefix("http://register.example")).status_code == 200


def test_release_pages_are_in_the_frame_for_a_browser(site: Site) -> None:
    """A browser is led to the portal's page, with a way back; a program gets the file as it was published."""
    client = site.client()
    for name, place in (("index", ""), ("people", "/tables/people"), ("checking", "#checking")):
        browser = client.get(f"/figures/0003/{name}.html", headers={"accept": "text/html"})
        assert (browser.status_code, browser.headers["location"]) == (303, f"/figures/0003{place}")
        assert client.get(f"/figures/0003/{name}.html").text.startswith("<!doctype html>")
    page = client.get("/figures/0003/tables/people").text
    assert re.search(r'<a href="/figures/0003" class="govuk-back-link">Release 0003', page)
    assert 'class="portal-nav"' in page
    assert client.get("/figures/0009").status_code == 404
    assert client.get("/figures/0003/tables/nothing").status_code == 404


def test_tables_of_a_release_show_what_the_release_shows(site: Site) -> None:
    """Cell by cell as in release.json: what is withheld is withheld here too."""
    client = site.client()
    release = client.get("/figures/0003/release.json").json()
    checked = 0
    for table in release["tables"]:
        shown = client.get(f"/figures/0003/tables/{table['name']}", headers={"accept": "application/json"}).json()
        rows = {
            (block["name"], row["values"]["group"]): row
            for block in shown["tables"].values() for row in block["rows"]
        }  # fmt: skip
        assert len(rows) >= len(table["rows"])
        values = [row["values"].get(column) for row in rows.values() for column in table["columns"]]
        published = {figure.get("value") for row in table["rows"] for figure in row["figures"].values()}
        assert {value for value in values if value is not None} <= published
        checked += len(values)
    assert checked > 100


def test_removals_are_those_that_releases_published(site: Site) -> None:
    """Each count and reason is a cell of its release; nothing is counted for the page."""
    client = site.client()
    rows = client.get("/changes", headers={"accept": "application/json"}).json()["tables"]["removals"]["rows"]
    assert {row["values"]["release"] for row in rows} == {"0001", "0002", "0003"}
    for row in rows:
        release = client.get(f"/figures/{row['values']['release']}/release.json").json()
        values = [figure.get("value") for table in release["tables"] for line in table["rows"]
                  for figure in line["figures"].values()]  # fmt: skip
        assert row["values"]["count"] in values
        assert row["values"]["count"] is not None or row["words"]["count"] in ("withheld", "not known", "not asked")
