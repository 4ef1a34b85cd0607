"""The findings of both shipped studies agree with a slow computation of their own, straight from the data files.

Tolerance: 1e-9 of each figure (1e-12 where it is zero); cells flagged are the same cells. The studies are run from
copies with few redraws and no readings, which change intervals and ranges and no value.
"""

from __future__ import annotations

import dataclasses
import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

import evenhand as eh
from tests.audit.test_spatial_null import p_value_by_hand
from tests.study.oracle import BRISTOL, GROUPS, HARM, SOUTHEND, STUDIES

SLOW = {"southend-harm-spots": SOUTHEND, "bristol-harm-spots": BRISTOL}
WITHIN = {"rel": 1e-9, "abs": 1e-12}
FIELDS = {"officer_defined_ethnicity": "Officer-defined ethnicity", "self_defined_ethnicity": "Self-defined ethnicity"}


def copied(slug, folder, **changes):
    """A copy of a shipped study that runs in a few seconds."""
    shutil.copytree(STUDIES / slug, folder / slug)
    declared = yaml.safe_load((folder / slug / "study.yml").read_text(encoding="utf-8"))
    declared |= {"replicates": 100, "readings": {}, **changes}
    (folder / slug / "study.yml").write_text(yaml.safe_dump(declared, sort_keys=False), encoding="utf-8")
    return folder / slug


@pytest.fixture(scope="module", params=SLOW)
def both(request, tmp_path_factory):
    """The slow figures of a study, and its findings by measure."""
    folder = tmp_path_factory.mktemp("oracle")
    result = eh.run_study(copied(request.param, folder))
    return SLOW[request.param], result


def found(result, measure, field=None) -> dict[str, float]:
    """Values of one measure by group."""
    rows = result.findings[result.findings["measure"] == measure]
    if field is not None:
        rows = rows[[settings.get("field") == field for settings in rows["settings"]]]
    return dict(zip(rows["group"], rows["value"].astype(float), strict=True))


def test_the_same_cells_are_flagged(both):
    slow, result = both
    cells = result.contents.cells
    assert set(cells.loc[cells["is_flagged"], "cell_code"]) == slow.codes("harm-spots")
    assert set(cells.loc[cells["is_baseline_flagged"], "cell_code"]) == slow.codes("count-map")
    assert set(cells["cell_code"]) == {slow.cell_code(*at) for at in slow.ground}


def test_every_cells_score_is_the_same(both):
    slow, result = both
    scores = result.contents.cells.set_index("cell_code")
    by_hand = {slow.cell_code(*at): value for at, value in slow.density.items()}
    np.testing.assert_allclose(scores["score"].loc[list(by_hand)], list(by_hand.values()), rtol=1e-9, atol=1e-12 * max(by_hand.values()))


def test_exposure_by_group_is_the_same(both):
    slow, result = both
    assert found(result, "exposed_share") == pytest.approx({group: slow.exposed_share(group) for group in GROUPS}, **WITHIN)
    ratios = {group: slow.exposed_share(group) / slow.exposed_share("White") for group in GROUPS if group != "White"}
    assert found(result, "exposure_ratio") == pytest.approx(ratios, **WITHIN)
    adjusted = {group: slow.adjusted_ratio(group) for group in GROUPS if group != "White"}
    assert found(result, "deprivation_adjusted_exposure_ratio") == pytest.approx(adjusted, **WITHIN)


def test_exposure_by_deprivation_is_the_same(both):
    slow, result = both
    expected = {f"decile {d}": slow.deprivation_exposed_share(d) for d in range(1, 11)}
    assert found(result, "deprivation_exposed_share") == pytest.approx(expected, **WITHIN)


def test_accuracy_of_both_systems_is_the_same(both):
    slow, result = both
    captured = {system: slow.captured_share(system) for system in slow.spots}
    ground = {system: slow.area_share(system) for system in slow.spots}
    assert found(result, "crime_captured_share") == pytest.approx(captured, **WITHIN)
    assert found(result, "harm_captured_share") == pytest.approx({system: slow.harm_captured_share(system) for system in captured}, **WITHIN)
    assert found(result, "area_share") == pytest.approx(ground, **WITHIN)
    assert found(result, "pai") == pytest.approx({system: captured[system] / ground[system] for system in captured}, **WITHIN)
    assert found(result, "crime_captured_difference") == pytest.approx({"harm-spots": captured["harm-spots"] - captured["count-map"]}, **WITHIN)


@pytest.mark.parametrize("field", FIELDS)
def test_stops_by_group_are_the_same_for_both_ethnicity_fields(both, field):
    slow, result = both
    rates = slow.stops_per_1000(FIELDS[field])
    assert found(result, "stops_per_1000", field) == pytest.approx(rates, **WITHIN)
    ratios = {group: rate / rates["White"] for group, rate in rates.items() if group != "White"}
    assert found(result, "stop_rate_ratio", field) == pytest.approx(ratios, **WITHIN)


READINGS = {
    ("bandwidth_m", "75.0"): {"bandwidth_m": 75.0},
    ("bandwidth_m", "300.0"): {"bandwidth_m": 300.0},
    ("cell_m", "200.0"): {"cell_m": 200.0},
    ("weights", "equal"): {"harm": dict.fromkeys(HARM, 1.0)},
    ("weights", "css-mean"): {"harm": {"Violence and sexual offences": 1098.5, "Robbery": 746.0, "Drugs": 105.0}},
    ("transform", "sqrt"): {"harm": {kind: math.sqrt(weight) for kind, weight in HARM.items()}},
    ("outcome", "violence-robbery"): {"harm": {kind: HARM[kind] for kind in ("Violence and sexual offences", "Robbery")}},
    ("origin", "moved 0.5 and 0 cells"): {"shift": (0.5, 0.0)},
    ("origin", "moved 0.25 and 0.75 cells"): {"shift": (0.25, 0.75)},
    ("outline", "with neighbours"): {"authority": ""},
}
OF_THE_SYSTEM = ("bandwidth_m", "cell_m", "weights", "transform", "outcome")


