"""Counts with noise: consistent, accounted for, and the same when asked again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from overt.charter import read_charter
from overt.gate import adopt, name_key
from overt.publication import (
    DraftRequest,
    Mark,
    ReleaseDocument,
    draft,
    folder_of,
    needed_release,
    new_answer,
    read_document,
    reply_files,
    snapshot_of,
    verify_release,
    write_site,
)
from overt.publication._consistent import consistent, nearest, noisy_tables
from overt.publication._noise import (
    Noise,
    NoiseRule,
    NoisyQuestion,
    Spent,
    epsilon_of,
    magnitudes,
    quantile,
    rho_of,
    scale_of,
)
from overt.publication._table import ReleaseFigure, read_table
from overt.publication._topics import PEOPLE
from overt.publication._verify_noise import check_noise
from overt.refusals import Refusal
from overt.register import Register, RegisterSettings
from tests.attempts import Count
from tests.gate.conftest import CHARTERS, KEY, ORIGIN, Template, entropy
from tests.often import often
from tests.publication.conftest import EARLIER, FIRST, SECOND, fill, release

LAPLACE = 'mechanism = "discrete_laplace"\nepsilon = 2.0\nbudget = 4.0\n'
GAUSSIAN = 'mechanism = "discrete_gaussian"\nepsilon = 2.0\nbudget = 4.0\ndelta = 1e-6\n'
NOISES = {"laplace": LAPLACE, "gaussian": GAUSSIAN}
THIRD = dt.datetime(2022, 3, 2, 9, 0, tzinfo=dt.UTC)


def with_noise(folder: Path, noise: str = LAPLACE) -> Register:
    """A new register whose charter asks for noise."""
    register = Register.create(
        folder, RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, clock_ahead_days=3_650), entropy()
    )
    text = CHARTERS[0].read_text(encoding="utf-8")
    assert "[publication]\n" in text
    text = text.replace("[publication]\n", f"[publication]\n{noise}")
    adopt(register, text.encode(), "P1001", dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
    name_key(register, KEY.id, "P1001", dt.datetime(2020, 8, 1, 1, tzinfo=dt.UTC))
    return register


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    """A register with 60 invented people and noise of each kind, to be copied."""
    made = {}
    for name, noise in NOISES.items():
        register = with_noise(tmp_path_factory.mktemp(name) / "alpha", noise)
        fill(register, range(1, 61), EARLIER)
        made[name] = Template.of(register)
    return made


@pytest.fixture(params=NOISES)
def noisy(request: pytest.FixtureRequest, templates: dict[str, Template], tmp_path: Path) -> Iterator[Register]:
    """A copy of each."""
    with templates[request.param].open_copy(tmp_path / "alpha") as made:
        yield made


def test_figures_add_up_and_have_their_error(noisy: Register) -> None:
    """Every attribute of every column adds up to its whole, no figure is below none, and none is withheld."""
    release(noisy, FIRST)
    made = release(noisy, SECOND)
    for table in made.tables:
        if not table.protected:
            continue
        whole = table.rows[0]
        for place in range(len(table.columns)):
            sums: dict[str, int] = {}
            for row in table.rows[1:]:
                figure = row.figures[place]
                assert figure.mark is Mark.SHOWN
                assert figure.value is not None and figure.low is not None and figure.high is not None
                assert 0 <= figure.low <= figure.value <= figure.high
                sums[row.attribute] = sums.get(row.attribute, 0) + figure.value
            assert {*sums.values()} == {whole.figures[place].value}
    people = made.table("people")
    assert all((row.figures[1].value or 0) <= (row.figures[0].value or 0) for row in people.rows)


def test_release_is_read_again_from_its_bytes(noisy: Register) -> None:
    """release.json holds the noise, and nothing of the exact counts."""
    made = release(noisy, FIRST)
    assert read_document(made.as_bytes(), "release.json") == made
    assert (folder_of(noisy, made.release) / "kept.json").read_bytes() == b"[]\n"


def test_same_figure_asked_again_is_the_same_and_costs_nothing(noisy: Register) -> None:
    """A second release about the day has the same figures, though the register has changed since."""
    first = release(noisy, FIRST)
    fill(noisy, range(61, 91), SECOND - dt.timedelta(hours=1), "2021-09-01")
    again = release(noisy, SECOND, DraftRequest(FIRST.date()))
    assert again.noise is not None
    assert first.noise is not None
    assert again.noise.spent == Spent()
    assert again.noise.before == first.noise.spent
    same = {key: figure for key, figure in again.cells.items() if again.table(key[0]).protected}
    assert same == {key: first.cells[key] for key in same}
    # Less is shown, and what is shown is the same.
    less = release(noisy, SECOND, DraftRequest(FIRST.date(), without=("people/sex",)))
    assert less.cells["people", "all / all / listed"].value == first.cells["people", "all / all / listed"].value
    assert ("people", "sex / female / listed") not in less.cells


def test_answers_give_the_published_value(noisy: Register) -> None:
    """Asked for twice, the answer has the same words, and no release is drafted for the second."""
    release(noisy, FIRST)
    texts = []
    for _ in range(2):
        answer = new_answer(noisy, ["people", "sex"], FIRST.date(), SECOND.date(), by="P1001", now=SECOND)
        assert needed_release(noisy, answer, "P1001", SECOND) is None
        texts.append(reply_files(noisy, answer)["answer.txt"].decode().replace(f"Response {answer.number}", "Response"))
    assert texts[0] == texts[1]
    assert " to " in texts[0]


def test_budget_is_spent_and_then_refused(noisy: Register) -> None:
    """Of a budget of four two releases of two each take all with Laplace noise; Gaussian noise goes further."""
    made = [release(noisy, FIRST), release(noisy, SECOND)]
    assert made[1].noise is not None
    if made[1].noise.rule.mechanism == "discrete_laplace":
        assert made[1].noise.total == pytest.approx(4)
        with pytest.raises(Refusal, match="release-budget"):
            draft(noisy, THIRD, DraftRequest(), "P1001", THIRD)
    else:
        assert 2.8 < made[1].noise.total < 2.95
        release(noisy, THIRD)
    # What was published before is had for nothing, and an answer about that day too.
    for _ in range(2):
        again = release(noisy, THIRD, DraftRequest(FIRST.date()))
        assert again.noise is not None
        assert again.noise.spent == Spent()


def test_correction_asks_anew_and_is_paid_for(tmp_path: Path) -> None:
    """Its noise is drawn again: a difference of two noisy figures must not be exact."""
    with with_noise(tmp_path / "alpha") as register:
        fill(register, range(1, 61), EARLIER)
        first = release(register, FIRST)
        fill(register, range(61, 91), SECOND - dt.timedelta(hours=1), "2021-09-01")
        corrected = release(register, SECOND, DraftRequest(FIRST.date(), "0001", "30 entries were recorded late"))
        assert corrected.noise is not None
        assert first.noise is not None
        assert all(each.taken_from is None for each in corrected.noise.questions)
        assert corrected.noise.spent == first.noise.spent
        assert corrected.corrections


def test_rows_do_not_depend_on_who_is_listed(tmp_path: Path) -> None:
    """A row that is there only when somebody is in it would tell that there is somebody."""
    names = []
    for number, people in enumerate((0, 60)):
        with with_noise(tmp_path / str(number)) as register:
            fill(register, range(1, people + 1), EARLIER)
            made = release(register, FIRST)
            names.append([key for key in made.cells if made.table(key[0]).protected])
    assert names[0] == names[1]


# --- verifying ------------------------------------------------------------------------------------------------------


def test_release_with_noise_verifies(noisy: Register) -> None:
    """From its files, and from the snapshot as far as noise allows."""
    made = release(noisy, FIRST)
    site = folder_of(noisy, made.release) / "site"
    found = verify_release(site, snapshot_of(noisy, made.release))
    assert found.mismatches == ()
    assert found.noisy > 50


def test_any_changed_noisy_figure_is_found_from_the_files_alone(noisy: Register, tmp_path: Path) -> None:
    """The figures follow from the noisy numbers, which are in release.json: no snapshot is needed."""
    made = release(noisy, FIRST)
    whole = json.loads(made.as_bytes())
    places = [
        (table, row, column)
        for table, each in enumerate(whole["tables"])
        if each["protected"]
        for row, one in enumerate(each["rows"])
        for column, figure in one["figures"].items()
        if "value" in figure
    ]
    for table, row, column in places[:: len(places) // often(20, 6)]:
        for name in ("value", "low"):
            changed = json.loads(made.as_bytes())
            changed["tables"][table]["rows"][row]["figures"][column][name] += 1
            document = read_document((json.dumps(changed, indent=1, ensure_ascii=False) + "\n").encode(), "changed")
            write_site(document, tmp_path / "site")
            where = [each.where for each in verify_release(tmp_path / "site").mismatches]
            assert where == [f"{changed['tables'][table]['name']}: {_cell(changed, table, row, column)}"]


def _cell(found: dict[str, object], table: int, row: int, column: str) -> str:
    one = found["tables"][table]["rows"][row]  # type: ignore[index]
    return f"{one['attribute']} / {one['group']} / {column}"


def _changed(document: ReleaseDocument, folder: Path, change: dict[str, object], question: int | None = None) -> Path:
    """A site made again after something about the noise was changed in it."""
    from dataclasses import replace

    from overt.publication._consistent import noisy_tables
    from overt.publication._noise import read_noise

    assert document.noise is not None
    found = document.noise.as_json()
    (found if question is None else found["questions"][question]).update(change)
    noise = read_noise(json.loads(json.dumps(found)))
    office = tuple(each for each in document.tables if not each.protected)
    write_site(replace(document, noise=noise, tables=(*noisy_tables(noise), *office)), folder)
    return folder


# Every role of the format, with numbers that no noise gives.
FAR = dict.fromkeys((*PEOPLE.attributes[0].groups, "more than one", "not recorded"), 9_000)


@pytest.mark.parametrize(
    ("change", "question", "where"),
    [
        ({"budget": 0.5}, None, "the budget"),
        ({"scale": 0.01}, 0, "people, listed by role"),
        ({"numbers": FAR}, 0, "people, listed by role"),
        ({"before": {"epsilon": 1.0, "rho": 0.0}}, None, "what was spent before"),
    ],
    ids=["over the budget", "scale too small", "noise too large", "another sum before"],
)
def test_what_cannot_be_noise_is_found(
    noisy: Register, tmp_path: Path, change: dict[str, object], question: int | None, where: str
) -> None:
    """Made again so that all figures follow, and still not what the mechanism, budget or snapshot allow."""
    made = release(noisy, FIRST)
    site = _changed(made, tmp_path / "site", change, question)
    found = verify_release(site, snapshot_of(noisy, made.release), earlier=[])
    assert where in [each.where for each in found.mismatches]


def test_noise_that_is_none_is_found(noisy: Register, tmp_path: Path) -> None:
    """Exact counts with the name of noise."""
    from overt.publication._count import opened
    from overt.publication._noise import exact
    from overt.publication._office import read_office
    from overt.publication._persons import PersonBound, count_persons

    made = release(noisy, FIRST)
    assert made.noise is not None
    source = snapshot_of(noisy, made.release)
    bound = PersonBound(made.noise.rule.person_rows or 1, read_office(source)[0].secret)
    with opened(source) as connection:
        counted = {each.topic.name: each for each in count_persons(connection, FIRST.date(), None, bound)}
    change = []
    for each in made.noise.questions:
        parts = counted[each.table].measures[each.column]
        change.append({**each.as_json(), "numbers": exact(counted[each.table], parts or (), each.attribute)})
    site = _changed(made, tmp_path / "site", {"questions": change})
    found = verify_release(site, snapshot_of(noisy, made.release))
    assert "the noise" in [each.where for each in found.mismatches]


def test_earlier_releases_show_what_was_taken_from_them(noisy: Register, tmp_path: Path) -> None:
    """With the sites before it, a release is held to what they published and spent."""
    first = release(noisy, FIRST)
    again = release(noisy, SECOND, DraftRequest(FIRST.date()))
    sites = [folder_of(noisy, each.release) / "site" for each in (first, again)]
    assert verify_release(sites[1], earlier=[sites[0]]).mismatches == ()
    assert again.noise is not None
    numbers = {**again.noise.questions[0].numbers, "suspect": again.noise.questions[0].numbers["suspect"] + 3}
    site = _changed(again, tmp_path / "site", {"numbers": numbers}, 0)
    found = verify_release(site, earlier=[sites[0]])
    assert [each.where for each in found.mismatches] == ["people, listed by role"]


# --- the arithmetic -------------------------------------------------------------------------------------------------


def test_scale_costs_what_opendp_says() -> None:
    """Our account of epsilon and rho is OpenDP's own, for the same mechanism and scale."""
    from overt.publication._noise import _opendp

    for epsilon in (0.01, 0.3, 1.0, 4.0):
        assert _opendp("discrete_laplace", scale_of("discrete_laplace", epsilon)).map(1) == pytest.approx(epsilon)
        rho = rho_of(epsilon, 1e-6)
        assert _opendp("discrete_gaussian", scale_of("discrete_gaussian", rho)).map(1.0) == pytest.approx(rho)
        assert epsilon_of(rho, 1e-6) == pytest.approx(epsilon)


