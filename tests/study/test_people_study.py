"""Studies of made-up people: declared strictly, run whole, and every page says first that nobody exists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import evenhand as eh
from evenhand.study import check_study
from evenhand.study.declaration import Declared, read_study
from evenhand.study.people import Feedback, Study, SystemScored, World
from evenhand.study.people_feedback import arms_of
from evenhand.tables.errors import BadSetting, BadStudy
from tests.house.tree import ROOT, none_of

DECLARED = {
    "kind": "people",
    "title": "A trial",
    "question": "Whom does it list?",
    "worlds": {
        "here": {"label": "made-up here", "scenario": "england-and-wales", "people": 6_000, "years": 3, "further_seeds": 1},
        "alike": {"label": "made-up alike", "scenario": "all-alike", "people": 3_000, "years": 3},
    },
    "systems": [
        {"name": "vha", "label": "VHA", "readings": {"decay": ["geometric", "linear"], "route_b": ["each", "sum"]}},
        {"name": "laser-points", "label": "LASER", "readings": {}},
    ],
    "feedback": [{"system": "laser-points", "world": "here", "people": 2000, "cycles": 2, "repeats": 2, "keep_years": [None]}],
    "asks": ["flags", "errors", "sources", "matched", "harm", "over-time", "baselines", "children", "readings"],
    "lists": 3,
    "answer": [
        {"says": "Of those listed {white} are White.", "figures": {"white": {"measure": "list_group_share", "group": "White", "place": "made-up here"}}},
    ],
}  # fmt: skip


def declared(folder: Path, **changes) -> Path:
    (folder / "study.yml").write_text(yaml.safe_dump({**DECLARED, **changes}, sort_keys=False), encoding="utf-8")
    (folder / "README.md").write_text("How it is done.", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a study of people")
    told = []
    out = folder / "out"
    return eh.run_study(declared(folder), out=out, tell=lambda what, share: told.append((what, share))), out, told


def test_a_study_runs_whole_and_writes_its_files(ran):
    result, out, _ = ran
    assert {"report.html", "findings.json", "manifest.json", "tables"} <= {path.name for path in out.iterdir()}
    found = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert len(found) == len(result.findings) > 200
    assert {one["place"] for one in found} == {"made-up here", "made-up alike"}
    assert {one["settings"]["system"] for one in found} == {"VHA", "LASER"}


def test_the_report_says_first_that_nobody_exists(ran):
    page = (ran[1] / "report.html").read_text(encoding="utf-8")
    assert page.index("Nobody in this study exists.") < page.index("Of those listed ")
    assert "made up: 6,000 in made-up here" in page


def test_every_finding_says_that_people_are_made_up_and_has_a_denominator_or_a_reason(ran):
    found = json.loads((ran[1] / "findings.json").read_text(encoding="utf-8"))
    none_of([one["measure"] for one in found if "made-up people" not in one["source"]], "Findings whose source does not say so.")
    none_of(sorted({one["measure"] for one in found if one["value"] is not None and one["n"] is None}), "Findings without a denominator.")
    none_of([one["measure"] for one in found if one["value"] is None and not one["caveats"]], "Blank findings without a reason.")


def test_no_person_stands_in_anything_written(ran):
    """No id of a made-up person, and no table with a row a person."""
    for path in ran[1].rglob("*"):
        if path.is_file() and path.suffix in (".csv", ".json", ".html"):
            text = path.read_text(encoding="utf-8")
            assert '"M1"' not in text
            assert ",M1," not in text
        if path.suffix == ".csv":
            assert len(path.read_text(encoding="utf-8").splitlines()) < 2_000


def test_the_same_study_gives_the_same_bytes(tmp_path):
    small = {"worlds": {"here": {**DECLARED["worlds"]["here"], "people": 2_000, "further_seeds": 0}}, "asks": ["flags", "readings"]}
    small["feedback"] = [{**DECLARED["feedback"][0], "people": 1_000}]
    folder = declared(tmp_path, **small)
    one, other = (eh.run_study(folder, out=tmp_path / name) for name in ("one", "other"))
    for name in ("findings.json", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert len(one.findings) == len(other.findings)


def test_progress_never_goes_back(ran):
    shares = [share for _, share in ran[2]]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert any("further world" in what for what, _ in ran[2])


def test_a_swept_figure_carries_its_range_and_further_worlds_their_spread(ran):
    found = ran[0].findings
    main = found[(found["measure"] == "list_group_share") & (found["place"] == "made-up here") & found["value"].notna()]
    assert main["settings"].map(lambda s: "readings" in s).tolist() == [s["system"] == "VHA" for s in main["settings"]]
    white = main[(main["group"] == "White")]["settings"].tolist()
    assert [s["worlds"]["n"] for s in white if s["system"] != "VHA"] == [2]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"systems": [{"name": "predpol"}], "feedback": []}, "scores places"),
        ({"systems": [{"name": "vha", "settings": {"decoy": 1}}], "feedback": []}, "no setting 'decoy'"),
        ({"systems": [{"name": "vha"}, {"name": "vha"}]}, "label"),
        ({"systems": [{"name": "vha", "worlds": ["there"]}]}, "no world 'there'"),
        ({"feedback": [{"system": "hart", "world": "here"}]}, "none of the systems"),
        ({"reference": "Black"}, "both 'Black'"),
        ({"asks": ["names"]}, "asks"),
        ({"worlds": {"here": {"label": "x", "people": 10}}}, "people"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_said_in_one_message(tmp_path, changes, says):
    with pytest.raises(BadStudy, match=says):
        check_study(declared(tmp_path, **changes))


@pytest.mark.parametrize("world", [{"label": "x", "scenario": "atlantis"}, {"label": "x", "change": {"stops.per_hour": 3}}])
def test_a_scenario_or_a_parameter_that_is_not_there_is_named(tmp_path, world):
    with pytest.raises((BadSetting, BadStudy), match=r"atlantis|per_hour"):
        check_study(declared(tmp_path, worlds={"here": world}, feedback=[]))


def test_the_arms_of_a_feedback_end_with_the_one_in_which_nobody_is_watched():
    arms = arms_of(Feedback(system="vha", world="here", keep_years=[None, 1.0]))
    assert list(arms) == ["listed and watched", "listed and watched, records kept 1 year", "listed, not watched"]
    assert [one.is_watched for one in arms.values()] == [True, True, False]


def test_every_key_stands_in_its_page_as_the_model_describes_it():
    page = (ROOT / "docs" / "studying-people.md").read_text(encoding="utf-8")
    own = {name: field for name, field in Study.model_fields.items() if name not in Declared.model_fields or name == "kind"}
    for room, model in (("worlds", World), ("systems", SystemScored), ("feedback", Feedback)):
        own |= {f"{room}.….{name}": field for name, field in model.model_fields.items()}
    none_of([name for name, field in own.items() if f"| `{name}` |" not in page or f"| {field.description} |" not in page], "Keys that the page lacks.")


@pytest.mark.parametrize("slug", ["matrix-to-vha", "west-midlands-iom", "knife-models", "custody-scores", "listed-and-watched"])
def test_the_studies_of_people_that_ship_can_be_followed(slug):
    study = read_study(ROOT / "studies" / slug)
    assert isinstance(study, Study)
    assert check_study(ROOT / "studies" / slug) == []
    assert "cannot show" in (ROOT / "studies" / slug / "README.md").read_text(encoding="utf-8")
