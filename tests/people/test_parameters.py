"""Parameter files are read strictly, and every mistake is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.people.parameter_list import GROUPS, KINDS
from evenhand.people.parameter_reading import described, names
from evenhand.people.parameters import read_parameters, scenario_slugs
from evenhand.tables.errors import BadFile, BadSetting


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_gives_what_differs_from_its_base(tmp_path):
    path = written(tmp_path, "title: Mine\nbase: england-and-wales\nnaming:\n  wrong: {value: 0.2, source: a court, mark: known, says: many}\n")
    mine, base = read_parameters(path), read_parameters("england-and-wales")
    assert (mine.slug, mine.title, mine.naming.wrong, mine.overrides) == ("mine", "Mine", 0.2, ("naming.wrong",))
    assert mine.notes["naming.wrong"].source == "a court"
    assert mine.stops == base.stops


def test_all_mistakes_are_told_in_one_message_with_the_file_and_the_nearest_name(tmp_path):
    path = written(
        tmp_path,
        "base: england-and-wales\nnameing: {}\nnaming:\n  wrongg: {value: 0.2, source: x, mark: known}\n  possible: 0.3\n"
        "  known: {value: -1, source: x, mark: known}\n  companions: {value: 0.1, source: x, mark: sure}\n",
    )
    with pytest.raises(BadFile) as told:
        read_parameters(path)
    said = str(told.value)
    assert said.startswith(f"{path} holds 5 mistakes:")
    for part in (
        "`nameing` (is `naming` meant?)",
        "`naming.wrongg` (is `naming.wrong` meant?)",
        "`naming.possible` is written {value:",
        "`naming.known`",
        "mark",
    ):
        assert part in said, said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("naming:\n  wrong: {value: 0.1, source: x, mark: known}\n", "lacks|field required"),
        ("base: atlantis\n", "none of the scenarios"),
        ("base: england-and-wales\nbase: london\n", "stands there twice"),
        ("a: &a [1]\nb: *a\n", "aliases"),
        ("- 1\n", "no keys"),
        ("title: [\n", "not YAML, line"),
    ],
)
def test_what_is_no_scenario_is_refused(tmp_path, text, says):
    with pytest.raises(BadFile, match=says):
        read_parameters(written(tmp_path, text))


def test_a_district_nobody_lives_in_is_refused():
    with pytest.raises(BadSetting, match="'Nowhere'"):
        read_parameters("england-and-wales").changed({"stops.by_area": {"Nowhere": 2.0}})


def test_changes_keep_the_keys_they_do_not_name_and_a_number_stands_for_a_whole_table():
    base = read_parameters("england-and-wales")
    changed = base.changed({"stops.per_1000": {"Black": 5.0}, "naming.by_group": 1.5})
    assert changed.stops.per_1000 == {**base.stops.per_1000, "Black": 5.0}
    assert set(changed.naming.by_group.values()) == {1.5}
    assert changed.overrides == ("naming.by_group", "stops.per_1000")
    assert base.stops.per_1000 != changed.stops.per_1000


def test_a_change_to_an_unknown_or_two_fold_name_is_refused():
    base = read_parameters("england-and-wales")
    with pytest.raises(BadSetting, match="is `stops.per_1000` meant"):
        base.changed({"stops.per_100": 1})
    with pytest.raises(BadSetting, match=r"say which: offending\.by_group"):
        base.changed({"by_group": 1})
    with pytest.raises(BadSetting, match="less than or equal to 1"):
        base.changed({"wrong": 3})


def test_an_unknown_scenario_names_the_nearest():
    with pytest.raises(BadSetting, match="is `london` meant"):
        read_parameters("londn")


def test_every_parameter_says_what_it_means_and_where_every_shipped_value_is_from():
    assert all(text.endswith((".", ")")) for text in described().values())
    for slug in scenario_slugs():
        parameters = read_parameters(slug)
        assert set(parameters.notes) == set(names())
        assert all(note.source for note in parameters.notes.values())


def test_every_kind_of_offending_has_offences_and_every_group_a_rate():
    base = read_parameters("england-and-wales")
    assert all(sum(base.offending.per_1000[kind].values()) > 0 for kind in KINDS)
    assert set(base.stops.per_1000) == set(GROUPS)