@pytest.mark.parametrize("mechanism", ["discrete_laplace", "discrete_gaussian"])
def test_interval_holds_opendps_noise(mechanism: str) -> None:
    """Of 40,000 draws 95 in 100 at least lie within the margin, and not within a margin of one less."""
    from overt.publication._noise import _opendp

    for scale in (0.8, 3.0, 25.0):
        drawn = [abs(each) for each in _opendp(mechanism, scale)([0] * 40_000)]
        margin = quantile(mechanism, scale, 0.95)
        assert sum(each <= margin for each in drawn) / 40_000 > 0.945
        assert sum(each <= margin - 1 for each in drawn) / 40_000 < 0.955
        mean = sum(at * chance for at, chance in enumerate(magnitudes(mechanism, scale)))
        assert sum(drawn) / 40_000 == pytest.approx(mean, rel=0.05)


def test_nearest_numbers_add_up() -> None:
    """None below zero, none above its limit, the whole exactly; and what fits already stays."""
    assert nearest([3, 4, 5], 12, [12, 12, 12]) == [3, 4, 5]
    assert nearest([-4, 10, 6], 12, [12, 12, 12]) == [0, 8, 4]
    assert nearest([5, 5, 5], 10, [10, 10, 10]) == [4, 3, 3]
    assert nearest([50, 0], 20, [8, 30]) == [8, 12]
    assert nearest([], 0, []) == []


