"""The answer's sentences, each branch by name."""

from __future__ import annotations

import pytest

from evenhand.report import words

FORBIDDEN = ("debiased", "proves", "fair system", "unbiased")


def ratio(one, **more):
    return one("exposure", "exposure_ratio", more.pop("value", 2.0), group="Black", reference="White", unit="ratio", n=100, **more)


def said(made, *findings, **changes):
    return " ".join(sentence.text for sentence in words.answer(made(findings=findings, **changes)))


def test_a_ratio_whose_interval_lies_above_one_is_said_as_more_likely(made, one):
    text = said(made, ratio(one, value=2.073, low=1.402, high=2.911))
    assert "Black residents are an estimated 2.07 times as likely as White residents to live in a flagged spot (95\u00a0% interval 1.40 to 2.91)." in text


def test_a_ratio_whose_interval_lies_below_one_is_said_as_less_likely(made, one):
    text = said(made, ratio(one, value=0.61, low=0.44, high=0.83))
    assert "Black residents are less likely than White residents" in text
    assert "0.61 times as likely (95\u00a0% interval 0.44 to 0.83)" in text


def test_an_interval_that_spans_one_is_said_as_not_known(made, one):
    text = said(made, ratio(one, value=1.3, low=0.8, high=2.1))
    assert "cannot tell whether Black residents are more or less likely" in text
    assert "includes equal exposure, which is 1" in text


def test_a_ratio_without_interval_says_that_its_trust_is_not_known(made, one):
    assert "No full interval can be given" in said(made, ratio(one, value=1.3))


def test_a_missing_figure_is_said_with_its_reason(made, one):
    text = said(made, ratio(one, value=None, caveats=("No one of this group lives here.",)))
    assert "We cannot say how often Black residents live in flagged spots" in text
    assert "No one of this group lives here." in text
    assert "times as likely" not in text


def test_no_finding_at_all_is_said_and_nothing_is_made_up(made):
    text = said(made)
    assert "We cannot say" in text
    assert not any(character.isdigit() for character in text)


def test_a_conclusion_that_depends_on_a_guess_says_so_first(made, one):
    swept = {"readings": {"low": 0.7, "high": 3.0, "n_readings": 12, "survives": False, "says": "In 5 of 12 readings the ratio is below 1."}}
    first = words.answer(made(findings=(ratio(one, low=1.2, high=3.1, settings=swept),)))[0]
    assert first.topic == "guess"
    assert first.text == "This conclusion depends on a guess. In 5 of 12 readings the ratio is below 1."


def test_a_guess_without_words_of_its_own_gives_the_range(made, one):
    swept = {"readings": {"low": 0.7, "high": 3.0, "n_readings": 12, "survives": False}}
    assert "Over 12 plausible readings of the system the ratio runs from 0.70 to 3.00." in said(made, ratio(one, low=1.2, high=3.1, settings=swept))


@pytest.mark.parametrize(("survives", "words_said"), [(True, "the conclusion holds in all of them"), (None, "was not worked out")])
def test_readings_that_do_not_overturn_it_are_given_with_their_range(made, one, survives, words_said):
    swept = {"readings": {"low": 1.3, "high": 3.0, "n_readings": 12, "survives": survives}}
    assert words_said in said(made, ratio(one, low=1.2, high=3.1, settings=swept))


def test_a_small_p_value_is_rare_and_names_its_null(made, one):
    text = said(made, ratio(one, low=1.4, high=2.9, p_value=0.031, null_model="spots fall anywhere"))
    assert "Tested against chance (spots fall anywhere): p\u00a0=\u00a00.031." in text
    assert "in about 3.1\u00a0% of cases, which is rare" in text
    assert "but chance placement" not in text


def test_a_large_p_value_beside_an_interval_off_one_stands_in_the_lead_itself(made, one):
    contents = made(findings=(ratio(one, low=1.4, high=2.9, p_value=0.18, null_model="spots fall anywhere"),))
    lead = next(sentence for sentence in words.answer(contents) if sentence.topic == "lead")
    assert "but chance placement of such spots often gives a gap this large (p\u00a0=\u00a00.18)" in lead.text
    assert "is not shown" in " ".join(sentence.text for sentence in words.answer(contents))


