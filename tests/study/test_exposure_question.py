"""An operator's list of flagged places put to the question, against clipping and counting by hand, and against a town with a planted disparity."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.audit.exposure import exposure_ratio
from evenhand.study.asking import Words, ask
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, NotConserved, OutsidePlace, WrongCoordinates

CORNER = (400_000.0, 300_000.0)
AT = [(column, row) for row in range(5) for column in range(8)]
CODES = [f"A{number:02d}" for number in range(len(AT))]
SQUARES = [shapely.box(CORNER[0] + 500 * x, CORNER[1] + 500 * y, CORNER[0] + 500 * x + 500, CORNER[1] + 500 * y + 500) for x, y in AT]
PEOPLE = pd.DataFrame(
    {"Asian": 30, "Black": [90 if x < 3 else 15 for x, _ in AT], "White": [500 if y < 4 else 60 for _, y in AT]}, index=CODES, dtype=float
)
AREAS = gpd.GeoDataFrame({"area_code": CODES, "vintage": "own"}, geometry=SQUARES, crs="EPSG:27700")
RESIDENTS = PEOPLE.rename_axis("area_code").reset_index().melt("area_code", var_name="group", value_name="residents").astype({"residents": int})
DEPRIVATION = pd.DataFrame(
    [(code, domain, 1 + 37 * at, 1 + at // 4) for at, code in enumerate(CODES) for domain in ("overall", "income")],
    columns=["area_code", "domain", "rank", "decile"],
)
GROUND = [shapely.box(400_100, 300_100, 400_700, 300_450), shapely.box(401_200, 301_300, 401_500, 301_900), shapely.box(403_300, 300_900, 403_600, 301_100)]


def flagged(codes, *, is_flagged=True, score=None, begin="2024-01", end="2024-03") -> pd.DataFrame:
    return pd.DataFrame({"place_code": codes, "score": score, "is_flagged": is_flagged, "from": begin, "to": end})


def polygons(shapes=GROUND, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"place_code": [f"P{i}" for i in range(len(shapes))], **columns}, geometry=list(shapes), crs="EPSG:27700")


def answer(tables=None, *, settings=None, **given):
    usual = {"residents": RESIDENTS, "areas": AREAS, "deprivation": DEPRIVATION}
    tables = {name: table for name, table in {**usual, **(tables or {}), **given}.items() if table is not None}
    return ask("exposure", tables, settings={"other_grids": False, **(settings or {})}, words=Words("Town", "2024", "made up"), replicates=60).answer


def of(answered, measure, group=None):
    return next(f for f in answered.findings if f.measure == measure and (group is None or f.group == group))


def by_clipping(shapes) -> np.ndarray:
    """Share of each area flagged, ground that several shapes cover counted once."""
    whole = shapely.union_all(shapes)
    return np.array([square.intersection(whole).area / square.area for square in SQUARES])


def test_a_list_of_areas_gives_the_ratio_of_their_residents():
    found = answer(flagged=flagged(["A00", "A01", "A20"]))
    expected = exposure_ratio(PEOPLE, np.isin(CODES, ["A00", "A01", "A20"]), reference=2)
    assert of(found, "exposure_ratio", "Black").value == pytest.approx(expected[1])
    assert found.findings[0].measure == "exposure_ratio"
    assert (found.findings[0].place, found.findings[0].period) == ("Town", "2024")


def test_polygons_give_the_ratio_of_clipping_the_areas():
    found = answer(flagged_areas=polygons())
    assert of(found, "exposure_ratio", "Black").value == pytest.approx(exposure_ratio(PEOPLE, by_clipping(GROUND), reference=2)[1])
    assert of(found, "residents_in_flagged", "White").value == pytest.approx(PEOPLE["White"] @ by_clipping(GROUND))


def test_polygons_that_overlap_count_their_ground_once():
    shapes = [*GROUND, shapely.box(400_300, 300_200, 400_900, 300_600)]
    found = answer(flagged_areas=polygons(shapes))
    assert of(found, "exposure_ratio", "Black").value == pytest.approx(exposure_ratio(PEOPLE, by_clipping(shapes), reference=2)[1])


def test_cells_by_code_are_the_same_squares_as_polygons():
    corners = [(400_150, 300_150), (400_300, 300_150), (401_200, 301_350)]
    cells = flagged([f"E{x}N{y}/150" for x, y in corners])
    squares = polygons([shapely.box(x, y, x + 150, y + 150) for x, y in corners])
    one, other = answer(flagged=cells), answer(flagged_areas=squares)
    for measure in ("exposure_ratio", "dose_share", "dose_per_head_ratio", "deprivation_slope_index"):
        assert of(one, measure).value == pytest.approx(of(other, measure).value)


def test_a_place_counts_by_the_share_of_months_it_was_flagged():
    rows = pd.concat([flagged(["A00"]), flagged(["A20"], begin="2024-04", end="2024-04")])
    found = answer(flagged=rows)
    share = np.where(np.array(CODES) == "A00", 0.75, np.where(np.array(CODES) == "A20", 0.25, 0.0))
    assert of(found, "exposure_ratio", "Black").value == pytest.approx(exposure_ratio(PEOPLE, share, reference=2)[1])
    assert any("several spans of months" in caveat for caveat in found.findings[0].caveats)
    assert of(found, "dose_without_residents_share").n == 4, "months flagged"
    spans = answer(flagged_areas=polygons(GROUND[:2], **{"from": ["2024-01", "2024-04"], "to": ["2024-03", "2024-04"]}))
    share = by_clipping(GROUND[:1]) * 0.75 + by_clipping(GROUND[1:2]) * 0.25
    assert of(spans, "exposure_ratio", "Black").value == pytest.approx(exposure_ratio(PEOPLE, share, reference=2)[1])


def test_a_score_that_is_a_dose_is_added_up_by_group():
    predictions = np.arange(40.0)
    found = answer(flagged=flagged(CODES, score=predictions, is_flagged=predictions > 0), settings={"score_is": "dose", "dose_unit": "predictions"})
    given = (PEOPLE.to_numpy() / PEOPLE.to_numpy().sum(axis=1, keepdims=True) * predictions[:, None]).sum(axis=0)
    assert of(found, "dose_share", "Black").value == pytest.approx(given[1] / given.sum())
    assert of(found, "mean_dose", "Black").value == pytest.approx(PEOPLE["Black"] @ predictions / PEOPLE["Black"].sum())
    assert of(found, "mean_dose", "Black").unit == "predictions"


def test_scores_of_every_place_give_the_curve_and_its_k():
    scores = np.arange(40.0)
    found = answer(flagged=flagged(CODES, score=scores, is_flagged=scores >= 35))
    assert of(found, "exposure_ratio_at_k", "Black").settings["k"] == 5
    assert of(found, "exposure_ratio_at_k", "Black").value == pytest.approx(of(found, "exposure_ratio", "Black").value)
    assert of(answer(flagged=flagged(CODES, score=scores, is_flagged=scores >= 35), settings={"k": 9}), "exposure_ratio_at_k").settings["k"] == 9


def test_what_the_list_cannot_carry_is_refused_and_the_rest_answered():
    found = answer(flagged_areas=polygons(), deprivation=None)
    assert {refusal.audit for refusal in found.refused} == {"the gradient over deprivation", "every number of places"}
    alone = answer(flagged=flagged(["A00", "A01"]), areas=None, settings={"other_grids": True})
    assert {refusal.audit for refusal in alone.refused} == {"every number of places", "other frames", "other grids"}
    partly = answer(flagged=flagged(["E400150N300150/150", "E400300N300150/150"], score=[1.0, 2.0]))
    assert any("of the residents; a curve takes a score for every place" in refusal.reason for refusal in partly.refused)


def test_polygons_that_overlap_have_no_order_one_by_one():
    whole = shapely.box(*shapely.union_all(SQUARES).bounds)
    found = answer(flagged_areas=polygons([whole, *GROUND], score=[1.0, 2.0, 3.0, 4.0]))
    assert any("The places listed overlap" in refusal.reason for refusal in found.refused)


def test_the_built_up_frame_and_that_of_the_authority_are_tried():
    areas = AREAS.assign(authority_code=["X" if x < 4 else "Y" for x, _ in AT])
    found = answer(flagged=flagged(["A00", "A02"]), areas=areas)
    assert of(found, "exposure_ratio_by_frame", "Black, authorities with flagged ground").settings["areas"] == 20
    west = np.array([x < 4 for x, _ in AT])
    expected = exposure_ratio(PEOPLE[west], np.isin(np.array(CODES)[west], ["A00", "A02"]), reference=2)[1]
    assert of(found, "exposure_ratio_by_frame", "Black, authorities with flagged ground").value == pytest.approx(expected)
    assert of(found, "exposure_ratio_by_frame", "Black, built-up areas only").settings["areas"] == 32


def test_other_grids_give_a_range_that_holds_the_answer_and_the_pictures():
    scores = np.arange(40.0)
    found = answer(flagged=flagged(CODES, score=scores, is_flagged=scores >= 36), settings={"other_grids": True})
    swept = of(found, "exposure_ratio_over_grids", "Black")
    assert swept.settings["layouts"] == 40
    assert swept.low <= of(found, "exposure_ratio", "Black").value <= swept.high + 0.05
    maps = {"ground-group", "ground-reference", "ground-deprivation"}
    assert {picture.slug for picture in found.pictures} == {"exposure-by-group", "deprivation-gradient", "dose-curve", "lorenz-curve", *maps}
    assert all(len(picture.table) for picture in found.pictures)


def test_ground_beyond_the_areas_is_told_and_counts_nobody():
    found = answer(flagged_areas=polygons([GROUND[0], shapely.box(399_800, 300_000, 400_200, 300_400), shapely.box(1_000, 1_000, 1_100, 1_100)]))
    said = found.findings[0].caveats
    assert any("of the flagged ground lies outside the areas" in caveat for caveat in said)
    assert any("1 of 3 polygons lie wholly outside the areas" in caveat for caveat in said)


def test_areas_that_a_full_list_lacks_are_refused_until_it_is_said_what_they_are():
    rows = flagged(CODES[:30], is_flagged=[True] * 3 + [False] * 27)
    with pytest.raises(BadValue, match=r"(?s)not 10 of 40 areas.*unlisted=not-flagged"):
        answer(flagged=rows)
    assert of(answer(flagged=rows, settings={"unlisted": "not-flagged"}), "exposure_ratio", "Black").n == PEOPLE["Black"].sum()
    left_out = answer(flagged=rows, settings={"unlisted": "leave-out"})
    assert of(left_out, "exposure_ratio", "Black").n == PEOPLE["Black"][:30].sum()
    assert any("left out, as asked" in caveat for caveat in left_out.findings[0].caveats)


def test_the_group_asked_about_comes_first():
    assert answer(flagged=flagged(["A00"]), settings={"group": "Asian"}).findings[0].group == "Asian"
    assert answer(flagged=flagged(["A00"])).findings[0].group == "Black", "the larger of the two"
    with pytest.raises(BadSetting, match="no group 'Roma'"):
        answer(flagged=flagged(["A00"]), settings={"group": "Roma"})


@pytest.mark.parametrize(
    ("tables", "settings", "error", "says"),
    [
        ({}, {}, BadSetting, "neither `flagged`"),
        ({"flagged": flagged(["A00"]), "flagged_areas": polygons()}, {}, BadSetting, "both `flagged` and"),
        ({"flagged_areas": polygons(), "areas": None}, {}, BadSetting, "`areas` is needed"),
        ({"flagged": flagged(["A00", "Z99"])}, {}, OutsidePlace, "neither areas with residents nor cells"),
        ({"flagged": flagged(["A00"], begin="2024-05")}, {}, BadValue, "ends before it begins"),
        ({"flagged": pd.concat([flagged(["A00"]), flagged(["A00"], begin="2024-02", end="2024-05")])}, {}, BadValue, "spans of months that overlap"),
        ({"flagged": flagged(["A00", "A01"], score=[1.0, None])}, {"score_is": "dose"}, BadValue, "1 of 2 rows have none"),
        ({"flagged": flagged(["A00", "A01"], score=[1.0, -2.0])}, {"score_is": "dose"}, BadValue, "below zero"),
        ({"flagged": flagged(["A00"], is_flagged=False)}, {"unlisted": "not-flagged"}, CannotAnswer, "No place of the list is flagged"),
        ({"flagged_areas": polygons([shapely.box(1_000, 1_000, 2_000, 2_000)])}, {}, CannotAnswer, "different places"),
        ({"flagged_areas": polygons(), "areas": AREAS[:30]}, {}, OutsidePlace, "10 of 40 areas with residents have no polygon"),
        ({"flagged_areas": polygons().to_crs("EPSG:4326")}, {}, WrongCoordinates, "EPSG:4326"),
        ({"flagged": flagged(["A00"]), "residents": RESIDENTS[1:]}, {}, EmptyTable, "no row for some group in 1 areas"),
        ({"flagged": flagged(["A00"])}, {"reference": "Nobody"}, BadSetting, "no group 'Nobody'"),
        ({"flagged": flagged(CODES, score=np.arange(40.0))}, {"k": 0}, BadSetting, "k=0 areas cannot be flagged"),
    ],
)
def test_a_list_that_cannot_be_followed_is_refused_in_words(tables, settings, error, says):
    with pytest.raises(error, match=says):
        answer(tables, settings=settings)


def test_areas_that_overlap_would_count_people_twice_and_are_refused():
    doubled = AREAS.copy()
    doubled.loc[1, "geometry"] = SQUARES[0]
    with pytest.raises(NotConserved, match="areas overlap"):
        answer(flagged_areas=polygons(), areas=doubled)


def test_an_index_that_lacks_areas_says_so_and_leaves_the_gradient_out():
    found = answer(flagged=flagged(["A00"]), deprivation=DEPRIVATION[DEPRIVATION["area_code"] != "A07"])
    assert any("no overall rank for 1 of 40 areas (first: A07)" in refusal.reason for refusal in found.refused)


@pytest.mark.parametrize("planted", [3.0, 1.0])
def test_a_planted_disparity_is_recovered_from_the_list_alone_and_none_found_where_none_is(tmp_path, planted):
    from evenhand.sources import made_up_town, own_table

    town = made_up_town.write(tmp_path, exposure_ratio=planted)
    flagged([*town.spots]).drop(columns="score").assign(score=1).to_csv(tmp_path / "list.csv", index=False)
    groups = {group: group for group in made_up_town.GROUPS}
    residents = own_table.tidy(tmp_path / "residents.csv", table="residents", groups=groups).rows
    tables = {"flagged": tmp_path / "list.csv", "areas": tmp_path / "areas.geojson", "residents": residents, "deprivation": tmp_path / "deprivation.csv"}
    found = ask("exposure", tables, settings={"other_grids": False}, replicates=200).answer
    ratio = of(found, "exposure_ratio", "Black")
    assert ratio.value == pytest.approx(planted, rel=1e-6)
    assert (ratio.low <= 1 <= ratio.high) == (planted == 1.0)
    assert of(found, "exposure_ratio", "Asian").value == pytest.approx(1, rel=1e-6)


def test_the_command_line_writes_findings_of_a_vendors_export(evenhand, tmp_path):
    polygons(score=[3.0, 2.0, 1.0]).to_file(tmp_path / "spots.geojson")
    AREAS.drop(columns="vintage").to_file(tmp_path / "areas.geojson")
    RESIDENTS.to_csv(tmp_path / "residents.csv", index=False)
    given = ["--flagged-areas", "spots.geojson", "--areas", "areas.geojson", "--residents", "residents.csv"]
    told = evenhand("audit", "exposure", *given, "--other-grids", "no", "--replicates", "50", "--json", "found.json")
    assert told.code == 0, told.err
    found = json.loads((tmp_path / "found.json").read_text())
    assert found[0]["measure"] == "exposure_ratio"
    assert found[0]["value"] == pytest.approx(exposure_ratio(PEOPLE, by_clipping(GROUND), reference=2)[1], rel=1e-5)
