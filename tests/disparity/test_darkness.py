"""Daylight against darkness in a source: dusk as almanacs print it, where every stop goes, and the answer's forms."""

from __future__ import annotations

import datetime as dt
import random
import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from overt.disparities import as_json, as_text, report_files
from overt.disparities._dusk import clock, find_place, twilights
from overt.refusals import Refusal
from tests.disparity.conftest import Ask, Rows

LONDON = "51.5074,-0.1278,Europe/London"
ZONE = ZoneInfo("Europe/London")
# Sunset and the end of civil twilight: London in December 2015 as timeanddate.com prints them, Decorah in Iowa in
# September as the U.S. Naval Observatory does for any year.
PRINTED = {
    (LONDON, dt.date(2015, 12, 1)): ("15:55", "16:34"),
    (LONDON, dt.date(2015, 12, 12)): ("15:51", "16:31"),
    (LONDON, dt.date(2015, 12, 25)): ("15:56", "16:36"),
    ("43.30,-91.79,America/Chicago", dt.date(2015, 9, 1)): ("19:41", "20:11"),
    ("43.30,-91.79,America/Chicago", dt.date(2015, 9, 15)): ("19:16", "19:45"),
    ("43.30,-91.79,America/Chicago", dt.date(2015, 9, 30)): ("18:49", "19:18"),
}


def in_minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


@pytest.mark.parametrize(("place", "day"), PRINTED)
def test_dusk_is_as_almanacs_print_it(place: str, day: dt.date) -> None:
    """To within two minutes, by the clock of the place."""
    twilight = twilights(find_place(place), [day])[day]
    sunset, dusk = map(in_minutes, PRINTED[place, day])
    assert twilight.sunset == pytest.approx(sunset, abs=2)
    assert twilight.dusk == pytest.approx(dusk, abs=2)
    assert clock(twilight.dusk)[:2] == PRINTED[place, day][1][:2]


@pytest.mark.parametrize("place", ["-36.85,174.76,Pacific/Auckland", "37.8,-122.27,America/Los_Angeles"])
def test_the_evening_is_that_of_the_day_far_from_greenwich(place: str) -> None:
    """Both solstices, on the other side of the date line too."""
    for day in (dt.date(2021, 6, 21), dt.date(2021, 12, 21)):
        twilight = twilights(find_place(place), [day])[day]
        assert 16 * 60 < twilight.sunset < twilight.dusk < 22 * 60


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("51.5,-0.13", "LATITUDE,LONGITUDE,ZONE"),
        ("51.5,-0.13,Europe/Londres", "the time zone Europe/Londres"),
        ("51.5,-0.13,", "the time zone is empty"),
        ("51.5,-0.13,America/Chicago", "more than 4.5 hours from noon by the sun"),
        ("151.5,-0.13,Europe/London", "a latitude from -90 to 90"),
        ("nan,-0.13,Europe/London", "a latitude from -90 to 90"),
    ],
)
def test_a_wrong_place_is_refused(text: str, words: str) -> None:
    """With what was expected."""
    with pytest.raises(Refusal, match=words):
        find_place(text)


@pytest.mark.parametrize("text", ["69.65,18.96,Europe/Oslo", "60.8,-0.8,Europe/London"])
def test_a_place_without_dusk_on_some_day_is_refused(text: str) -> None:
    """Of midnight sun, and of summer nights whose dusk ends after midnight."""
    with pytest.raises(Refusal, match="civil dusk does not end before midnight") as refused:
        twilights(find_place(text), [dt.date(2021, 6, 21)])
    assert refused.value.code == "disparity-darkness-place"


def stops(ratio: float, number: int = 6_000, missing: float = 0.0) -> dict[str, Rows]:
    """Invented stops of one year at all evening hours; in daylight the odds of Black are `ratio` times as high."""
    chance = random.Random(5)
    place = find_place(LONDON)
    first = dt.date(2021, 1, 1)
    dusks = twilights(place, [first + dt.timedelta(n) for n in range(365)])
    rows = []
    for at in range(number):
        day = first + dt.timedelta(chance.randrange(365))
        minute = chance.randrange(15 * 60, 24 * 60)
        odds = (0.5 + minute / 1440) * (ratio if minute < dusks[day].sunset else 1)
        group = "Black" if chance.random() < odds / (1 + odds) else "White"
        local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60, 30), ZONE)
        rows.append(
            {
                "encounter_id": f"S{at}",
                "occurred_at": local.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S"),
                "occurred_on": day.isoformat(),
                "ethnicity_observed_group": "" if chance.random() < missing else group,
            }
        )
    return {"encounter": rows}


QUESTION: dict[str, Any] = {"measure": "encounters", "by": ("ethnicity_observed_group",), "darkness": LONDON}


