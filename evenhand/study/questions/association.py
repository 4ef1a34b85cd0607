"""Association, asked of one's own tables: scores of areas beside who lives there and how deprived they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ...audit.map_shift import Shifting
    from ...report.contents import Refusal
    from ...report.picture import Picture
    from ...tables.findings import Finding

YES_NO = "The score is a yes or no here (flagged or not): the correlation is that of a yes or no, and cannot reach 1."
NOT_EXPLAIN = "The index has a crime domain built from recorded crime, so that a score made of recorded crime goes with it in part by construction."


def _ask(asked: Asked) -> Answer:
    from ...audit.spatial_association import association
    from ..area_history import middles_of, shifting_of

    rows, areas = _scored(asked)
    against = {**_shares(asked, rows), **_deprivation(asked, rows)}
    middles, shifting = middles_of(areas), None
    has_lists = "residents" in asked.tables and {"is_flagged", "history"} <= set(rows.columns)
    if asked.settings["test"] == "shift" or has_lists:
        shifting = shifting_of(areas, middles)
    score, caveats = _score(rows)
    if "overall" in asked.settings["domains"] and "deprivation" in asked.tables:
        caveats = (*caveats, NOT_EXPLAIN)
    found = association(
        score,
        against,
        middles,
        about=asked.about("association", caveats=caveats),
        test=asked.settings["test"],
        shifting=shifting,
        replicates=asked.replicates,
        seed=asked.seed,
        tell=asked.tell,
    )
    beyond, refused = _beyond_history(asked, rows, shifting) if has_lists and shifting is not None else ([], ())
    return Answer((*_effects_first(found), *beyond), refused, _pictures(found))


def _scored(asked: Asked) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """The areas that have polygons, with what the scores' table says of each; in the order of their codes."""
    from ...tables.errors import BadSetting, MissingColumn, OutsidePlace

    scores, areas = asked.tables["area_scores"], asked.tables["areas"]
    if not {"score", "is_flagged"} & set(scores.columns):
        raise MissingColumn("Table 'area_scores' has neither 'score' nor 'is_flagged', so there is nothing to correlate. One of the two is needed.")
    if "residents" not in asked.tables and "deprivation" not in asked.tables:
        raise BadSetting("The audit 'association' needs `residents` or `deprivation`, or both: something to set the scores beside.")
    unknown = scores.loc[~scores["area_code"].isin(areas["area_code"]), "area_code"]
    if len(unknown):
        raise OutsidePlace(
            f"{len(unknown):,} of {len(scores):,} scored areas have no polygon in the table of areas (first: {unknown.iloc[0]}). "
            "Hand over the areas of the same census, or drop those rows."
        )
    ordered = areas.sort_values("area_code", ignore_index=True)
    return scores.set_index("area_code").reindex(ordered["area_code"]), ordered


def _score(rows: pd.DataFrame) -> tuple[NDArray, tuple[str, ...]]:
    """What is correlated: the score, or where there is none, flagged as 1 and not as 0."""
    by = "score" if "score" in rows.columns and rows["score"].notna().any() else "is_flagged"
    return rows[by].astype("Float64").to_numpy(dtype=float, na_value=float("nan")), () if by == "score" else (YES_NO,)


def _residents(asked: Asked, rows: pd.DataFrame) -> pd.DataFrame:
    """Residents by area and group; missing where an area has no row."""
    wide = asked.tables["residents"].pivot(index="area_code", columns="group", values="residents")
    return wide.reindex(rows.index).astype("Float64")


def _shares(asked: Asked, rows: pd.DataFrame) -> dict[str, NDArray]:
    """Each group's share of the residents of each area; nobody lives there: no share."""
    if "residents" not in asked.tables:
        return {}
    people = _residents(asked, rows).to_numpy(dtype=float, na_value=float("nan"))
    total = people.sum(axis=1, keepdims=True)
    total[total == 0] = float("nan")
    groups = _residents(asked, rows).columns
    return {f"share of residents: {group}": people[:, i] / total[:, 0] for i, group in enumerate(groups)}


