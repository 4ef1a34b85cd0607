"""Studies that compare systems: on the made-up town, where what each holds is planted, and on bad declarations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import evenhand as eh
from evenhand.study import check_study
from evenhand.study.comparing import some_months
from evenhand.study.shipped import shipped_studies
from evenhand.tables.errors import BadSetting, BadStudy, EmptyTable

DECLARED = """
kind: comparison
title: Which system does what in a town that does not exist?
question: Does the choice of system change who is flagged?
place: {name: Nowhere-on-Sea (made up)}
periods: {learn: [2024-01, 2024-02], test: [2024-03, 2024-04]}
tables:
  areas: {path: data/areas.geojson, source: own}
  recorded_crime: {path: data/street.csv, source: police-uk-street}
  residents: {path: data/residents.csv, groups: {Asian: Asian, Black: Black, Mixed: Mixed, Other: Other, White: White}}
systems:
  - {name: harm-spots, label: harm spots, readings: {kernel: [quartic, uniform], weights: [css-median, cchi-quoted]}}
  - {name: predpol, label: PredPol, readings: {window_days: [90, 180]}}
  - {name: count-map, label: counting on 300 m, settings: {cell_m: 300.0}, readings: {}}
ground_share: 0.02
readings_months: 1
replicates: 200
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    shutil.copytree(shipped_studies()["made-up-town"], tmp_path / "study")
    (tmp_path / "study" / "study.yml").write_text(DECLARED, encoding="utf-8")
    return tmp_path / "study"


def changed(study: Path, old: str, new: str) -> Path:
    file = study / "study.yml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    shutil.copytree(shipped_studies()["made-up-town"], folder / "study")
    (folder / "study" / "study.yml").write_text(DECLARED, encoding="utf-8")
    return eh.run_study(folder / "study", out=folder / "out"), folder


def test_every_system_is_given_the_same_ground_and_told_beside_counting(result):
    found = result[0].findings
    held = found[(found["measure"] == "captured_on_equal_ground") & found["settings"].map(lambda told: told["ground_share"] == 0.02)]
    assert held["group"].tolist() == ["count map", "harm spots", "PredPol", "counting on 300 m"]
    gap = found[found["measure"] == "captured_on_equal_ground_difference"]
    assert set(gap["reference"]) == {"count map"}
    by = held.set_index("group")["value"]
    main = gap[gap["settings"].map(lambda told: told["ground_share"] == 0.02)].set_index("group")["value"]
    np.testing.assert_allclose(main, by[main.index] - by["count map"], atol=1e-12)


def test_the_planted_exposure_is_found_by_counting(result):
    """Black residents are set to live three times as often where the violence is; 20 of the town's squares hold it."""
    found = result[0].findings
    ratio = found[(found["measure"] == "exposure_ratio_over_months") & (found["group"] == "Black")]
    by = {told["system"]: value for told, value in zip(ratio["settings"], ratio["value"], strict=True)}
    assert by["count map"] == pytest.approx(3, rel=0.1)


def test_readings_ranges_stand_on_the_findings_and_in_a_table(result):
    found = result[0].findings
    gap = found[(found["measure"] == "captured_on_equal_ground_difference") & (found["group"] == "harm spots")]
    assert gap.iloc[0]["settings"]["readings"]["n_readings"] == 3
    table = result[0].figures["readings-held"].table
    assert table[table["system"] == "PredPol"]["setting"].tolist() == ["default", "window_days", "days_seed", "days_seed"]
    kept = table.loc[table["setting"] == "default", "ground_shared_with_default"]
    np.testing.assert_allclose(kept, 1)


