"""Risk factors, asked of one's own tables: what risk terrain modelling keeps, how steadily, and what the operator printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import pandas as pd

    from ...report.picture import Picture
    from ...tables.findings import Finding

REBUILT = "The method is rebuilt from what is public; what is not public of it stands on its card, with what each guess changes."


def _ask(asked: Asked) -> Answer:
    from ...audit.factor_findings import factor_findings
    from ...places.grid import make_grid
    from ...systems import rtm

    settings, areas = asked.settings, asked.tables["areas"].sort_values("area_code", ignore_index=True)
    grid = make_grid(areas, cell_m=settings["cell_m"])
    crime = _crime(asked)
    until = settings["until"] or str(crime["month"].max())
    asked.tell("choosing factors", 0.3)
    model = rtm.fit(
        crime, grid, until=until, features=_features(asked), area_features=_area_features(asked, areas), outcome=settings["outcome"],
        crime_factors=settings["crime_factors"], block_m=settings["block_m"], seed=asked.seed,
    )  # fmt: skip
    asked.tell("choosing them again", 0.5)
    frequency = rtm.selection_frequency(model, grid, redraws=settings["redraws"], seed=asked.seed)
    often = {str(factor): float(share) for factor, share in frequency.groupby("factor")["factor_share"].max().items()}
    about = asked.about("risk-factors", caveats=(REBUILT,), settings={name: settings[name] for name in ("cell_m", "block_m", "outcome")})
    found = factor_findings(
        rtm.factor_table(model), often, list(model.layers.names), printed=asked.tables.get("risk_factors"), crimes=float(model.counts.sum()),
        redraws=settings["redraws"], about=about,
    )  # fmt: skip
    return Answer(tuple(found), (), tuple(_pictures(found)))


def _crime(asked: Asked) -> pd.DataFrame:
    """Recorded crime by month, kind and point, in metres."""
    from ...places.coordinates import to_metres
    from ...tables import engine
    from ...tables.errors import EmptyTable

    rows, by = asked.tables["recorded_crime"], ["month", "crime_type", "longitude", "latitude"]
    sums = {"events": rows["events"].sum()} if "events" in rows.columns else {}
    counted = engine.counts(rows, by=by, sums=sums) if sums else engine.counts(rows, by=by).rename(columns={"n": "events"})
    counted = counted.drop(columns="n", errors="ignore").dropna(subset=["month", "longitude", "latitude"]).reset_index(drop=True)
    if counted.empty:
        raise EmptyTable("None of the recorded crimes has a month and a location, so there is nothing to learn from.")
    x_m, y_m = to_metres(counted["longitude"], counted["latitude"])
    return counted.assign(x_m=x_m, y_m=y_m)


def _features(asked: Asked) -> pd.DataFrame | None:
    from ...places.coordinates import to_metres

    rows = asked.tables.get("features")
    if rows is None or {"x_m", "y_m"} <= set(rows.columns):
        return rows
    x_m, y_m = to_metres(rows["longitude"], rows["latitude"])
    return rows.assign(x_m=x_m, y_m=y_m)


def _area_features(asked: Asked, areas: Any) -> pd.DataFrame | None:
    """Features counted by area, carried to the areas' codes through the lookup where they are of another census."""
    from ...places import vintages

    rows = asked.tables.get("area_features")
    if rows is None:
        return None
    wide = rows.pivot(index="area_code", columns="feature_type", values="features").astype(float)
    vintage = str(areas["vintage"].iloc[0])
    if "lookup" in asked.tables and vintage in vintages.CODE_COLUMN and not set(areas["area_code"]) <= set(wide.index):
        other = next(one for one in vintages.CODE_COLUMN if one != vintage)
        known = wide[wide.index.isin(asked.tables["lookup"][vintages.CODE_COLUMN[other]])]
        ground = areas.set_index("area_code").area
        wide = vintages.cross_counts(known, asked.tables["lookup"], start=other, end=vintage, weights=ground).table
    vintages.require_codes(wide.index, areas["area_code"], table="area_features", vintage=vintage)
    return wide.loc[areas["area_code"]].rename_axis("area_code").reset_index().melt("area_code", var_name="feature_type", value_name="features")


def _pictures(found: list[Finding]) -> list[Picture]:
    """The values chosen here and those printed, on one scale; how often each factor is chosen again."""
    from ...report.plain_pictures import forest

    values = [one for one in found if one.measure == "relative_risk_value"]
    printed = [one for one in found if one.measure == "printed_relative_risk_value"]
    headings = {"relative_risk_value": "chosen here", "printed_relative_risk_value": "as the operator printed them"}
    drawn = [
        forest(
            [*values, *printed],
            slug="relative-risk-values",
            title="Relative risk values, chosen here and as printed",
            axis="times the recorded crime of a cell without the mark (ratio scale); 1 is no difference",
            heading=lambda one: headings[one.measure],
            label=lambda one: f"{one.group}{'' if one.settings.get('is_chosen_here', True) else ' (not chosen here, or not to be had)'}",
        ),
        forest(
            sorted((one for one in found if one.measure == "factor_chosen_share"), key=lambda one: -(one.value or 0.0)),
            slug="factors-chosen-again",
            title="How often each factor is chosen when the place is drawn anew",
            axis="per cent of redraws of the place’s blocks",
        ),
    ]
    return [one for one in drawn if one is not None]


QUESTION = Question(
    name="risk-factors",
    asks="Which features does risk terrain modelling keep here, how steadily, and are they those the operator printed?",
    says=(
        "Runs the rebuilt method on recorded crime and features of the ground, gives each factor's relative risk value and how often it is chosen again when "
        "blocks of the place are drawn anew, and sets a printed table beside. Features as points, counted by area, or recorded crime of some kinds. "
        "Going together is not causing, and printed values rest on other records."
    ),
    tables=(
        Wanted("recorded_crime", "recorded crime by point and month"),
        Wanted("areas", "polygons that make up the place"),
        Wanted("features", "points of interest, each kind a factor", is_needed=False),
        Wanted("area_features", "or features counted by area", is_needed=False),
        Wanted("lookup", "between area codes of 2011 and 2021, where the counts have others than the areas", is_needed=False),
        Wanted("risk_factors", "the operator's own table of factors", is_needed=False),
    ),
    settings=(
        Setting("until", "last month to learn from; left out: the last there is"),
        Setting("outcome", "which recorded crimes are to be explained", "violence-robbery"),
        Setting("crime_factors", "kinds of recorded crime that are factors themselves, such as Drugs", (), is_many=True),
        Setting("cell_m", "side of a cell in metres", 150.0, kind=float),
        Setting("block_m", "length of a block in metres: distances are tried in halves of it", 300.0, kind=float),
        Setting("redraws", "times the place is drawn anew; each takes as long as the first choice", 20, kind=int),
    ),
    ask=_ask,
    example="evenhand audit risk-factors --recorded-crime street.csv --areas areas.geojson --features points.csv --crime-factors Drugs",
)
