"""From scores of people in a Parquet file to error rates by group and their largest gaps, with intervals from 1000 draws.

    python -m benchmarks.fairness [--quick | --full]

Every case reads the same file within the clock and gives, for six groups, the shares flagged, wrongly flagged and wrongly
passed over, and how often a flag is right; then equalised odds over all groups. Only Evenhand gives an interval for the last.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from evenhand.audit.about import About
from evenhand.audit.disclosure import already_published
from evenhand.audit.fairness import fairness, frame_of
from evenhand.audit.gap_findings import gap_findings
from evenhand.audit.rate_findings import rate_findings
from evenhand.audit.score_counts import count_scores
from evenhand.tables import engine

from . import harness, tables
from .cases import Answer, Benchmark, Case
from .made_up_scores import GROUPS, write_scores

REPLICATES = 1000
RATES = ("selection_rate", "false_positive_rate", "false_negative_rate", "positive_predictive_value")
NAMES = list(GROUPS)
BLACK = NAMES.index("Black")
ABOUT = About("fairness", "made up", "made up", "made up")
OPEN = already_published("nobody: made up")


def make(rows: int, folder: Path) -> None:
    """Write the people."""
    if not load(rows, folder).exists():
        write_scores(load(rows, folder), rows)


def load(rows: int, folder: Path) -> Path:
    """The file, not yet read."""
    return folder / f"scores-{rows}.parquet"


def ours(file: Path) -> Answer:
    """Evenhand: one scan into counts, then rates, differences, ratios and largest gaps, each with its interval."""
    counts = count_scores(engine.read_files([file]))
    frame = frame_of(counts, reference="White", about=ABOUT, rule=OPEN, replicates=REPLICATES)
    return answer_of([*rate_findings(frame), *gap_findings(frame)[0]])


def ours_whole(file: Path) -> Answer:
    """Evenhand: all findings of the question, ranking, calibration, 48 cells and what recording could do among them."""
    counts = count_scores(engine.read_files([file]))
    return answer_of(fairness(counts, reference="White", about=ABOUT, rule=OPEN, replicates=REPLICATES))


def answer_of(found: list) -> Answer:
    """Rates by group, and equalised odds with limits, from findings."""
    told = {(one.measure, one.group): one for one in found}
    rates = np.array([[told[f"group_{rate}", name].value for name in NAMES] for rate in RATES])
    limits = np.array([[[told[f"group_{rate}", name].low, told[f"group_{rate}", name].high] for name in NAMES] for rate in RATES])
    odds = next(one for one in found if one.measure == "equalised_odds_difference")
    return Answer({"rates": rates, "limits": limits, "odds": np.array([odds.value]), "odds_limits": np.array([odds.low, odds.high])})


def rows_of(file: Path) -> pd.DataFrame:
    """The people as pandas rows."""
    return pd.read_parquet(file, columns=["group", "is_flagged", "outcome"])


def by_pandas(file: Path) -> Answer:
    """Pandas: one grouping into counts, no intervals."""
    people = rows_of(file).groupby(["group", "is_flagged", "outcome"], observed=True).size().unstack(["is_flagged", "outcome"]).loc[NAMES]
    tp, fp, fn, tn = (people[flag, outcome].to_numpy(dtype=float) for flag, outcome in ((True, True), (True, False), (False, True), (False, False)))
    rates = np.array([(tp + fp) / (tp + fp + fn + tn), fp / (fp + tn), fn / (fn + tp), tp / (tp + fp)])
    return Answer({"rates": rates, "odds": odds_of(rates)})


def odds_of(rates: np.ndarray) -> np.ndarray:
    """Equalised odds from the rates: the larger range of FPR and FNR."""
    return np.array([max(np.ptp(rates[1]), np.ptp(rates[2]))])


def by_aequitas(file: Path) -> Answer:
    """Aequitas: a crosstab; no intervals."""
    from aequitas.group import Group

    rows = rows_of(file)
    frame = pd.DataFrame({"group": rows["group"].astype(str), "score": rows["is_flagged"].astype(int), "label_value": rows["outcome"].astype(int)})
    table, _ = Group().get_crosstabs(frame, attr_cols=["group"])
    table = table.set_index("attribute_value").loc[NAMES]
    rates = np.array([table[name].to_numpy(dtype=float) for name in ("pprev", "fpr", "fnr", "precision")])
    return Answer({"rates": rates, "odds": odds_of(rates)})


def by_fairlearn(file: Path) -> Answer:
    """fairlearn: four metrics, then a bootstrap of rows cut short and extrapolated."""
    from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
    from sklearn.metrics import precision_score

    started = time.perf_counter()
    rows = rows_of(file)
    metrics = {"selection": selection_rate, "fpr": false_positive_rate, "fnr": false_negative_rate, "ppv": precision_score}
    asked = {"metrics": metrics, "y_true": rows["outcome"], "y_pred": rows["is_flagged"], "sensitive_features": rows["group"].astype(str)}
    by_group = MetricFrame(**asked).by_group.loc[NAMES]
    point_s = time.perf_counter() - started
    draws = 2 if len(rows) <= 2_000_000 else 1
    started = time.perf_counter()
    drawn = MetricFrame(**asked, n_boot=draws, ci_quantiles=[0.025, 0.975], random_state=0)
    each_s = max((time.perf_counter() - started - point_s) / draws, 0.0)
    assert len(drawn.by_group_ci) == 2
    rates = by_group[list(metrics)].to_numpy(dtype=float).T
    return Answer(
        {"rates": rates, "odds": odds_of(rates)},
        seconds=point_s + REPLICATES * each_s,
        said=f"the figures alone took {point_s:.3g} s; draws of rows, {each_s:.3g} s each ({draws} done), extrapolated to {REPLICATES}",
    )


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """Largest difference of any rate from pandas, and equalised odds as each gives it."""
    reference = found[PANDAS] if PANDAS in found else found[OURS]
    told = {}
    for name, values in found.items():
        odds = f"{values['odds'][0]:.4f}"
        if "odds_limits" in values:
            odds += " ({:.4f} to {:.4f})".format(*values["odds_limits"])
        told[name] = {"largest difference from pandas": f"{np.abs(values['rates'] - reference['rates']).max():.1e}", "equalised odds difference": odds}
    return told


OURS, PANDAS = "Evenhand, rates and largest gaps, intervals", "pandas groupby, no intervals"

BENCHMARK = Benchmark(
    slug="fairness",
    title="Scores to error rates by group",
    sizes={"quick": (100_000,), "plain": (1_000_000, 10_000_000), "full": (1_000_000, 10_000_000)},
    warm_up=50_000,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} people",
    cases=(
        Case(OURS, ours),
        Case("Evenhand, every finding of the question", ours_whole, said="ranking, calibration, 48 cells and unequal recording too"),
        Case(PANDAS, by_pandas),
        Case("aequitas crosstab, no intervals", by_aequitas, needs=("aequitas",)),
        Case("fairlearn MetricFrame, row bootstrap", by_fairlearn, needs=("fairlearn",), largest=1_000_000, largest_in_full=10_000_000),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Scores to error rates by group beside pandas, aequitas and fairlearn.")
    tables.show(harness.measured("fairness", mode=options.mode, repeats=options.repeats, keep=options.keep))