def test_published_whole_stands() -> None:
    """A new division is fitted to the whole that everybody has read."""
    numbers = {"role": {"suspect": 30, "victim": 9}, "sex": {"female": 30, "male": 30}}
    made = consistent(numbers, published={"role": {"suspect": 30, "victim": 7}})
    assert made["all"] == {"all": 37}
    assert made["role"] == {"suspect": 30, "victim": 7}
    assert sum(made["sex"].values()) == 37


def test_interval_of_a_sum_holds_opendps_noise() -> None:
    """Of sums of 2, 5 and 16 draws 95 in 100 lie within the margin, and not within a margin of one less."""
    from overt.publication._noise import _opendp, quantile_of_sum

    sums_drawn = often(20_000, 4_000)
    chance = 4 * (0.95 * 0.05 / sums_drawn) ** 0.5
    for mechanism in ("discrete_laplace", "discrete_gaussian"):
        for scale, many in ((2.0, 2), (9.0, 5), (1.0, 16)):
            drawn = np.array(_opendp(mechanism, scale)([0] * (sums_drawn * many))).reshape(-1, many)
            sums, margin = np.abs(drawn.sum(axis=1)), quantile_of_sum(mechanism, scale, many, 0.95)
            assert np.mean(sums <= margin) > 0.95 - chance
            assert np.mean(sums <= margin - 1) < 0.95 + chance
        assert quantile_of_sum(mechanism, 5.0, 1, 0.95) == quantile(mechanism, 5.0, 0.95)


