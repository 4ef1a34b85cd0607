"""Choosing among 160 yes/no columns of 20,164 cells: a penalised path with ten folds, then stepwise selection, beside glum, scikit-learn and statsmodels.

    python -m benchmarks.rtm [--quick | --full]

Made-up counts whose variance is three times their mean; ten of the columns matter. The cells are independent and their
columns too, so no two cells are alike: the hardest case for work that is saved by adding up cells alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from evenhand.systems.count_models import fit_nb1, fit_poisson, patterns_of
from evenhand.systems.poisson_path import cross_validated, folds_of, penalties_down_from
from evenhand.systems.rtm_selection import Choosing, choose
from evenhand.systems.stepwise import stepwise

from . import harness, tables
from .cases import Answer, Benchmark, Case

COLUMNS = {300: 11, 5_000: 80, 20_164: 160}
SHARE_ONES, THAT_MATTER, SIGMA, L1_SHARE, FOLDS = 0.15, 10, 2.0, 0.5, 10
REFIT_COLUMNS = 40
"""Columns that the stepwise selection by plain refits chooses among: those that the path left standing, at most so many."""


def make(size: int, folder: Path) -> None:
    """Write columns, counts and folds."""
    rng = np.random.default_rng(size)
    marks = rng.random((size, COLUMNS[size])) < SHARE_ONES
    effects = np.zeros(COLUMNS[size])
    effects[:THAT_MATTER] = rng.uniform(0.3, 1.2, THAT_MATTER)
    mean = np.exp(-1.5 + marks @ effects)
    events = rng.negative_binomial(mean / SIGMA, 1 / (1 + SIGMA)).astype(float)
    np.savez(folder / f"rtm-{size}.npz", marks=marks, events=events, fold=folds_of(events, folds=FOLDS, seed=1))


def load(size: int, folder: Path) -> dict[str, np.ndarray]:
    """Read them again."""
    return dict(np.load(folder / f"rtm-{size}.npz"))


def alone(work: Callable[[dict[str, Any]], Answer], peer: str = "") -> Callable[[dict[str, Any]], Answer]:
    """The same work on one thread: with two, glum's take ten times as long on small data, waiting for each other."""

    def on_one_thread(data: dict[str, Any]) -> Answer:
        if peer:  # only what is loaded can be held to one thread
            import_module(peer)
        with threadpool_limits(limits=1):
            return work(data)

    return on_one_thread


def useful(data: dict[str, Any]) -> dict[str, Any]:
    """The columns that the path leaves, found before the clock starts."""
    chosen = cross_validated(data["marks"], data["events"], signs=np.ones(data["marks"].shape[1]), l1_share=L1_SHARE, fold=data["fold"])
    return {**data, "useful": np.flatnonzero(chosen.coefficients)[:REFIT_COLUMNS]}


def told(columns: Any, *, bic: float = np.nan, penalty: float = np.nan) -> Answer:
    """Which columns, and how good."""
    return Answer({"columns": np.sort(np.asarray(columns, dtype=int)), "bic": np.array([bic]), "penalty": np.array([penalty])})


def whole(data: dict[str, Any]) -> Answer:
    """Evenhand: path, folds and stepwise in both families, columns that may only add."""
    many = data["marks"].shape[1]
    rules = Choosing(folds=FOLDS, l1_share=L1_SHARE)
    chosen = choose(data["marks"], data["events"], factor=np.arange(many), signs=np.ones(many, dtype=int), rules=rules, fold=data["fold"])
    return told(chosen.columns, bic=chosen.selected.fitted.bic, penalty=chosen.penalty)


def path(data: dict[str, Any]) -> Answer:
    """Evenhand: the path with its folds, any sign."""
    found = cross_validated(data["marks"], data["events"], signs=np.zeros(data["marks"].shape[1]), l1_share=L1_SHARE, fold=data["fold"])
    return told(np.flatnonzero(found.coefficients), penalty=float(found.path.penalties[found.position]))