@pytest.mark.parametrize(
    ("low", "high", "words_said"),
    [(0.01, 0.03, "captured more than counting"), (-0.03, -0.01, "captured less"), (-0.01, 0.02, "cannot tell"), (None, None, "is not known")],
)
def test_the_system_is_set_beside_counting(made, one, low, high, words_said):
    captured = one("accuracy", "crime_captured_share", 0.12, group="harm-spots", low=0.1, high=0.14, unit="share", n=900)
    plain = one("accuracy", "crime_captured_share", 0.11, group="count-map", low=0.1, high=0.14, unit="share", n=900)
    gap = one("accuracy", "crime_captured_difference", 0.01, group="harm-spots", reference="count-map", low=low, high=high, unit="share", n=900)
    text = said(made, captured, plain, gap)
    assert words_said in text
    assert "1.0\u00a0percentage points" in text


def test_accuracy_without_a_count_map_says_that_it_says_little(made, one):
    assert "it says little by itself" in said(made, one("accuracy", "crime_captured_share", 0.12, group="harm-spots", low=0.1, high=0.14, unit="share", n=900))


@pytest.mark.parametrize(("value", "start"), [(0, "None of the 20 spots would drop"), (7, "Seven of the 20 spots"), (14, "14 of the 20 spots")])
def test_spots_on_one_record_are_counted_in_words(made, one, value, start):
    assert start in said(made, one("stability", "spots_resting_on_one_event", value, group="harm-spots", unit="spots", n=20, level=None))


def test_stops_carry_bounds_for_missing_ethnicity_and_the_note_on_years(made, contents):
    text = " ".join(sentence.text for sentence in words.answer(contents))
    assert "By ethnicity as the officer saw it" in text
    assert "depending on the missing ethnicities it could be anything from" in text
    assert "Stops are from 2019 and 2020" in text


@pytest.mark.parametrize(
    ("low", "high", "words_said"), [(1.1, 1.6, "a gap remains"), (0.5, 0.9, "less exposed"), (0.8, 1.4, "cannot tell the two groups apart")]
)
def test_like_deprivation_is_said_on_either_side_of_one(made, one, low, high, words_said):
    adjusted = one("exposure", "deprivation_adjusted_exposure_ratio", 1.2, group="Black", reference="White", low=low, high=high, unit="ratio", n=9)
    assert words_said in said(made, adjusted)


def test_standing_sentences_say_what_recorded_crime_is_and_that_this_is_a_reconstruction(contents):
    text = " ".join(words.standing(contents))
    assert "Recorded crime is what police recorded" in text
    assert "not the force’s own list" in text


def test_no_wording_is_stronger_than_the_evidence(contents):
    text = " ".join(sentence.text for sentence in words.answer(contents)).lower()
    assert not [word for word in FORBIDDEN if word in text]


def test_key_figures_carry_interval_and_denominator(contents):
    figures = words.key_figures(contents)
    assert 3 <= len(figures) <= 5
    assert all(figure.interval and figure.of for figure in figures)


def test_key_figures_without_findings_are_none(made):
    assert words.key_figures(made(findings=())) == ()


def test_a_comparison_with_counting_that_hangs_on_a_guess_says_so_first(made, one):
    captured = one("accuracy", "crime_captured_share", 0.12, group="harm-spots", low=0.1, high=0.14, unit="share", n=900)
    plain = captured.model_copy(update={"group": "count-map"})
    swept = {"readings": {"low": -0.1, "high": 0.1, "n_readings": 9, "survives": False, "says": "Below 0 in 5 of 9."}}
    gap = one(
        "accuracy", "crime_captured_difference", -0.01, group="harm-spots", reference="count-map", low=-0.03, high=0.02, unit="share", n=900, settings=swept
    )
    text = said(made, captured, plain, gap)
    assert "Which of the two does better depends on a guess. Below 0 in 5 of 9. These data cannot tell" in text