def test_laplace_and_gaussian_releases_are_added_up_together() -> None:
    """A charter that changed its mechanism: both coins count, and the cheaper of two sound sums is taken."""
    both = Spent(epsilon=1.0) + Spent(rho=rho_of(1.0, 1e-6))
    assert 1.5 < both.total(1e-6) <= 2.0 + 1e-9
    assert Spent(epsilon=1.0).total(None) == 1.0


def test_noise_of_a_charter_is_its_own() -> None:
    """Nothing of the noise is a setting of the program."""
    text = CHARTERS[0].read_text(encoding="utf-8").replace("[publication]\n", f"[publication]\n{GAUSSIAN}")
    said = read_charter(text.encode()).publication
    assert NoiseRule.of(said) == NoiseRule("discrete_gaussian", 2.0, 4.0, 1e-6)


def test_figures_are_as_near_as_the_bare_mechanism() -> None:
    """Made to add up, 768 figures are no further from their counts than the noisy numbers, but for two per cent."""
    from overt.publication._noise import _opendp

    source = np.random.default_rng(3)
    exact = {str(cell): int(count) for cell, count in enumerate(source.gamma(0.7, 900, 768))}
    draw = _opendp("discrete_laplace", 1.0)
    ours = bare = 0
    for _ in range(25):
        numbers = dict(zip(exact, draw(list(exact.values())), strict=True))
        values = consistent({"cell": numbers})["cell"]
        ours += sum(abs(values[cell] - count) for cell, count in exact.items())
        bare += sum(abs(numbers[cell] - count) for cell, count in exact.items())
    assert ours <= 1.02 * bare


