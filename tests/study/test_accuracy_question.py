"""Accuracy and stability asked of one's own tables: what comes back, what is refused, and that no person can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, UnknownColumn


@pytest.fixture(scope="module")
def town() -> dict[str, pd.DataFrame]:
    """Twelve months of forecasts of thirty places, and twenty-four months of events."""
    rng = np.random.default_rng(1)
    rate = rng.gamma(0.7, 2, 30)
    months = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
    rows = [(month, f"p{at:02d}", kind, rng.poisson(rate[at] / 2)) for month in months for at in range(30) for kind in ("Drugs", "Burglary")]
    events = pd.DataFrame(rows, columns=["month", "place_code", "kind", "events"]).assign(harm=lambda frame: frame["events"] * 10.0)
    said = pd.DataFrame([(month, month, f"p{at:02d}", rate[at]) for month in months[12:] for at in range(30)], columns=["from", "to", "place_code", "expected"])
    said["probability"], said["score"] = 1 - np.exp(-said["expected"]), said["expected"]
    said["is_flagged"] = said["expected"] >= np.sort(rate)[-4]
    return {"forecasts": said.assign(area_km2=0.0225, residents=100.0), "place_events": events}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = [
        {"group": group, "score": score, "is_flagged": score >= 0.5, "outcome": came, "people": int(rng.integers(30, 90))}
        for group in ("A", "B")
        for score in (0.1, 0.3, 0.5, 0.7)
        for came in (True, False)
    ]
    return pd.DataFrame(rows)


def values(answered) -> dict:
    return {(one.measure, one.group, one.reference): one for one in answered.answer.findings}


def test_forecasts_are_judged_with_every_rate_named_and_baselines_beside(town):
    answered = ask("accuracy", town)
    found = values(answered)
    measures = {measure for measure, _, _ in found}
    assert {"crime_captured_share", "harm_captured_share", "predictions_followed_share", "flagged_places_with_any_share"} <= measures
    assert {"pai", "pai_by_residents", "pei", "pei_star", "rri", "ser", "ppai", "capture_skill", "capture_area", "capture_gini"} <= measures
    assert {"brier_score", "net_benefit", "came_true_share", "count_crps", "recorded_over_expected", "crime_captured_share_by_source"} <= measures
    assert {"exact_count_share", "foreseen_exact_share", "foreseen_followed_share", "foreseen_captured_share"} <= measures
    references = {reference for measure, _, reference in found if measure == "capture_skill"}
    assert {"count map", "last span", "spread evenly", "random by residents"} <= references
    assert [picture.slug for picture in answered.answer.pictures] == ["capture-curve", "reliability-places", "net-benefit-places"]
    assert answered.answer.refused == ()


def test_every_number_has_its_interval_or_says_why_not(town):
    """The contract of every audit: a value has limits, or its method or a caveat says why there are none; nothing is not a number."""
    for one in ask("accuracy", town).answer.findings:
        assert one.n is not None
        assert one.caveats
        assert one.method
        if one.value is None:
            assert "Not given" in " ".join(one.caveats)
        elif one.low is None:
            assert any(word in one.method for word in ("no interval", "exact", "step")), one.measure


def test_the_same_question_gives_the_same_answer(town):
    first, again = (ask("accuracy", town).answer.findings for _ in range(2))
    assert first == again


def test_without_earlier_records_skill_is_refused_and_the_rest_goes_on(town):
    events = town["place_events"]
    last = {"forecasts": town["forecasts"][lambda f: f["from"] == "2023-12"], "place_events": events[events["month"] == "2023-12"]}
    answered = ask("accuracy", last)
    assert ("crime_captured_share", "the system", None) in values(answered)
    assert any("A hit rate without a baseline says nothing" in refusal.reason for refusal in answered.answer.refused)


def test_flagged_months_do_instead_of_forecasts(town):
    flagged = town["forecasts"][["place_code", "score", "is_flagged", "from", "to"]]
    answered = ask("accuracy", {"flagged": flagged, "place_events": town["place_events"]}, settings={"system": "theirs"})
    assert values(answered)[("crime_captured_share", "theirs", None)].value > 0
    assert values(answered)[("pai", "theirs", None)].value is None


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, "None of them was given"),
        ({"forecasts"}, "give the table `place_events` too"),
        ({"forecasts", "flagged", "place_events"}, "Give one of them"),
    ],
)
def test_tables_that_do_not_make_a_question_are_refused(town, tables, words):
    every = {**town, "flagged": town["forecasts"][["place_code", "score", "is_flagged", "from", "to"]]}
    with pytest.raises(BadSetting, match=words):
        ask("accuracy", {name: every[name] for name in tables})


def test_a_column_nobody_knows_is_refused(town):
    with pytest.raises(UnknownColumn):
        ask("accuracy", {**town, "forecasts": town["forecasts"].assign(officer="x")})


def test_scores_of_people_are_judged_in_counts(people):
    settings = {"score_is": "probability", "published_by": "nobody: made up"}
    answered = ask("accuracy", {"score_outcomes": people}, settings=settings)
    found = values(answered)
    flagged = people[people["is_flagged"]]
    share = flagged.loc[flagged["outcome"], "people"].sum() / flagged["people"].sum()
    assert found[("flagged_followed_share", "the system", None)].value == pytest.approx(share)
    assert ("brier_skill", "the system", "base rate") in found
    assert [picture.slug for picture in answered.answer.pictures] == ["reliability-people", "net-benefit-people"]


def test_points_are_not_taken_for_probabilities(people):
    answered = ask("accuracy", {"score_outcomes": people.assign(score=people["score"] * 10)})
    assert not any(one.measure == "brier_score" for one in answered.answer.findings)
    assert any("points on a scale" in refusal.reason for refusal in answered.answer.refused)


def test_no_figure_tells_of_fewer_than_ten_people(people):
    few = people.assign(people=np.where((people["score"] == 0.7) & people["outcome"], 3, people["people"]))
    answered = ask("accuracy", {"score_outcomes": few}, settings={"score_is": "probability"})
    band = [one for one in answered.answer.findings if one.measure == "came_true_share" and one.group.startswith("70")]
    assert [one.value for one in band] == [None]
    assert all(one.n is None or one.n % 5 == 0 for one in answered.answer.findings)


def test_lists_over_time_are_set_beside_each_other(town):
    rng = np.random.default_rng(3)
    moved = town["forecasts"].assign(score=lambda frame: frame["score"] + rng.normal(0, 1, len(frame)))
    moved["is_flagged"] = moved.groupby("from")["score"].rank(ascending=False) <= 4
    answered = ask("stability", {"forecasts": moved})
    found = {one.measure: one for one in answered.answer.findings}
    assert 0 < found["list_jaccard"].value < 1
    assert found["list_jaccard"].low < found["list_jaccard"].value < found["list_jaccard"].high
    assert found["list_kept_beyond_chance"].value < found["list_jaccard"].value + 0.5
    assert [picture.slug for picture in answered.answer.pictures] == ["list-overlap"]
    with pytest.raises(BadSetting, match="one of them"):
        ask("stability", {})
