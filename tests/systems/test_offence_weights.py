"""Weights of offences: what is quoted, what stands in, and a file of one's own."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.systems import offence_sets
from evenhand.systems.offence_weights import GAPS, INDICES, SOURCES, categories, gaps, offence_table, weights
from evenhand.tables.errors import BadFile, BadSetting, BadTable, BadValue, UnknownCategory
from evenhand.tables.person_words import OFFENCES

AT = {offence: at for at, offence in enumerate(OFFENCES)}
HEAD = "offence,index,weight,unit,source\n"


def write(folder, *lines):
    path = folder / "mine.csv"
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    return path


def test_every_offence_has_a_row_in_the_order_of_the_words():
    assert tuple(offence_table()["offence"]) == OFFENCES


@pytest.mark.parametrize(
    ("index", "offence", "days"),
    [("cchi", "homicide", 5475), ("cchi", "attempted_murder", 3285), ("cchi", "rape", 1825), ("cchi", "robbery", 365), ("cchi", "common_assault", 19),
     ("cchi", "firearms", 730), ("cchi", "shoplifting", 1), ("css", "homicide", 7978.79), ("css", "attempted_murder", 4662.79), ("css", "robbery", 746),
     ("css", "burglary_domestic", 438), ("css", "aggravated_burglary", 2127), ("css", "burglary_other", 117), ("css", "arson", 439),
     ("css", "gbh_with_intent", 1965.34), ("css", "assault_with_injury", 184.09),
     ("css", "drugs_supply", 497), ("css", "theft_person", 86), ("css", "shoplifting", 13)],
)  # fmt: skip
def test_quoted_weights_are_as_quoted(index, offence, days):
    assert weights(index)[AT[offence]] == days
    assert offence not in set(gaps(index)["offence"])


def test_the_two_indices_rank_robbery_and_homicide_by_different_ratios():
    cchi, css = weights("cchi"), weights("css")
    ratios = [round(css[AT[offence]] / cchi[AT[offence]], 2) for offence in ("robbery", "homicide", "shoplifting")]
    assert ratios == [2.04, 1.46, 13.0]


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("gap", GAPS)
def test_every_index_weighs_every_offence_with_something(index, gap):
    found = weights(index, gap=gap)
    assert found.shape == (len(OFFENCES),)
    assert (found > 0).all()


def test_mean_and_max_lie_between_and_at_the_top_of_the_two():
    both = np.stack([weights("cchi"), weights("css")])
    np.testing.assert_allclose(weights("mean"), both.mean(axis=0))
    np.testing.assert_allclose(weights("max"), both.max(axis=0))


def test_a_gap_moves_between_the_lowest_and_highest_of_its_subgroup_and_a_quoted_weight_does_not():
    lowest, middle, highest = (weights("cchi", gap=gap) for gap in ("lowest", "median", "highest"))
    assert (lowest <= middle).all()
    assert (middle <= highest).all()
    assert [each[AT["kidnap"]] for each in (lowest, middle, highest)] == [1, 10, 5475]
    assert [each[AT["robbery"]] for each in (lowest, middle, highest)] == [365, 365, 365]


def test_gaps_are_what_has_no_figure_of_its_own():
    found = gaps()
    assert set(found["index"]) == {"cchi", "css"}
    assert {"kidnap", "threats_to_kill", "burglary_domestic"} <= set(found[found["index"] == "cchi"]["offence"])
    assert (found["mark"] == "guessed").all()
    assert len(found) == len(gaps("cchi")) + len(gaps("css"))


def test_every_source_is_explained_and_no_weight_is_better_known_than_its_source():
    worth = {"known": 0, "recalled": 1, "guessed": 2}
    table = offence_table()
    for index in ("cchi", "css"):
        assert set(table[f"{index}_source"]) <= set(SOURCES)
        for source, mark in zip(table[f"{index}_source"], table[f"{index}_mark"], strict=True):
            assert worth[mark] >= worth[SOURCES[source].mark], source
    used = {*table["cchi_source"], *table["css_source"]}
    assert used == set(SOURCES)


def test_categories_are_one_for_each_offence():
    assert len(categories("ogrs3")) == len(categories("ogrs4")) == len(OFFENCES)


def test_a_file_of_ones_own_stands_in_place_of_what_ships(tmp_path):
    path = write(tmp_path, "kidnap,cchi,1643,days,sheet", "kidnap,css,900,days,sheet", "rape,cchi,1825,days,sheet")
    assert weights("cchi", file=path, needed=("kidnap",))[AT["kidnap"]] == 1643
    assert weights("max", file=path, needed=("kidnap",))[AT["kidnap"]] == 1643
    assert weights("mean", file=path, needed=("kidnap",))[AT["kidnap"]] == 1271.5
    assert np.isnan(weights("cchi", file=path, needed=("kidnap",))[AT["robbery"]])


def test_what_a_file_lacks_is_named_and_never_zero(tmp_path):
    path = write(tmp_path, "kidnap,cchi,1643,days,sheet")
    with pytest.raises(BadSetting, match="homicide, attempted_murder"):
        weights("cchi", file=path)
    with pytest.raises(BadSetting, match="kidnap"):
        weights("mean", file=path, needed=("kidnap",))


@pytest.mark.parametrize(
    ("line", "error"),
    [("jaywalking,cchi,1,days,sheet", UnknownCategory), ("kidnap,cchi,-1,days,sheet", BadValue), ("kidnap,cchi,,days,sheet", BadValue),
     ("kidnap,cchi,nan,days,sheet", BadValue), ("kidnap,harm,1,days,sheet", UnknownCategory), ("kidnap,cchi,inf,days,sheet", BadValue)],
)  # fmt: skip
def test_a_bad_line_is_refused(tmp_path, line, error):
    with pytest.raises(error):
        weights("cchi", file=write(tmp_path, line), needed=("kidnap",))


def test_a_file_that_mixes_units_repeats_or_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadSetting, match="days, points"):
        weights("mean", file=write(tmp_path, "kidnap,cchi,1,days,a", "kidnap,css,1,points,a"), needed=("kidnap",))
    with pytest.raises(BadTable, match="repeat"):
        weights("cchi", file=write(tmp_path, "kidnap,cchi,1,days,a", "kidnap,cchi,2,days,a"), needed=("kidnap",))
    with pytest.raises(BadFile, match=r"nowhere\.csv"):
        weights("cchi", file=tmp_path / "nowhere.csv")


@pytest.mark.parametrize("settings", [{"index": "harm"}, {"index": "cchi", "gap": "mode"}])
def test_unknown_words_are_refused(settings):
    with pytest.raises(BadSetting, match="Known"):
        weights(**settings)
    with pytest.raises(BadSetting, match="Known"):
        gaps("equal")


def test_every_set_of_offences_holds_known_words_once_and_says_why():
    sets = {name: value for name, value in vars(offence_sets).items() if name.isupper() and isinstance(value, tuple)}
    assert set(offence_sets.WHY) == set(sets)
    for name, words in sets.items():
        assert len(set(words)) == len(words), name
        assert set(words) <= set(OFFENCES), name