@pytest.mark.parametrize("mechanism", ["discrete_laplace", "discrete_gaussian"])
def test_a_figure_with_more_noise_than_size_says_so(mechanism: str, attempts: Count) -> None:
    """Over many draws: beside the figure and in every form for machines, and never of one larger than its range."""
    drawn = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        scale = float(draw.choice([0.5, 4.0, 16.0]))
        groups = list(PEOPLE.attributes[0].fixed)
        exact = {group: int(draw.integers(0, draw.choice([3, 60, 3_000]))) for group in groups}
        noise = draw.normal(0, scale, len(groups)) if "gaussian" in mechanism else draw.laplace(0, scale, len(groups))
        numbers = {group: count + round(each) for (group, count), each in zip(exact.items(), noise, strict=True)}
        attribute = PEOPLE.attributes[0].name
        question = NoisyQuestion(
            PEOPLE.name, "listed", attribute, "2021-06-30", None, mechanism, scale, numbers, most=1
        )
        rule = NoiseRule(mechanism, 1.0, 4.0, 1e-6)
        (table,) = noisy_tables(Noise(rule, (question,), Spent()))
        schema = [each["name"] for each in table.schema()["fields"]]
        lines = list(csv.DictReader(io.StringIO(table.as_csv().decode())))
        for row, line in zip(table.rows, lines, strict=True):
            figure = row.figures[table.columns.index("listed")]
            assert figure.value is not None
            assert figure.low is not None
            assert figure.high is not None
            wide = figure.high > figure.low and figure.high - figure.low >= figure.value
            assert figure.unreliable is wide
            assert ("unreliable" in str(figure)) is wide
            assert figure.as_json().get("unreliable", False) is wide
            assert line["listed unreliable"] == str(wide).lower()
            # What shows that there is somebody is never among them, and what may be nobody always is.
            assert wide or figure.low > 0 or figure.high == figure.value == 0
            drawn += 1
        assert list(lines[0]) == schema
        assert read_table(table.as_json(), "here") == table
    attempts(f"figures with noise held to their range, {mechanism}", drawn)


def test_a_release_says_what_may_be_concluded_of_unreliable_figures(noisy: Register) -> None:
    """The page counts them and says what they do not show; no percentage and no bar is made of them."""
    made = release(noisy, FIRST)
    site = folder_of(noisy, made.release) / "site"
    assert 0 < made.unreliable <= made.noisy
    page = (site / "index.html").read_text()
    assert f"{made.unreliable:,} of {made.noisy:,} figures with noise are unreliable" in page
    assert "You cannot conclude that the group has anyone in it" in page
    table = next(each for each in made.tables if each.name == PEOPLE.name)
    for row in table.rows:
        if row.figures[0].unreliable:
            assert f"{row.figures[0]}" in (site / f"{PEOPLE.name}.html").read_text()


def test_a_site_that_hides_that_a_figure_is_unreliable_is_found(noisy: Register) -> None:
    """The flag follows from the noisy numbers, and verifying makes it again."""
    made = release(noisy, FIRST)
    tables = tuple(
        replace(table, rows=tuple(replace(row, figures=tuple(map(_sure, row.figures))) for row in table.rows))
        for table in made.tables
    )
    assert made.noise is not None
    assert not list(check_noise(made.noise, made))
    assert list(check_noise(made.noise, replace(made, tables=tables)))


def _sure(figure: ReleaseFigure) -> ReleaseFigure:
    return replace(figure, unreliable=False)
