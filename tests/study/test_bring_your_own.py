"""A city nobody has seen, from files to report, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study import made_up_city
from tests.study.conftest import Told, files_in

Files = dict[str, Path]
NEEDED = ("areas", "recorded_crime", "residents")
QUICK = {"readings": {"cell_m": [150]}, "replicates": 100}


@dataclass(frozen=True)
class Ran:
    """A finished run."""

    told: Told
    folder: Path

    @property
    def findings(self) -> list[dict[str, Any]]:
        return json.loads((self.folder / "findings.json").read_text(encoding="utf-8"))

    @property
    def said(self) -> str:
        """What stood on the terminal, line ends aside."""
        return " ".join(self.told.out.split())

    @property
    def report(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    def of(self, measure: str, group: str | None = None) -> list[dict[str, Any]]:
        return [one for one in self.findings if one["measure"] == measure and group in (None, one["group"])]


@pytest.fixture
def run(evenhand: Callable, tmp_path: Path) -> Callable[..., Ran]:
    """Write a quick study of these files, run it, and give what came out."""

    def ran(files: Files, **changes: Any) -> Ran:
        folder = made_up_city.write_study(tmp_path / "study", files, **{**QUICK, **changes})
        told = evenhand("study", "run", folder, "--out", tmp_path / "out")
        assert told.code == 0, told.err
        return Ran(told, tmp_path / "out")

    return ran


def some(city: Files, *names: str) -> Files:
    return {name: city[name] for name in (*NEEDED, *names)}


def rewritten(city: Files, folder: Path, kind: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """The archive's files of one kind, changed, in another folder."""
    for path in city["recorded_crime"].rglob(f"*{kind}.csv"):
        folder.mkdir(parents=True, exist_ok=True)
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(folder / path.name, index=False)
    return folder


def test_from_the_publishers_files_to_a_report_in_two_commands(city, evenhand, tmp_path):
    words = [word for name, path in city.items() for word in (f"--{name.replace('_', '-')}", path)]
    assert evenhand("study", "new", "mine", "--place", "Testerham", *words).code == 0
    told = evenhand("study", "run", "mine", "--out", "out")
    assert told.code == 0, told.err
    ran = Ran(told, tmp_path / "out")
    ratio = next(one for one in ran.of("exposure_ratio", "Black") if one["reference"] == "White")
    assert ratio["value"] > 1.5, "most Black residents were put where most violence is recorded"
    assert ratio["low"] <= ratio["value"] <= ratio["high"]
    assert {"report.html", "findings.json", "manifest.json", "maps/areas.geojson", "maps/cells.geojson"} <= set(files_in(ran.folder))
    assert {one["question"] for one in ran.findings} == {"exposure", "accuracy", "stability", "disparity"}
    for one in ran.findings:
        assert one["place"] == "Testerham"
        assert one["source"]
    for foreign in ("Southend", "Bristol", "Castle Point", "Avon"):
        assert foreign not in ran.report.replace("Southend-on-Sea", ""), f"the report speaks of {foreign}"


def test_the_same_files_and_seed_give_the_same_bytes(city, evenhand, tmp_path):
    folder = made_up_city.write_study(tmp_path / "study", city, **QUICK)
    for out in ("one", "two"):
        assert evenhand("study", "run", folder, "--out", tmp_path / out, "--quiet").code == 0
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    for name in files_in(tmp_path / "one"):
        first, second = ((tmp_path / out / name).read_bytes() for out in ("one", "two"))
        if name == "manifest.json":
            first, second = ({**json.loads(text), "seconds": None} for text in (first, second))
        assert first == second, name


def test_wards_wide_residents_and_zipped_months_of_ones_own(city, evenhand, tmp_path):
    wards = made_up_city.areas()[["geometry"]].assign(WD21CD=range(101, 143), WD21NM="Ward")
    wards.to_file(tmp_path / "wards.geojson", driver="GeoJSON")
    people = made_up_city.residents().drop(columns="area_code").assign(ward=range(101, 143), total=1)
    people.to_csv(tmp_path / "people.csv", index=False)
    made_up_city.write_archive(tmp_path / "zipped", zipped=True)
    groups = [word for group in made_up_city.GROUPS for word in ("--residents-groups", f"{group}={group}")]
    told = evenhand(
        "study", "new", "mine", "--place", "Wardham", "--areas", "wards.geojson", "--columns", "areas.area_code=WD21CD", "--residents", "people.csv",
        "--columns", "residents.area_code=ward", *groups, "--recorded-crime", "zipped",
    )  # fmt: skip
    assert told.code == 0, told.err
    told = evenhand("study", "run", "mine", "--out", "out")
    assert told.code == 0, told.err
    ran = Ran(told, tmp_path / "out")
    assert ran.of("exposure_ratio", "Black")[0]["value"] > 1.5
    assert not ran.of("stop_rate_ratio")
    assert "declares no table of stops" in ran.said
    assert "declares no table of stops" in ran.report


def test_stops_of_other_months_than_the_crimes_carry_a_caveat_by_themselves(city, run, tmp_path):
    old = rewritten(city, tmp_path / "old", "search", lambda t: t.assign(Date=t["Date"].str.replace("2024", "2021")))
    ran = run({**some(city), "stops": old})
    said = "The stops are from 2021-01 to 2021-04, the recorded crimes from 2024-01 to 2024-04: no month is in both."
    assert said in ran.report
    assert all(any(said in caveat for caveat in one["caveats"]) for one in ran.of("stop_rate_ratio"))
    assert not any(said in caveat for one in ran.of("exposure_ratio") for caveat in one["caveats"])


