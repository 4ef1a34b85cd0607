"""The Markup (2021), Prediction: Bias: what its release lets one compute again, and what it does not.

Jacksonville, Texas, is carried with its thirteen block groups, and its forty published shares come out exactly. Of the files kept
beside the repository, block groups are there for Plainfield, Birmingham and Los Angeles only; their published tenths leave out
days before or after a confirmed use, or block groups without predictions, and cannot be computed again from them. The medians over
all 39 departments take the whole release, which `evenhand sources fetch markup-predpol` gets.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.concentration import gini
from evenhand.audit.dose import Dosed, dose_over_representation, dose_per_head_ratio, dose_shares
from evenhand.audit.dose_findings import dose_findings
from evenhand.sources import markup_predpol
from tests.house.tree import ROOT
from tests.oracles import needed

DATA = ROOT / "tests" / "data" / "markup_predpol"
GROUPS = {"White": "white_alone", "Black": "black_alone", "Latino": "latino_alone", "Asian": "asian_alone"}
TENTHS = ["0 to 10th", *(f"{low}th to {low + 10}th" for low in range(10, 100, 10))]


def read(path) -> pd.DataFrame:
    return markup_predpol.block_groups(path)[0]


def by_tenth(rows: pd.DataFrame) -> pd.DataFrame:
    """The publisher's rule: block groups strictly between two deciles of prediction count, the highest included; residents pooled; none is 0."""
    count, cuts = rows["predictions"], rows["predictions"].quantile(np.arange(0, 1.01, 0.1)).to_numpy()
    lines = []
    for tenth in range(10):
        above = count > cuts[tenth] if tenth else count >= cuts[0]
        below = count < cuts[tenth + 1] if tenth < 9 else count <= cuts[10]
        there = rows[above & below]
        lines.append({group: there[column].sum() / max(there["total"].sum(), 1) for group, column in GROUPS.items()})
    return pd.DataFrame(lines, index=TENTHS)