def test_the_files_hold_findings_tables_and_maps_and_the_same_run_gives_the_same_bytes(result, tmp_path):
    out = result[1] / "out"
    assert {"report.html", "findings.json", "manifest.json"} <= {path.name for path in out.iterdir()}
    flagged = json.loads((out / "maps" / "flagged.geojson").read_text())
    assert {feature["properties"]["system"] for feature in flagged["features"]} == {"count map", "harm spots", "PredPol", "counting on 300 m"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "a day of its month at random" in page
    eh.run_study(result[1] / "study", out=tmp_path / "again")
    for name in ("report.html", "findings.json", "maps/flagged.geojson", "tables/shared.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_the_month_being_judged_is_never_learnt_from(result, tmp_path):
    """Swamping the last month with crime in one corner changes what is held, and no map."""
    study = tmp_path / "study"
    shutil.copytree(result[1] / "study", study)
    file = study / "data" / "street.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    last = next(line for line in reversed(lines) if ",2024-04," in line and "Violence" in line)
    file.write_text("\n".join([*lines, *[f"{i:064x}," + last.split(",", 1)[1] for i in range(3000)]]) + "\n", encoding="utf-8")
    eh.run_study(study, out=tmp_path / "out")
    for name in ("maps/flagged.geojson", "tables/shared.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (result[1] / "out" / name).read_bytes(), name
    assert (tmp_path / "out" / "tables" / "held.csv").read_bytes() != (result[1] / "out" / "tables" / "held.csv").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "kind", "says"),
    [
        ("name: predpol", "name: minority-report", BadSetting, "no system 'minority-report'"),
        ("label: PredPol", "label: harm spots", BadSetting, "Two systems are called 'harm spots'"),
        ("ground_share: 0.02", "ground_share: 2", BadStudy, "ground_share"),
        ("ground_share: 0.02", "ground_share: 0.02\nground_shares: [3]", BadStudy, "ground_shares"),
        ("label: counting on 300 m, ", "", BadSetting, "Two systems are called 'count map'"),
        ("ground_share: 0.02", "ground_shar: 0.02", BadStudy, "Did you mean `ground_share`"),
        ("ground_share: 0.02", "ground_share: 0.02\noutcome: witchcraft", BadSetting, "no outcome 'witchcraft'"),
        ("ground_share: 0.02", "ground_share: 0.02\ngroup: Blue", BadStudy, "`group: Blue` is not a group"),
        ("test: [2024-03, 2024-04]", "test: [2024-02, 2024-04]", BadStudy, "must not be tested on what it has learnt"),
        ("window_days: [90, 180]", "windows: [90, 180]", BadSetting, "has no setting 'windows'"),
    ],
)
def test_what_cannot_be_followed_is_said_before_anything_runs(study: Path, old, new, kind, says):
    with pytest.raises(kind, match=says):
        check_study(changed(study, old, new))


def test_a_system_that_has_nothing_to_go_by_is_left_out_and_told_of(study: Path):
    """Risk terrain with a single feature far away finds no factor, so it gives no map; the others go on."""
    changed(study, "systems:", "systems:\n  - {name: rtm, label: no factors, readings: {}}")
    changed(study, "residents: {", "features: {path: data/features.csv, source: own}\n  residents: {")
    (study / "data" / "features.csv").write_text("feature_type,longitude,latitude\nlighthouse,1.9,51.9\n", encoding="utf-8")
    told = eh.run_study(study).contents
    assert "no factors" in {refusal.audit for refusal in told.refused}
    assert any("no factors could not be run" in limit or "no factors" in limit for limit in told.limits)


def test_a_system_that_lacks_a_table_is_left_out_with_what_to_give(study: Path):
    told = eh.run_study(changed(study, "systems:", "systems:\n  - {name: rtm, label: no features, readings: {}}")).contents
    assert "features" in next(refusal.reason for refusal in told.refused if refusal.audit == "no features")


def test_no_crime_to_judge_by_is_said(study: Path):
    file = study / "data" / "street.csv"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if ",2024-03," not in line and ",2024-04," not in line]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(EmptyTable, match="no recorded crime of the test months"):
        eh.run_study(study)


def test_months_for_readings_are_spread_evenly():
    assert some_months(tuple("abcdef"), 1) == (3,)
    assert some_months(tuple("abc"), 9) == (0, 1, 2)


def test_every_key_stands_in_its_page_as_the_model_describes_it():
    from evenhand.study.compared import Study, SystemCompared
    from evenhand.study.declaration import OfPlace
    from tests.house.tree import ROOT, none_of

    page = (ROOT / "docs" / "comparing-systems.md").read_text(encoding="utf-8")
    own = {name: field for name, field in Study.model_fields.items() if name not in OfPlace.model_fields or name == "kind"}
    own |= {f"systems.….{name}": field for name, field in SystemCompared.model_fields.items()}
    none_of([name for name, field in own.items() if f"| `{name}` |" not in page or f"| {field.description} |" not in page], "Keys that the page lacks.")


def test_what_a_reading_changes_is_carried_to_all_months_and_the_default_is_their_figure(result):
    found, table = result[0].findings, result[0].figures["readings-held"].table
    gap = found[(found["measure"] == "captured_on_equal_ground_difference") & found["settings"].map(lambda told: told["ground_share"] == 0.02)]
    default = table[table["setting"] == "default"].set_index("system")
    np.testing.assert_allclose(default.loc[gap["group"], "crime_captured_difference"], gap["value"], atol=1e-12)
    ratio = found[(found["measure"] == "exposure_ratio_over_months") & (found["group"] == "Black")]
    systems = ratio["settings"].map(lambda told: told["system"])
    np.testing.assert_allclose(default.loc[systems, "exposure_ratio"], ratio["value"], rtol=1e-9)


def test_carrying_over_is_exact_where_every_month_is_tried(study: Path):
    """With as many months as there are, the changed reading's own figure comes out."""
    changed(study, "readings_months: 1", "readings_months: 2")
    table = eh.run_study(study).figures["readings-held"].table
    more = "systems:\n  - {name: harm-spots, label: uniform, settings: {kernel: uniform}, readings: {}}"
    changed(study, "systems:", more)
    again = eh.run_study(study).findings
    own = again[(again["measure"] == "captured_on_equal_ground_difference") & (again["group"] == "uniform")].iloc[0]["value"]
    row = table[(table["system"] == "harm spots") & (table["choice"] == "uniform")].iloc[0]
    assert row["crime_captured_difference"] == pytest.approx(own, abs=1e-12)


def test_each_system_is_set_beside_counting_on_squares_of_its_own_size(result):
    found = result[0].findings
    own = found[found["measure"] == "captured_difference_on_own_squares"].set_index("group")
    assert own.loc["counting on 300 m", "value"] == 0
    assert own.loc["counting on 300 m", "reference"] == "count map on squares of 300 m"
    main = found[found["measure"] == "captured_on_equal_ground_difference"]
    main = main[main["settings"].map(lambda told: told["ground_share"] == 0.02)].set_index("group")
    assert own.loc["PredPol", "value"] == pytest.approx(main.loc["PredPol", "value"], abs=1e-12)
