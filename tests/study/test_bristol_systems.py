"""The comparison on Bristol, with its quick systems: against counts made by plain loops over the shipped records, and the words of its answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

import evenhand as eh
from evenhand.places.grid import make_grid
from evenhand.study.compared import Study
from evenhand.study.declaration import read_study
from evenhand.study.inputs import read_inputs
from evenhand.study.shipped import shipped_studies

QUICK = {"harm-spots", "crime-atlas", "laser-zones"}


def quick_study(folder: Path) -> Path:
    """The shipped study with three quick systems, two months and no readings."""
    home = shipped_studies()["bristol-place-systems"]
    declared = yaml.safe_load((home / "study.yml").read_text(encoding="utf-8"))
    for table in declared["tables"].values():
        table["path"] = str((home / table["path"]).resolve())
    declared["systems"] = [{**one, "readings": {}} for one in declared["systems"] if one["name"] in QUICK]
    declared |= {"periods": {"learn": ["2018-11", "2020-10"], "test": ["2020-11", "2020-12"]}, "replicates": 100}
    folder.mkdir()
    (folder / "study.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    shutil.copy(home / "README.md", folder)
    return folder


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = quick_study(tmp_path_factory.mktemp("bristol") / "quick")
    return eh.run_study(folder), read_study(folder)


def by_hand(study: Study) -> float:
    """Share of later violence, robbery and drugs in the busiest one per cent of ground, square by square."""
    inputs = read_inputs(study, lambda what: None)
    grid = make_grid(inputs.outline.areas, cell_m=150)
    crime = inputs.crimes(("2018-01", "2020-12"))
    crime = crime[crime["crime_type"].isin(["Violence and sexual offences", "Robbery", "Drugs"])]
    cell = grid.cell_of(crime["x_m"], crime["y_m"])
    held = everything = 0.0
    for month, first in (("2020-11", "2018-11"), ("2020-12", "2018-12")):
        before = ((crime["month"] >= first) & (crime["month"] < month)).to_numpy()
        counts = np.bincount(cell[before], crime["events"].to_numpy()[before], len(grid))
        now = (crime["month"] == month).to_numpy()
        later = np.bincount(cell[now], crime["events"].to_numpy()[now], len(grid))
        left = 0.01 * grid.area_km2.sum()
        for count in np.unique(counts)[::-1]:
            tied = counts == count
            part = min(1.0, left / grid.area_km2[tied].sum())
            held += part * later[tied].sum()
            left -= part * grid.area_km2[tied].sum()
            if part < 1:
                break
        everything += later.sum()
    return held / everything


def test_what_counting_holds_is_what_a_loop_over_squares_finds(result):
    found = result[0].findings
    share = found[(found["measure"] == "captured_on_equal_ground") & (found["group"] == "count map")]
    at_one = share[share["settings"].map(lambda told: told["ground_share"] == 0.01)]["value"].iloc[0]
    assert at_one == pytest.approx(by_hand(result[1]), rel=1e-9)


def test_the_answer_names_every_side_and_no_system_holds_more_than_counting(result):
    told = " ".join(sentence.text for sentence in result[0].contents.answer)
    assert "None of the 3 systems held more later recorded crime than the count map" in told
    assert "beside counting on squares of its own size, none of 3 held more" in told
    assert not result[0].contents.refused


@pytest.mark.slow
def test_the_whole_study_runs_every_system_and_says_which_days_were_drawn():
    found = eh.run_study("bristol-place-systems")
    assert not found.contents.refused
    assert {"PredPol", "PredPol (2011)", "near repeats (ProMap)"} <= set(found.contents.standing[1].split(": ")[0].split(", "))
    table = found.findings
    gap = table[(table["measure"] == "captured_difference_on_own_squares") & (table["value"].notna())]
    assert len(gap) == 12
    assert (gap["settings"].map(lambda told: told["told_apart"]) != "more").all()
    ratio = table[(table["measure"] == "exposure_ratio_over_months") & (table["group"] == "Black")]
    assert ratio["value"].max() / ratio["value"].min() > 2