def people_and_doses(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """White, Black, Latino and Asian residents and all others, and predictions, by block group."""
    four = rows[list(GROUPS.values())].to_numpy(dtype=float)
    return np.column_stack([four, rows["total"] - four.sum(axis=1)]), rows["predictions"].to_numpy(dtype=float)


def test_jacksonvilles_forty_published_shares_are_computed_again():
    published = markup_predpol.published_percentiles(DATA / "race_demo_comp_percentile.csv").loc["jacksonvilletx"]
    ours = by_tenth(read(DATA / "jacksonvilletx-block-groups.csv"))
    for group in GROUPS:
        np.testing.assert_allclose(ours[group], published.loc[TENTHS, group], atol=1e-6)


def test_jacksonvilles_most_predicted_tenth_is_as_printed():
    most = by_tenth(read(DATA / "jacksonvilletx-block-groups.csv")).loc["90th to 100th"]
    assert most[["Black", "Latino", "White"]].round(4).tolist() == [0.4304, 0.4040, 0.1310]


@pytest.mark.parametrize("place", ["jacksonvilletx", "plainfieldpdnj", "birminghampd"])
def test_shares_and_predictions_per_head_are_those_of_a_loop_over_predictions(place):
    people, predictions = people_and_doses(read(DATA / f"{place}-block-groups.csv"))
    given = np.zeros(5)
    for residents, count in zip(people, predictions, strict=True):
        given += count * residents / residents.sum()
    residents = people.sum(axis=0)
    np.testing.assert_allclose(dose_shares(predictions, people), given / given.sum(), rtol=1e-12)
    expected = given / given.sum() / (residents / residents.sum())
    np.testing.assert_allclose(dose_over_representation(predictions, people, residents), expected, rtol=1e-12)
    per_head = given / residents
    np.testing.assert_allclose(dose_per_head_ratio(predictions, people, residents, reference=0), per_head / per_head[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("place", "black", "latino"), [("jacksonvilletx", 2.29, 1.95), ("plainfieldpdnj", 1.35, 2.22), ("birminghampd", 2.28, 1.98)]
)
def test_more_predictions_fell_to_each_black_and_latino_resident_than_to_each_white_one(place, black, latino):
    """Our figures, to two decimals; The Markup prints per-head comparisons for all places together only."""
    people, predictions = people_and_doses(read(DATA / f"{place}-block-groups.csv"))
    ratios = dose_per_head_ratio(predictions, people, people.sum(axis=0), reference=0)
    assert ratios[1:3].round(2).tolist() == [black, latino]


def test_findings_of_birmingham_hold_interval_and_denominator():
    people, predictions = people_and_doses(read(DATA / "birminghampd-block-groups.csv"))
    dosed = Dosed((*GROUPS, "Other"), people, predictions, people, np.arange(len(people)), unit="predictions")
    about = About("exposure", "Birmingham, Alabama", "2019-03 to 2021-01", markup_predpol.CARD.title)
    found = next(f for f in dose_findings(dosed, about=about, reference="White") if (f.measure, f.group) == ("dose_per_head_ratio", "Black"))
    assert found.low > 1
    assert found.n == people[:, 1].sum()


@pytest.mark.oracle("markup_predpol")
def test_the_published_tables_say_what_the_article_says():
    """Averages over 38 departments, and Elgin's most predicted tenth, as the release prints them."""
    folder = needed("markup_predpol")
    means = pd.read_csv(next(folder.glob("race_demo_comp_all.csv*"))).pivot(index="demo", columns="prank_filter", values="mean_val")
    assert means.loc["African American", ["in_max_tb", "total"]].round(4).tolist() == [0.1517, 0.0969]
    assert means.loc["White", ["in_max_tb", "total"]].round(4).tolist() == [0.4130, 0.5028]
    tenths = markup_predpol.published_percentiles(next(folder.glob("race_demo_comp_percentile.csv*")))
    assert len(tenths) == 380
    assert tenths.loc[("elgin", "90th to 100th"), ["Black", "Latino", "White"]].round(4).tolist() == [0.1099, 0.5569, 0.2887]
    counts = pd.read_csv(next(folder.glob("prediction_count.csv*")))
    assert counts[counts["department"] == "Total"]["num_preds"].item() == counts[counts["department"] != "Total"]["num_preds"].sum() == 5_970_024


@pytest.mark.oracle("markup_predpol")
def test_black_residents_are_over_represented_in_the_most_predicted_tenth_of_most_departments():
    """From the published tenths and the block groups of the three departments that are there: the tenths of 38, against the whole where it is known."""
    folder = needed("markup_predpol")
    tenths = markup_predpol.published_percentiles(next(folder.glob("race_demo_comp_percentile.csv*"))).xs("90th to 100th", level="percentile")
    for slug, more in (("plainfieldpdnj", "Latino"), ("birminghampd", "Black"), ("la", "Black")):
        rows = read(next(folder.glob(f"{slug}-geojson-with-data.json*")))
        share = rows[GROUPS[more]].sum() / rows["total"].sum()
        assert tenths.loc[slug, more] > share


@pytest.mark.oracle("markup_predpol")
def test_los_angeles_has_block_groups_without_residents_and_loses_no_prediction():
    people, predictions = people_and_doses(read(next(needed("markup_predpol").glob("la-geojson-with-data.json*"))))
    assert (people.sum(axis=1) == 0).sum() == 5
    assert predictions.sum() == 582_237
    dosed = Dosed((*GROUPS, "Other"), people, predictions, people, np.arange(len(people)), unit="predictions", replicates=50)
    about = About("exposure", "Los Angeles", "2018-02 to 2020-04", markup_predpol.CARD.title)
    nobody = next(f for f in dose_findings(dosed, about=about, reference="White") if f.measure == "dose_without_residents_share")
    assert nobody.value == pytest.approx(predictions[people.sum(axis=1) == 0].sum() / 582_237)


@pytest.mark.oracle("markup_predpol")
def test_medians_over_all_departments():
    """Measured on the whole release when this was specified; three decimals, and counts of departments above 1."""
    paths = sorted(needed("markup_predpol").glob("*-geojson-with-data.json*"))
    if len(paths) < len(markup_predpol.SLUGS):
        pytest.skip(f"block groups of {len(paths)} of {len(markup_predpol.SLUGS)} departments are there: fetch the whole release")
    share, head, ginis = [], [], []
    for path in paths:
        people, predictions = people_and_doses(read(path))
        share.append(dose_over_representation(predictions, people, people.sum(axis=0)))
        head.append(dose_per_head_ratio(predictions, people, people.sum(axis=0), reference=0))
        ginis.append(gini(predictions, people.sum(axis=1)))
    share, head = np.array(share), np.array(head)
    assert np.median(share, axis=0)[:3] == pytest.approx([0.915, 1.186, 1.100], abs=1e-3)
    assert (share > 1).sum(axis=0)[:3].tolist() == [7, 28, 27]
    assert np.median(head, axis=0)[1:3] == pytest.approx([1.350, 1.192], abs=1e-3)
    assert (head > 1).sum(axis=0)[1:3].tolist() == [31, 30]
    assert np.median(ginis) == pytest.approx(0.551, abs=1e-3)
