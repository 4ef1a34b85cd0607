"""The readings sweep: every choice is tried, the range is told, and a conclusion that hangs on a choice says so first."""

from __future__ import annotations

import itertools

import pytest

from evenhand.audit.readings import TOGETHER, summary, swept, variants
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.findings import Finding

DEFAULTS = {"cell_m": 150, "k": 20, "rule": "a"}


def ratio_of(settings: dict) -> list[Finding]:
    """A made-up audit: smaller cells and more spots give a larger ratio."""
    value = settings["k"] / settings["cell_m"] * 10
    share = Finding(question="exposure", measure="exposed_share", group="Black", value=value / 10, unit="share")
    return [Finding(question="exposure", measure="exposure_ratio", group="Black", reference="White", value=value, unit="ratio", caveats=("First.",)), share]


def test_each_choice_is_tried_alone_and_together():
    every = variants(DEFAULTS, {"cell_m": [100, 150], "k": [20, 40]})
    assert [(one.varied, one.choice) for one in every[:3]] == [("", ""), ("cell_m", "100"), ("k", "40")]
    together = [one.settings for one in every if one.varied == "together"]
    assert together == [{**DEFAULTS, "cell_m": c, "k": k} for c, k in itertools.product([100, 150], [20, 40])]


def test_many_combinations_are_drawn_by_seed():
    readings = {"cell_m": list(range(1, 40)), "k": list(range(1, 40))}
    first, again, other = (variants(DEFAULTS, readings, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert sum(one.varied == "together" for one in first) == TOGETHER


def test_the_range_is_that_of_every_variant_worked_out_one_by_one():
    readings = {"cell_m": [100, 150, 300], "k": [10, 20, 40]}
    found = swept(ratio_of, DEFAULTS, readings)
    values = [ratio_of({**DEFAULTS, "cell_m": c, "k": k})[0].value for c, k in itertools.product(readings["cell_m"], readings["k"])]
    told = found.findings[0].settings["readings"]
    assert (told["low"], told["high"]) == (min(values), max(values))
    assert found.findings[0].value == ratio_of(DEFAULTS)[0].value, "the default's own figure stays"


def test_a_conclusion_that_hangs_on_a_choice_says_so_first_and_one_that_does_not_keeps_its_caveats():
    hangs = swept(ratio_of, DEFAULTS, {"k": [10, 20, 40]}).findings[0]
    assert hangs.settings["readings"]["survives"] is False
    assert "the conclusion depends on guesses" in hangs.caveats[0]
    holds = swept(ratio_of, DEFAULTS, {"k": [20, 40]}).findings[0]
    assert holds.settings["readings"]["survives"] is True
    assert holds.caveats == ("First.",)


def test_a_share_has_a_range_but_no_side_to_fall_on():
    share = swept(ratio_of, DEFAULTS, {"k": [10, 20, 40]}).findings[1]
    assert share.settings["readings"]["survives"] is None
    assert share.settings["readings"]["says"].endswith("runs from 6.7 to 26.7 %.")


def test_two_processes_give_what_one_gives():
    readings = {"k": [10, 20, 40], "cell_m": [100, 150]}
    assert swept(ratio_of, DEFAULTS, readings, jobs=2) == swept(ratio_of, DEFAULTS, readings, jobs=1)


def test_a_choice_the_data_cannot_carry_is_left_out_and_told_of():
    def picky(settings: dict) -> list[Finding]:
        if settings["k"] == 40:
            raise CannotAnswer("There are only 30 cells.")
        return ratio_of(settings)

    found = swept(picky, DEFAULTS, {"k": [20, 30, 40]})
    assert [(one.choice, reason) for one, reason in found.left_out] == [("40", "There are only 30 cells.")]
    assert found.findings[0].settings["readings"]["n_readings"] == 2


def test_a_default_that_cannot_be_answered_is_not_hidden_by_readings_that_can():
    def never(settings: dict) -> list[Finding]:
        raise CannotAnswer("No events.")

    with pytest.raises(CannotAnswer, match="No events"):
        swept(never, DEFAULTS, {"k": [20, 40]})


def test_a_missing_value_gives_no_range():
    assert summary([1.0, 2.0], None, parity=1, what="ratio")["low"] is None
    assert summary([float("nan")], 1.0, parity=1, what="ratio")["n_readings"] == 0


@pytest.mark.parametrize(("readings", "says"), [({"cel_m": [1]}, "no setting 'cel_m'"), ({"k": []}, "No choice is given")])
def test_a_slip_in_the_readings_is_named(readings, says):
    with pytest.raises(BadSetting, match=says):
        variants(DEFAULTS, readings)