def test_the_sweep_of_readings_gives_what_each_reading_gives_by_itself(tmp_path):
    """Ten readings of Southend and one of its residents' homes, each computed over again slowly."""
    varied: dict[str, list] = {}
    for setting, choice in READINGS:
        if setting in OF_THE_SYSTEM:
            varied.setdefault(setting, []).append(float(choice) if setting.endswith("_m") else choice)
    result = eh.run_study(copied("southend-harm-spots", tmp_path, readings=varied, audits=["exposure"]))
    swept = result.contents.readings.set_index(["setting", "choice"])
    for at, settings in READINGS.items():
        slow = dataclasses.replace(SOUTHEND, **settings)
        ratio = slow.exposed_share("Black") / slow.exposed_share("White")
        assert swept.loc[at, "exposure_ratio"] == pytest.approx(ratio, **WITHIN), at
        assert swept.loc[at, "crime_captured_share"] == pytest.approx(slow.captured_share("harm-spots"), **WITHIN), at
    touched = [code for code, share in SOUTHEND.flagged_share.items() if share > 0]
    there = {g: sum(SOUTHEND.residents[code][g] for code in touched) / sum(people[g] for people in SOUTHEND.residents.values()) for g in ("Black", "White")}
    assert swept.loc[("homes", "whole areas touched"), "exposure_ratio"] == pytest.approx(there["Black"] / there["White"], **WITHIN)


def people_by_cell(slow, group) -> dict:
    """Residents shared out by clipped ground."""
    return {at: sum(slow.residents[code][group] * m2 / slow.area_m2[code] for code, m2 in pieces.items()) for at, pieces in slow.ground.items()}


def moved_by_hand(slow, group) -> dict:
    """Log ratio and spots left for every shift that keeps half of the place and of the spots; one shift at a time."""
    rows, columns = (max(at[axis] for at in slow.ground) - min(at[axis] for at in slow.ground) + 1 for axis in (0, 1))
    south, west = (min(at[axis] for at in slow.ground) for axis in (0, 1))
    layers = np.zeros((4, 3 * rows, 3 * columns))  # place, spots, the group, White residents; room to move on every side
    who = [people_by_cell(slow, group), people_by_cell(slow, "White")]
    for row, column in slow.ground:
        at = (row - south + rows, column - west + columns)
        layers[(slice(None), *at)] = [1, (row, column) in slow.spots["harm-spots"], who[0][row, column], who[1][row, column]]
    middle = layers[:, rows : 2 * rows, columns : 2 * columns]
    given = {}
    for down in range(1 - rows, rows):
        for across in range(1 - columns, columns):
            under = layers[:, rows + down : 2 * rows + down, columns + across : 2 * columns + across]
            place, left = (middle[0] * under[0]).sum(), (middle[1] * under[0]).sum()
            if place < 0.5 * len(slow.ground) or left < 0.5 * middle[1].sum():
                continue
            one, other = ((middle[1] * under[i]).sum() / (middle[0] * under[i]).sum() for i in (2, 3))
            if one > 0 and other > 0:
                given[down, across] = (np.log(one / other), left)
    return given


def test_the_spatial_p_value_is_the_same(both):
    """Every shift in turn, for one group; a rank of some hundreds of shifts, so the p-value agrees exactly or not at all."""
    slow, result = both
    rows = result.findings[result.findings["measure"] == "exposure_ratio"].set_index("group")
    assert rows.loc["Black", "p_value"] == pytest.approx(p_value_by_hand(moved_by_hand(slow, "Black"), len(slow.spots["harm-spots"])), abs=1e-12)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    """All files of two runs, but for the manifest's duration."""
    study = copied("southend-harm-spots", tmp_path)
    for out in ("one", "other"):
        eh.run_study(study, out=tmp_path / out)
    names = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert names == {path.relative_to(tmp_path / "other") for path in (tmp_path / "other").rglob("*") if path.is_file()}
    assert {str(name) for name in names} >= {"report.html", "findings.json", "manifest.json"}
    for name in sorted(names):
        one, other = ((tmp_path / out / name).read_bytes() for out in ("one", "other"))
        if name.name == "manifest.json":
            one, other = ({key: value for key, value in json.loads(text).items() if key != "seconds"} for text in (one, other))
        assert one == other, name


def test_no_crime_later_than_the_learn_months_moves_a_spot(tmp_path):
    """The test month's crimes all become robberies in one corner of the town, tenfold."""
    study = copied("southend-harm-spots", tmp_path, audits=["accuracy"])
    file = next((study / "data").glob("essex-street*"))
    rows = pd.read_parquet(file)
    later = rows[(rows["Month"] == "2024-03") & rows["Longitude"].notna()].assign(**{"Crime type": "Robbery", "Longitude": 0.7113, "Latitude": 51.5378})
    pd.concat([rows[rows["Month"] != "2024-03"], *[later] * 10], ignore_index=True).to_parquet(file)
    result = eh.run_study(study)
    cells = result.contents.cells
    assert set(cells.loc[cells["is_flagged"], "cell_code"]) == SOUTHEND.codes("harm-spots")
    assert set(cells.loc[cells["is_baseline_flagged"], "cell_code"]) == SOUTHEND.codes("count-map")
    assert cells["test_events"].sum() == len(later) * 10