def glum_path(data: dict[str, Any], *, sparse: bool) -> Answer:
    """Glum: the same penalties and folds."""
    from glum import GeneralizedLinearRegressorCV
    from scipy.sparse import csc_matrix

    marks = data["marks"].astype(float)
    # Its own penalties start from the same largest one.
    largest = float((marks - marks.mean(axis=0)).T.dot(data["events"]).__abs__().max() / len(marks) / L1_SHARE)
    folds = [(np.flatnonzero(data["fold"] != k), np.flatnonzero(data["fold"] == k)) for k in range(FOLDS)]
    model = GeneralizedLinearRegressorCV(family="poisson", l1_ratio=L1_SHARE, alphas=penalties_down_from(largest), cv=folds, n_jobs=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(csc_matrix(marks) if sparse else marks, data["events"])
    return told(np.flatnonzero(model.coef_), penalty=float(model.alpha_))


def glum_sparse(data: dict[str, Any]) -> Answer:
    """Glum on sparse columns."""
    return glum_path(data, sparse=True)


def glum_dense(data: dict[str, Any]) -> Answer:
    """Glum on a plain array."""
    return glum_path(data, sparse=False)


def gaussian_path(data: dict[str, Any]) -> Answer:
    """scikit-learn: an elastic net, with squared error in place of the counts' likelihood."""
    from sklearn.linear_model import ElasticNetCV

    folds = [(np.flatnonzero(data["fold"] != k), np.flatnonzero(data["fold"] == k)) for k in range(FOLDS)]
    model = ElasticNetCV(l1_ratio=L1_SHARE, alphas=50, cv=folds).fit(data["marks"].astype(float), data["events"])
    return told(np.flatnonzero(model.coef_), penalty=float(model.alpha_))


def step_poisson(data: dict[str, Any]) -> Answer:
    """Evenhand: stepwise, Poisson."""
    found = stepwise(data["marks"][:, data["useful"]], data["events"], family="poisson")
    return told(data["useful"][list(found.columns)], bic=found.fitted.bic)


def step_nb1(data: dict[str, Any]) -> Answer:
    """Evenhand: stepwise, NB1."""
    found = stepwise(data["marks"][:, data["useful"]], data["events"], family="nb1")
    return told(data["useful"][list(found.columns)], bic=found.fitted.bic)


def by_refits(data: dict[str, Any], bic: Any) -> Answer:
    """The same steps, each model fitted on all cells."""
    plain, wanted = data["marks"].astype(float), data["useful"].tolist()
    chosen: list[int] = []
    best = bic(plain[:, []], data["events"])
    while True:
        ins = [[*chosen, j] for j in wanted if j not in chosen]
        outs = [[j for j in chosen if j != gone] for gone in chosen[:-1]]
        value, one = min((bic(plain[:, one], data["events"]), one) for one in [*ins, *outs])
        if not value < best - 1e-6:
            return told(chosen, bic=best)
        chosen, best = one, value


def refit_statsmodels(data: dict[str, Any]) -> Answer:
    """Statsmodels' GLM at each step."""
    import statsmodels.api as sm

    return by_refits(data, lambda x, y: sm.GLM(y, np.column_stack([np.ones(len(y)), x]), family=sm.families.Poisson()).fit().bic_llf)


def refit_glum(data: dict[str, Any]) -> Answer:
    """Glum without penalty at each step; its own likelihood, with log(events!) left out and put back."""
    from glum import GeneralizedLinearRegressor
    from scipy.special import gammaln

    def bic(x: np.ndarray, y: np.ndarray) -> float:
        # Without a column it will not fit; the mean is then the fit.
        model = GeneralizedLinearRegressor(family="poisson", alpha=0, gradient_tol=1e-7)
        mean = model.fit(x, y).predict(x) if x.shape[1] else np.full(len(y), y.mean())
        return float(-2 * (y * np.log(mean) - mean - gammaln(y + 1)).sum() + (x.shape[1] + 1) * np.log(len(y)))

    return by_refits(data, bic)


def once_nb1(data: dict[str, Any]) -> Answer:
    """Evenhand: one NB1 fit of the ten columns that matter, the table made within the clock."""
    columns = np.arange(THAT_MATTER)
    return told(columns, bic=fit_nb1(patterns_of(data["marks"][:, columns], data["events"])).bic)


def once_poisson(data: dict[str, Any]) -> Answer:
    """Evenhand: one Poisson fit of the same."""
    columns = np.arange(THAT_MATTER)
    return told(columns, bic=fit_poisson(patterns_of(data["marks"][:, columns], data["events"])).bic)


def once_statsmodels(data: dict[str, Any]) -> Answer:
    """Statsmodels: one NB1 fit of the same."""
    import statsmodels.api as sm

    columns = np.arange(THAT_MATTER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = sm.NegativeBinomial(data["events"], sm.add_constant(data["marks"][:, columns].astype(float)), loglike_method="nb1").fit(disp=0, maxiter=500)
    return told(columns, bic=float(-2 * fitted.llf + (THAT_MATTER + 2) * np.log(len(data["events"]))))


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """How many columns are left, how many of those that matter, and BIC."""
    return {
        name: {
            "columns chosen": str(len(values["columns"])),
            "of those that matter": f"{int((values['columns'] < THAT_MATTER).sum())} of {THAT_MATTER}",
            "BIC": "" if np.isnan(values["bic"][0]) else f"{values['bic'][0]:,.2f}",
            "penalty": "" if np.isnan(values["penalty"][0]) else f"{values['penalty'][0]:.5f}",
        }
        for name, values in found.items()
    }


WHOLE, PATH, STEP, ONCE = "Evenhand, the whole choice", "Evenhand path, any sign", "Evenhand stepwise, Poisson", "Evenhand `fit_nb1`, 10 columns"
LONG: dict[str, Any] = {"largest": 5_000, "largest_in_full": 20_164}
LEFT = f"among the columns that the path left, at most {REFIT_COLUMNS}"

BENCHMARK = Benchmark(
    slug="rtm",
    title="Choosing risk factors",
    sizes={"quick": (5_000,), "plain": (5_000, 20_164), "full": (5_000, 20_164)},
    warm_up=300,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} cells, {COLUMNS[size]} columns",
    cases=(
        Case(WHOLE, alone(whole), said="50 penalties, 10 folds, columns that may only add, then stepwise in both families"),
        Case(PATH, alone(path), beside=PATH, said="50 penalties, 10 folds"),
        Case("glum CV, sparse columns", alone(glum_sparse, "glum"), needs=("glum",), beside=PATH, said="the same penalties and folds"),
        Case("glum CV, plain array", alone(glum_dense, "glum"), needs=("glum",), beside=PATH, said="the same penalties and folds", **LONG),
        Case(
            "scikit-learn `ElasticNetCV`",
            alone(gaussian_path, "sklearn.linear_model"),
            needs=("sklearn",),
            beside=PATH,
            said="squared error: another question, and penalties of its own",
        ),
        Case(STEP, alone(step_poisson), prepare=useful, beside=STEP, said=LEFT),
        Case("statsmodels GLM at each step", alone(refit_statsmodels), needs=("statsmodels",), prepare=useful, beside=STEP, said=LEFT, **LONG),
        Case("glum at each step", alone(refit_glum, "glum"), needs=("glum",), prepare=useful, beside=STEP, said=LEFT, **LONG),
        Case("Evenhand stepwise, NB1", alone(step_nb1), prepare=useful, beside=STEP, said=f"{LEFT}; no peer has the family and the steps"),
        Case(ONCE, alone(once_nb1), beside=ONCE, said="the ten columns that matter; the table of patterns made within the clock"),
        Case("statsmodels `NegativeBinomial`, NB1", alone(once_statsmodels), needs=("statsmodels",), beside=ONCE),
        Case("Evenhand `fit_poisson`, 10 columns", alone(once_poisson), beside=ONCE),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Choosing risk factors beside glum, scikit-learn and statsmodels.")
    tables.show(harness.measured("rtm", mode=options.mode, repeats=options.repeats, keep=options.keep))
