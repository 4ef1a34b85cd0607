"""From stops in a Parquet file to rates and ratios by group, with intervals from 1000 draws of areas.

    python -m benchmarks.disparity [--quick | --full]

Every case reads the same file within the clock, maps the 19 published categories to five groups, and
gives stops, the share with no further action, and the ratio of stops per head to White residents.
Only some of the peers give intervals, and fairlearn's are of another kind: see docs/benchmarks.md.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from evenhand.audit.disparity import both_fields, disparity
from evenhand.audit.stop_counts import FIELDS, count_stops
from evenhand.tables import engine
from evenhand.tables.stops import NO_FURTHER_ACTION, OFFICER_DEFINED, SELF_DEFINED

from . import harness, tables
from .cases import Answer, Benchmark, Case
from .made_up_stops import made_up_residents, write_stops

REPLICATES = 1000
SAID = "self_defined_ethnicity"
GROUPS = list(OFFICER_DEFINED)
WHITE = GROUPS.index("White")
BLACK = GROUPS.index("Black")


def make(rows: int, folder: Path) -> None:
    """Write the stops and the residents."""
    if not file_of(rows, folder).exists():
        write_stops(file_of(rows, folder), rows)
    made_up_residents().to_parquet(folder / "residents.parquet")


def file_of(rows: int, folder: Path) -> Path:
    """Where the stops are."""
    return folder / f"stops-{rows}.parquet"


def load(rows: int, folder: Path) -> tuple[Path, pd.DataFrame]:
    """The file, not yet read, and the residents."""
    return file_of(rows, folder), pd.read_parquet(folder / "residents.parquet")


def ours(work: tuple[Path, pd.DataFrame]) -> Answer:
    """Evenhand: one scan into counts, then all findings of the field."""
    file, residents = work
    counts = count_stops(engine.read_files([file]), fields=[SAID])
    found = disparity(counts, residents, field=SAID, replicates=REPLICATES)
    return answer_of(found)


def ours_both(work: tuple[Path, pd.DataFrame]) -> Answer:
    """Evenhand: the same for what the officer saw, too."""
    file, residents = work
    counts = count_stops(engine.read_files([file]), fields=FIELDS)
    found, _ = both_fields(counts, residents, replicates=REPLICATES)
    return answer_of([one for one in found if one.settings["field"] == SAID])


def answer_of(found: list) -> Answer:
    """Stops, shares and ratios from findings."""
    ratio = {one.group: one for one in found if one.measure == "stop_rate_ratio"}
    share = {one.group: one for one in found if one.measure == "no_further_action_share"}
    limits = np.array([[ratio[group].low, ratio[group].high] if group in ratio else [np.nan, np.nan] for group in GROUPS])
    ratios = np.array([ratio[group].value if group in ratio else 1.0 for group in GROUPS])
    return Answer(
        {
            "stops": np.array([share[group].n for group in GROUPS]),
            "shares": np.array([share[group].value for group in GROUPS]),
            "ratios": ratios,
            "limits": limits,
        }
    )


def rows_of(file: Path, *further: str) -> pd.DataFrame:
    """The stops of a known group as pandas rows: `group`, `nothing` (0 or 1) and columns asked for."""
    rows = pd.read_parquet(file, columns=[SAID, "outcome", *further])
    frame = pd.DataFrame(
        {"group": rows[SAID].map(SELF_DEFINED), "nothing": (rows["outcome"] == NO_FURTHER_ACTION).astype("int8"), **{name: rows[name] for name in further}}
    )
    return frame[frame["group"].notna()]


def ratios_of(stops: np.ndarray, residents: pd.DataFrame) -> np.ndarray:
    """Stops per head over the same of White residents."""
    people = residents.groupby("group")["residents"].sum().loc[GROUPS].to_numpy()
    return stops / people / (stops[WHITE] / people[WHITE])


def by_pandas(work: tuple[Path, pd.DataFrame]) -> Answer:
    """Pandas: one grouping, no intervals."""
    file, residents = work
    taken = rows_of(file).groupby("group", observed=True)["nothing"].agg(["size", "mean"]).loc[GROUPS]
    stops = taken["size"].to_numpy(dtype=float)
    return Answer({"stops": stops, "shares": taken["mean"].to_numpy(), "ratios": ratios_of(stops, residents)})


def by_hand(work: tuple[Path, pd.DataFrame]) -> Answer:
    """Pandas and a plain loop: a grouping by area, and 1000 draws of areas."""
    file, residents = work
    taken = rows_of(file, "area_code").groupby(["area_code", "group"], observed=True)["nothing"].agg(["size", "sum"])
    people = residents.pivot(index="area_code", columns="group", values="residents")[GROUPS]
    stops = taken["size"].unstack(fill_value=0).reindex(index=people.index, columns=GROUPS, fill_value=0).to_numpy(dtype=float)
    table = np.hstack([stops, people.to_numpy(dtype=float)])
    random = np.random.default_rng(0)
    drawn = np.array([table[random.integers(0, len(table), len(table))].sum(axis=0) for _ in range(REPLICATES)])
    rates = drawn[:, : len(GROUPS)] / drawn[:, len(GROUPS) :]
    spread = 1.96 * np.log(rates / rates[:, [WHITE]]).std(axis=0, ddof=1)
    ratios = ratios_of(stops.sum(axis=0), residents)
    whole = taken.groupby("group", observed=True).sum().loc[GROUPS]
    limits = np.column_stack([ratios * np.exp(-spread), ratios * np.exp(spread)])
    return Answer({"stops": stops.sum(axis=0), "shares": (whole["sum"] / whole["size"]).to_numpy(), "ratios": ratios, "limits": limits})


def by_aequitas(work: tuple[Path, pd.DataFrame]) -> Answer:
    """Aequitas: a crosstab of a score that says whether nothing followed; no intervals."""
    from aequitas.group import Group

    file, residents = work
    rows = rows_of(file).rename(columns={"nothing": "score"})
    rows["label_value"] = rows["score"]
    table, _ = Group().get_crosstabs(rows, attr_cols=["group"])
    table = table.set_index("attribute_value").loc[GROUPS]
    stops = table["group_size"].to_numpy(dtype=float)
    return Answer({"stops": stops, "shares": (table["pp"] / table["group_size"]).to_numpy(dtype=float), "ratios": ratios_of(stops, residents)})


def by_fairlearn(work: tuple[Path, pd.DataFrame]) -> Answer:
    """fairlearn: counts and selection rates, then a bootstrap of rows cut short and extrapolated."""
    from fairlearn.metrics import MetricFrame, count, selection_rate

    file, residents = work
    started = time.perf_counter()
    rows = rows_of(file)
    asked = {"metrics": {"stops": count, "share": selection_rate}, "y_true": rows["nothing"], "y_pred": rows["nothing"], "sensitive_features": rows["group"]}
    frame = MetricFrame(**asked)
    by_group = frame.by_group.loc[GROUPS]
    point_s = time.perf_counter() - started
    draws = 2 if len(rows) <= 2_000_000 else 1
    started = time.perf_counter()
    MetricFrame(**asked, n_boot=draws, ci_quantiles=[0.025, 0.975], random_state=0)
    each_s = max((time.perf_counter() - started - point_s) / draws, 0.0)
    stops = by_group["stops"].to_numpy(dtype=float)
    return Answer(
        {"stops": stops, "shares": by_group["share"].to_numpy(dtype=float), "ratios": ratios_of(stops, residents)},
        seconds=point_s + REPLICATES * each_s,
        said=f"the figures alone took {point_s:.3g} s; draws of rows, {each_s:.3g} s each ({draws} done), extrapolated to {REPLICATES}",
    )


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """Largest relative difference of stops, shares and ratios from pandas; the ratio of one group as each gives it."""
    reference = found[PANDAS] if PANDAS in found else found[OURS]
    told = {}
    for name, values in found.items():
        apart = max(float(np.abs(values[key] / reference[key] - 1).max()) for key in ("stops", "shares", "ratios"))
        black = f"{values['ratios'][BLACK]:.3f}"
        if "limits" in values:
            black += " ({:.3f} to {:.3f})".format(*values["limits"][BLACK])
        told[name] = {"largest relative difference from pandas": f"{apart:.1e}", "stops per head, Black to White": black}
    return told


OURS, PANDAS = "Evenhand, one ethnicity field, intervals", "pandas groupby, no intervals"

BENCHMARK = Benchmark(
    slug="disparity",
    title="Stops to disparity table",
    sizes={"quick": (100_000,), "plain": (1_000_000, 10_000_000), "full": (1_000_000, 10_000_000)},
    warm_up=20_000,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} stops",
    cases=(
        Case(OURS, ours),
        Case("Evenhand, both fields, intervals", ours_both, said="officer-defined and self-defined, twice the findings"),
        Case(PANDAS, by_pandas),
        Case("pandas groupby + 1000 draws of areas in a loop", by_hand),
        Case("aequitas crosstab, no intervals", by_aequitas, needs=("aequitas",)),
        Case("fairlearn MetricFrame, row bootstrap", by_fairlearn, needs=("fairlearn",), largest=1_000_000, largest_in_full=10_000_000),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Stops to a disparity table beside pandas, aequitas and fairlearn.")
    tables.show(harness.measured("disparity", mode=options.mode, repeats=options.repeats, keep=options.keep))