def test_the_studys_own_words_on_the_months_take_the_caveats_place(city, run, tmp_path):
    old = rewritten(city, tmp_path / "old", "search", lambda t: t.assign(Date=t["Date"].str.replace("2024", "2021")))
    ran = run({**some(city), "stops": old}, notes={"disparity": ["Stops of 2021 beside crimes of 2024."]})
    assert "no month is in both" not in ran.report
    assert "Stops of 2021 beside crimes of 2024." in ran.report


def test_stops_of_the_same_months_need_no_such_word(city, run):
    assert "The stops are from" not in run(some(city, "stops")).report


def test_ethnicity_lost_in_publication_is_refused_for_that_field_and_the_other_goes_on(city, run, tmp_path):
    lost = {"Officer-defined ethnicity": {"White": "", "Black": "", "Mixed": ""}}
    trap = rewritten(city, tmp_path / "trap", "search", lambda t: t.replace(lost))
    ran = run({**some(city), "stops": trap})
    fields = {one["settings"]["field"] for one in ran.of("stop_rate_ratio")}
    assert fields == {"self_defined_ethnicity"}
    assert "Not answered: disparity by officer defined ethnicity" in ran.told.out
    assert "groups were lost in recording or publication" in ran.report


def test_residents_in_groups_that_stops_do_not_have_refuse_the_stops_alone(city, run, tmp_path):
    people = made_up_city.residents().rename(columns={"White": "Born here"})
    people["Born abroad"] = people[["Asian", "Black", "Mixed", "Other"]].sum(axis=1)
    people[["area_code", "Born here", "Born abroad"]].to_csv(tmp_path / "people.csv", index=False)
    files = {**some(city, "stops"), "residents": tmp_path / "people.csv"}
    tables = {name: {"path": str(path)} for name, path in files.items()}
    tables["residents"]["groups"] = {"here": "Born here", "abroad": "Born abroad"}
    ran = run(files, tables=tables, group="abroad", reference="here")
    assert ran.of("exposure_ratio", "abroad")[0]["value"] > 1
    assert "cannot be divided by the other" in ran.said


def test_months_without_later_violence_refuse_accuracy_and_the_rest_goes_on(city, run, tmp_path):
    calm = rewritten(city, tmp_path / "calm", "street", lambda t: t.assign(**{"Crime type": "Burglary"}) if t["Month"].iloc[0] == "2024-04" else t)
    ran = run({**some(city), "recorded_crime": calm})
    assert ran.of("exposure_ratio", "Black")[0]["value"] > 1.5
    assert not ran.of("crime_captured_share")
    assert "so accuracy cannot be judged" in ran.said


def test_a_place_of_few_squares_is_refused_until_fewer_are_asked_for(city, evenhand, tmp_path):
    one = {"place": {"name": "One area", "names_starting": "Testerham 017"}}
    folder = made_up_city.write_study(tmp_path / "study", some(city), **one)
    told = evenhand("study", "run", folder, "--out", tmp_path / "out")
    assert told.code == 2
    assert "Set a smaller `k`" in told.err
    smaller = {"name": "harm-spots", "settings": {"k": 12}}
    changes = {**one, "system": smaller, "readings": None, "replicates": 100}
    folder = made_up_city.write_study(tmp_path / "smaller", some(city), **changes)
    told = evenhand("study", "run", folder, "--out", tmp_path / "out")
    assert told.code == 0, told.err
    ran = Ran(told, tmp_path / "out")
    assert "readings could not be run here" in ran.report
    assert any("has only 1 area" in caveat for caveat in ran.of("exposure_ratio")[0]["caveats"])


def test_names_are_words_not_html(city, run):
    nasty = "<script>alert('x')</script> & <b>Co</b>"
    ran = run(some(city), title=nasty, question=nasty, place={"name": nasty, "authority": made_up_city.TESTERHAM}, limits=[nasty])
    assert "<script>alert(" not in ran.report
    assert "<b>Co</b>" not in ran.report
    assert "&lt;b&gt;Co&lt;/b&gt;" in ran.report
    assert ran.findings[0]["place"] == nasty


def test_results_hold_no_path_of_this_machine(city, run, tmp_path):
    ran = run(some(city, "stops", "deprivation"))
    for name in files_in(ran.folder):
        text = (ran.folder / name).read_text(encoding="utf-8")
        assert str(tmp_path) not in text, name


def test_findings_never_change_the_exit_code(city, run):
    """Whatever is found, a run that ran ends in 0; the fixture holds that."""
    assert run(some(city, "stops"), audits=["disparity"]).of("stop_rate_ratio")


def test_python_gives_the_same_as_the_terminal(city, run, tmp_path):
    import evenhand

    ran = run(some(city))
    frame = evenhand.run_study(tmp_path / "study").findings
    written = [float("nan") if one["value"] is None else one["value"] for one in ran.findings]
    assert frame["value"].tolist() == pytest.approx(written, rel=1e-12, nan_ok=True)