def test_the_known_ratio_is_found(ask: Ask) -> None:
    """Twice the odds in daylight; the window, the shares and the assumptions stand with it in every form."""
    answer = ask(stops(2.0), **QUESTION)
    found = as_json(answer)["darkness"]
    year, changes = found["tests"]
    assert (year["of"], changes["of"], year["group"], year["reference"]) == ("year", "clock changes", "Black", "White")
    for one in (year, changes):
        assert one["low"] < 2 < one["high"]
        assert one["bounds"] is None
    assert year["low"] > 1.5
    # The earliest and the latest end of civil dusk in London.
    assert [in_minutes(text) for text in found["window"]] == pytest.approx([16 * 60 + 31, 22 * 60 + 10], abs=2)
    kinds = ("light", "dark", "outside", "twilight", "without_time")
    assert sum(found[kind] for kind in kinds) == 6_000
    assert min(found[kind] for kind in kinds[:4]) > 100
    assert found["light"] == year["light"] + year["light_reference"]
    assert (found["other_date"], found["on_the_hour"], found["without_group"]) == (0, 0, (0, 0))
    for text in (as_text(answer), report_files(answer)["report.html"].decode()):
        assert f"(6 degrees of freedom): ratio of odds {year['ratio']:.2f}, daylight to darkness (" in text
        assert "Street lighting" in text
        assert "A ratio of 1 does not show that nobody was selected by appearance" in text


def test_where_there_is_no_difference_none_is_found(ask: Ask) -> None:
    """The later, the more Black people are stopped: the crude shares differ, and the ratio does not."""
    (year, _) = as_json(ask(stops(1.0), **QUESTION))["darkness"]["tests"]
    assert year["low"] < 1 < year["high"]


def test_what_cannot_be_placed_is_counted_and_bounds_the_ratio(ask: Ask) -> None:
    """No group, no time, a date alone (midnight), and a date that the time contradicts."""
    tables = {"encounter": [dict(row) for row in stops(2.0, 4_000, missing=0.1)["encounter"]]}
    for at, row in enumerate(tables["encounter"][:300]):
        if at < 100:
            row["occurred_at"] = ""
        elif at < 200:
            row["occurred_at"] = f"{row['occurred_on']} 00:00:00"
        else:
            row["occurred_on"] = "2021-05-05"
    answer = ask(tables, **QUESTION)
    found = as_json(answer)["darkness"]
    year = found["tests"][0]
    assert found["without_time"] == 200
    assert 95 <= found["other_date"] <= 100
    assert min(found["without_group"]) > 20
    assert year["bounds"]["low"] < year["ratio"] < year["bounds"]["high"]
    text = as_text(answer)
    assert "200 without a time of day" in text
    assert "Depending on which groups the stops without one belong to" in text
    assert "the times may not be in UTC" in text


def test_the_clocks_of_some_places_do_not_change(ask: Ask) -> None:
    """Then the variant has a reason and no ratio."""
    tables = {"encounter": [dict(row) for row in stops(1.0, 2_000)["encounter"]]}
    answer = ask(tables, **{**QUESTION, "darkness": "5.55,-0.2,Africa/Accra"})
    (_, changes) = as_json(answer)["darkness"]["tests"]
    assert changes["ratio"] is None
    assert "the clocks do not change there" in changes["told"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"measure": "no_further_action"}, "--measure encounters"),
        ({"by": ("ethnicity_observed_group", "sex")}, "--by has 2 divisions"),
        ({"darkness": "69.65,18.96,Europe/Oslo"}, "civil dusk does not end"),
    ],
)
def test_a_question_that_the_test_cannot_answer_is_refused(ask: Ask, question: dict[str, Any], words: str) -> None:
    """Before or after the counting."""
    tables = {"encounter": [{**row, "sex": "male", "no_further_action": "true"} for row in stops(1, 50)["encounter"]]}
    with pytest.raises(Refusal, match=words):
        ask(tables, **{**QUESTION, **question})


def test_a_source_without_times_is_refused(ask: Ask) -> None:
    """A date is not enough."""
    rows = [{name: value for name, value in row.items() if name != "occurred_at"} for row in stops(1, 50)["encounter"]]
    with pytest.raises(Refusal, match=r"does not fill encounter\.occurred_at"):
        ask({"encounter": rows}, **QUESTION)


def test_dates_without_a_time_are_no_times(ask: Ask) -> None:
    """A timestamp made of a date is midnight, which in New York is an evening of the day before."""
    rows = [{**row, "occurred_at": f"{row['occurred_on']} 00:00:00"} for row in stops(1, 50)["encounter"]]
    with pytest.raises(Refusal, match="no stop has a time of day"):
        ask({"encounter": rows}, **{**QUESTION, "darkness": "40.71,-74.01,America/New_York"})


def test_without_the_extra_it_says_which_to_install(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either of its libraries may be missing."""
    tables = stops(1.0, 600)
    for names in (("astral", "astral.sun"), ("statsmodels", "statsmodels.api")):
        with monkeypatch.context() as patch:
            for name in names:
                patch.setitem(sys.modules, name, None)
            with pytest.raises(Refusal, match=r"overt\[darkness\]"):
                ask(tables, **QUESTION)