def _deprivation(asked: Asked, rows: pd.DataFrame) -> dict[str, NDArray]:
    """Each domain asked for, turned round so that higher is more deprived; ranks where there are any, else tenths."""
    from ...tables.errors import BadSetting

    if "deprivation" not in asked.tables:
        return {}
    table, found = asked.tables["deprivation"], {}
    for domain in asked.settings["domains"]:
        part = table[table["domain"] == domain].set_index("area_code")
        if part.empty:
            there = ", ".join(sorted(table["domain"].unique()))
            raise BadSetting(f"The table of deprivation has no domain '{domain}'. It has {there}.")
        by = "rank" if "rank" in part.columns and part["rank"].notna().any() else "decile"
        found[f"deprivation: {domain}"] = -part[by].astype("Float64").reindex(rows.index).to_numpy(dtype=float, na_value=float("nan"))
    return found


def _beyond_history(asked: Asked, rows: pd.DataFrame, shifting: Shifting) -> tuple[list[Finding], tuple[Refusal, ...]]:
    """Exposure beyond what recorded history explains, where there are flags, history and residents; else why not."""
    from ...audit.process_null_findings import beyond_history
    from ...report.contents import Refusal
    from ...tables.errors import CannotAnswer

    residents = _residents(asked, rows)
    lacking = int((rows[["is_flagged", "history"]].isna().any(axis=1) | residents.isna().any(axis=1)).sum())
    try:
        if lacking:
            raise CannotAnswer(f"{lacking:,} of {len(rows):,} areas lack flag, history or residents; missing is not zero, so the rule cannot be run again.")
        return beyond_history(
            rows["is_flagged"].to_numpy(dtype=bool),
            residents.to_numpy(dtype=float),
            [str(group) for group in residents.columns],
            rows["history"].to_numpy(dtype=float),
            reference=asked.settings["reference"],
            about=asked.about("association"),
            shifting=shifting,
            places="areas",
            draws=asked.replicates,
            seed=asked.seed,
            tell=asked.tell,
        ), ()
    except CannotAnswer as reason:
        return [], (Refusal("association: beyond history", str(reason)),)


def _effects_first(found: list[Finding]) -> list[Finding]:
    """Rank correlations, strongest first; then the rest in their order."""
    ranked = [one for one in found if one.measure == "score_rank_correlation"]
    return [*sorted(ranked, key=lambda one: -abs(one.value or 0.0)), *(one for one in found if one.measure != "score_rank_correlation")]


def _pictures(found: list[Finding]) -> tuple[Picture, ...]:
    from ...report.plain_pictures import forest

    picture = forest(
        [one for one in found if one.measure == "score_rank_correlation" and one.value is not None],
        slug="association",
        title="What high scores go with",
        axis="rank correlation with the score",
        parity=0.0,
        how_to_read="Right of the line: areas with a higher score have more of it. The bars allow for neighbours being alike. Areas, not people.",
    )
    return (picture,) if picture is not None else ()


QUESTION = Question(
    name="association",
    asks="Do high scores go with who lives in an area, or with deprivation, beyond what two smooth maps would show by chance?",
    says=(
        "For each group's share of the residents and for deprivation: rank and linear correlation with the score, with limits and p-values that allow for "
        "neighbours being alike, and two descriptive numbers without. Where flags and past recorded crime are given too, it also asks whether exposure is "
        "more than recorded history explains. Areas are not people: nothing here says who was scored."
    ),
    tables=(
        Wanted("area_scores", "scores by area: area_code, score or is_flagged, and recorded crimes of the months before as history"),
        Wanted("areas", "the polygons of the same areas"),
        Wanted("residents", "residents by area and group", False),
        Wanted("deprivation", "deprivation by area and domain", False),
    ),
    settings=(
        Setting(
            "test",
            "where p-values come from; the default held its size everywhere tried, the others fail where both maps slope",
            "effective-places",
            choices=("effective-places", "shift", "moran"),
        ),
        Setting("reference", "the group that exposure is compared with, where flags and history are given", "White"),
        Setting("domains", "domains of deprivation to set the scores beside", ("overall",), is_many=True),
    ),
    ask=_ask,
    example="evenhand audit association --area-scores scores.csv --areas areas.geojson --residents residents.csv --deprivation deprivation.csv",
)
