"""Near repeats: does one recorded crime make another near it likelier for a while? Maps that colour ground round last week's crimes rest on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import pandas as pd

POINTS = "Published points are often moved to the middle of a street or block, so “same place” means the same published point, not the same address."
FORCE = "Shows whether recorded crimes clump; whether a map made from that holds more of later crime than counting is another question (accuracy)."


def _ask(asked: Asked) -> Answer:
    from ...audit.knox import Bands, knox
    from ...audit.knox_findings import findings
    from ...audit.knox_limits import left_out
    from ...places.coordinates import to_metres
    from ...report.knox_pictures import knox_picture
    from ...tables.place_events import as_days

    settings = asked.settings
    bands = Bands(settings["distance_m"], settings["days"], closed=settings["edge_belongs"], metric=settings["metric"])
    crimes, said = _crimes(asked)
    each = crimes.loc[crimes.index.repeat(crimes["events"].astype(int))]
    x_m, y_m = to_metres(each["longitude"], each["latitude"])
    day = as_days(each["day"])
    about = asked.about("near-repeat", caveats=(*said, POINTS, FORCE), settings={"metric": bands.metric, "edge_belongs": bands.closed})
    found = knox(x_m, y_m, day, bands=bands, permutations=settings["permutations"], seed=asked.seed, tell=asked.tell)
    asked.tell("leaving out one event at a time", 0.95)
    limits = left_out(found, x_m, y_m, day, level=about.level)
    return Answer(tuple(findings(found, about, limits=limits)), (), (knox_picture(found),))


def _crimes(asked: Asked) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Recorded crimes of the kinds wanted by day and point; how many had no day or no place."""
    from ...systems.outcomes import crime_types_of
    from ...tables import engine
    from ...tables.errors import EmptyTable, MissingColumn

    rows = asked.tables["recorded_crime"]
    if "day" not in rows.columns:
        raise MissingColumn(
            "Table 'recorded_crime' has no column 'day', so nothing can be said of near repeats: two crimes of one month may be a day or a month apart.\n"
            f"Columns found: {', '.join(rows.columns)}.\n"
            "police.uk publishes months only; ask the force for days, or use another table that has them."
        )
    kinds = asked.settings["crime_types"] or crime_types_of(asked.settings["outcome"])
    wanted, by = rows.filter(rows["crime_type"].isin(kinds)), ["day", "longitude", "latitude"]
    sums = {"events": wanted["events"].sum()} if "events" in rows.columns else {}
    counted = engine.counts(wanted, by=by, sums=sums)
    counted = counted if sums else counted.rename(columns={"n": "events"})
    known = counted[counted[by].notna().all(axis=1)].reset_index(drop=True)
    lost, total = float(counted["events"].sum() - known["events"].sum()), float(counted["events"].sum())
    if known["events"].sum() == 0:
        raise EmptyTable(f"None of the recorded crimes is of the kinds {', '.join(kinds)} and has a day and a place, so there are no pairs to count.")
    said = (f"{lost:,.0f} of {total:,.0f} recorded crimes have no day or no place and are left out.",) if lost else ()
    return known, (f"Recorded crime of these kinds: {', '.join(kinds)}.", *said)


QUESTION = Question(
    name="near-repeat",
    asks="Does one recorded crime make another near it likelier for a while, beyond what chance would do?",
    says=(
        "The Knox test. Counts pairs of recorded crimes by how far apart they are in metres and in days, deals the days out anew among the crimes many times, "
        "and gives for each band how many times as many pairs there are as chance would have, with p-values that allow for looking at several bands. "
        "Needs the day of each crime: police.uk publishes months only. That crimes clump does not say that one leads to another."
    ),
    tables=(Wanted("recorded_crime", "recorded crime with the day of each, in a column `day`"),),
    settings=(
        Setting("outcome", "which recorded crimes, by a name that systems use too", "burglary"),
        Setting("crime_types", "or the kinds themselves, such as Burglary", (), is_many=True),
        Setting("distance_m", "upper edges of the bands of distance in metres, ascending; a first edge of 0 is the same place",
                (0.0, 100.0, 200.0, 300.0, 400.0), kind=float, is_many=True),
        Setting("days", "upper edges of the bands of time in whole days, ascending; a first edge of 0 is the same day", (7, 14, 21, 28),
                kind=int, is_many=True),
        Setting("edge_belongs", "whether a pair exactly on an edge belongs to the band below it (upper: up to and including) or above it (lower), as in "
                "the Near Repeat Calculator", "upper", choices=("upper", "lower")),
        Setting("metric", "how distance is measured: as the crow flies, or east-west plus north-south, as that calculator does unless told otherwise",
                "euclidean", choices=("euclidean", "manhattan")),
        Setting("permutations", "times the days are dealt out anew", 999, kind=int),
    ),
    ask=_ask,
    example="evenhand audit near-repeat --recorded-crime burglaries.csv --place Trafford --days 7 --days 14 --days 21",
)  # fmt: skip
