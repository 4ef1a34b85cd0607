"""Two ways from what is known of an area to how many crimes to expect there next month: a regression and a forest.

Both learn how crimes of some months went with crimes of the months before and with who lives there, and then take one step
ahead: the latest crimes go in, and the next month comes out.

- `paved`: one row an area. The crimes of the last `target_months` are explained by those of the `history_months` before, told as
  the logarithm of their ratio to what the whole place's rate would give the area, half a crime added to both.
- `predvol`: one row an area and month. Each of the last `target_months` is explained by the means of the last 1, 3, 12 and
  `history_months` months before it.

A forest that is shown an area month after month knows it again by its census figures, as by a fingerprint: left without earlier
crimes, it still gives each area its own record. Held out (`own_area`), an area is judged by a model that has not seen it.

Where the records are short, both halves shrink: a table of 14 months has 7 to explain and 7 before them. A single month has no
past: earlier crimes are then no input.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .area_inputs import CRIME, INPUTS, Columns, independent
from .area_regression import Fitted, fit_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .area_inputs import Past

VARIANTS = ("paved", "predvol")
INTENSITIES = ("covariate", "none")
SPREADS = ("even", "by-intensity", "area-score")
OWN_AREA = ("learnt-from", "held-out")
FOLDS = 5
"""Parts into which areas are dealt out, one after the other, where each is to be judged by a model that has not seen it."""
WINDOWS = (1, 3, 12)
"""Months over which the forest is told the mean of earlier crimes, beside `history_months`."""
HALF_A_CRIME = 0.5
"""Added above and below the line before the logarithm is taken: none at all has none. Added above alone, it would tell the regression how many
people an area has wherever there is no crime, and so bring residents in by the back door."""


@dataclass(frozen=True)
class Rules:
    """Readings of the card that concern the learning; see there."""

    variant: str
    inputs: str
    target_months: int
    history_months: int
    ridge: float
    intensity: str
    spread: str
    own_area: str
    trees: int
    least_in_leaf: int
    seed: int

    def __post_init__(self) -> None:
        choices = {"variant": VARIANTS, "inputs": tuple(INPUTS), "intensity": INTENSITIES, "spread": SPREADS, "own_area": OWN_AREA}
        for name, known in choices.items():
            if getattr(self, name) not in known:
                raise BadSetting(f"There is no {name} '{getattr(self, name)}'. Known: {', '.join(known)}.")
        for name in ("target_months", "history_months", "trees", "least_in_leaf"):
            if getattr(self, name) < 1:
                raise BadSetting(f"{name}={getattr(self, name)!r} leaves nothing to learn with; give 1 or more.")
        if not (np.isfinite(self.ridge) and self.ridge >= 0):
            raise BadSetting(f"ridge={self.ridge!r} is no pull; give 0 or more.")

    @property
    def uses_crime(self) -> bool:
        """Whether earlier crimes are among the inputs."""
        return CRIME in INPUTS[self.inputs]

    def windows(self, months: int) -> tuple[int, int]:
        """How many of the months there are are explained, and how many lie before them."""
        target = min(self.target_months, max(1, months // 2))
        return target, min(self.history_months, months - target)


@dataclass(frozen=True)
class Learnt:
    """What a model expects.

    Attributes:
        expected: crimes of each area in the next month, shape (areas,); 0 where the base is 0. Where areas are held out, each by the
            model that has not seen it; what follows is then of the model that has seen all.
        names, families: inputs that were used, in order.
        left_out: inputs that were constant, or made up of earlier ones.
        regression: coefficients of the inputs, each divided by its standard deviation among areas; None for a forest.
        inputs_now: the inputs as they were put in for the next month, standardised likewise, shape (areas with a base, inputs).
        importances: of a forest's inputs: how much of the squared error each took away, adding up to 1; None for a regression.
    """

    expected: NDArray[np.float64]
    names: tuple[str, ...]
    families: tuple[str, ...]
    left_out: tuple[str, ...]
    regression: Fitted | None
    inputs_now: NDArray[np.float64]
    importances: NDArray[np.float64] | None


def learn(past: Past, census: Columns, base: NDArray[np.float64], rules: Rules) -> Learnt:
    """Learn, and take the one step ahead.

    Args:
        past: crimes by area and month.
        census: who lives in each area.
        base: what crimes are set against; areas where it is 0 are left out, and nothing is expected there.
        rules: the readings.

    Raises:
        CannotAnswer: earlier crimes are the only input and there is one month; no events in the months to be explained; a coefficient without end.
    """
    if rules.inputs == "crime-only" and past.crimes.shape[1] < 2:
        raise CannotAnswer("There is one month of records, so there are no earlier crimes to explain it by. Choose another reading of `inputs`.")
    model = _paved if rules.variant == "paved" else _predvol
    areas = int((base > 0).sum())
    found = model(past, census, base, rules, np.ones(areas, dtype=bool))
    if rules.own_area == "learnt-from":
        return found
    if areas < 2:
        raise CannotAnswer("There is one area, so none is left to learn from when it is held out. Choose another reading of `own_area`.")
    expected = np.zeros(len(base))
    fold = np.arange(areas) % FOLDS
    for number in range(min(FOLDS, areas)):
        apart = np.flatnonzero(base > 0)[fold == number]
        expected[apart] = model(past, census, base, rules, fold != number).expected[apart]
    return replace(found, expected=expected)


def _paved(past: Past, census: Columns, base: NDArray[np.float64], rules: Rules, seen: NDArray[np.bool_]) -> Learnt:
    """`seen` says which of the areas with a base are learnt from; something is expected of all of them."""
    months = past.crimes.shape[1]
    target, _ = rules.windows(months)
    there = base > 0
    then, now = (_before(past, census, base, rules, month) for month in (months - target, months))
    kept = independent(then.values[seen])
    middle, spread = then.values[seen][:, kept].mean(axis=0), then.values[seen][:, kept].std(axis=0)
    counts = past.crimes[there, months - target :].sum(axis=1)
    found = fit_counts((then.values[seen][:, kept] - middle) / spread, counts[seen], base[there][seen], ridge=rules.ridge)
    inputs_now = (now.values[:, kept] - middle) / spread
    expected = np.zeros(len(base))
    expected[there] = base[there] * np.exp(found.coefficients[0] + inputs_now @ found.coefficients[1:]) / target
    chosen = set(kept.tolist())
    return Learnt(
        expected,
        tuple(then.names[i] for i in kept),
        tuple(then.families[i] for i in kept),
        tuple(name for i, name in enumerate(then.names) if i not in chosen),
        found,
        inputs_now,
        None,
    )


def _before(past: Past, census: Columns, base: NDArray[np.float64], rules: Rules, month: int) -> Columns:
    """Inputs of each area with a base, as they stood before a month."""
    there = base > 0
    _, history = rules.windows(past.crimes.shape[1])
    sources = _sources(past, rules, history)
    earlier = [log_ratio(source[there, month - history : month].sum(axis=1), base[there]) for _, source in sources]
    return Columns(
        (*(name for name, _ in sources), *census.names), (*(CRIME for _ in sources), *census.families), np.column_stack([*earlier, census.values[there]])
    )


def log_ratio(crimes: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each area's crimes lie above or below what all areas' rate would give it, as a logarithm.

    Example:
        >>> log_ratio(np.array([3.0, 1.0, 0.0]), np.array([100.0, 100.0, 200.0])).round(3).tolist()  # 1, 1 and 2 were expected
        [0.847, 0.0, -1.609]
    """
    expected = base * (crimes.sum() / base.sum())
    return np.asarray(np.log((crimes + HALF_A_CRIME) / (expected + HALF_A_CRIME)))


def _predvol(past: Past, census: Columns, base: NDArray[np.float64], rules: Rules, seen: NDArray[np.bool_]) -> Learnt:
    from sklearn.ensemble import RandomForestRegressor

    months = past.crimes.shape[1]
    target, _ = rules.windows(months)
    there = base > 0
    explained = range(max(months - target, min(1, months - 1)), months)
    then, counts = forest_rows(past, census, base, rules, months=explained)
    is_seen = np.tile(seen, len(explained))
    if not counts[is_seen].sum() > 0:
        raise CannotAnswer("There are no events in the months to be explained, so nothing can be learnt from them. Choose another reading of `target_months`.")
    now, _ = forest_rows(past, census, base, rules, months=range(months, months + 1))
    forest = RandomForestRegressor(rules.trees, min_samples_leaf=rules.least_in_leaf, max_features=1 / 3, random_state=rules.seed)
    forest.fit(then.values[is_seen], counts[is_seen])
    expected = np.zeros(len(base))
    expected[there] = forest.predict(now.values)
    return Learnt(expected, then.names, then.families, (), None, now.values, np.asarray(forest.feature_importances_))


def forest_rows(past: Past, census: Columns, base: NDArray[np.float64], rules: Rules, *, months: range) -> tuple[Columns, NDArray[np.float64]]:
    """Inputs and crimes of each area with a base in each of some months, month after month.

    Args:
        past, census, base, rules: as for `learn`.
        months: positions of the months; one beyond the last has inputs, and no crimes yet: 0 stands for them.
    """
    there = base > 0
    _, history = rules.windows(past.crimes.shape[1])
    blocks, counts = [], []
    for month in months:
        earlier = [
            source[there, max(0, month - back) : month].mean(axis=1)
            for _, source in _sources(past, rules, history)
            for back in _backs(history)
        ]
        blocks.append(np.column_stack([base[there], *earlier, census.values[there]]))
        counts.append(past.crimes[there, month] if month < past.crimes.shape[1] else np.zeros(int(there.sum())))
    names = [f"{name}, last {back}" for name, _ in _sources(past, rules, history) for back in _backs(history)]
    families = ("base", *(CRIME for _ in names), *census.families)
    return Columns(("base", *names, *census.names), families, np.vstack(blocks)), np.concatenate(counts)


def _sources(past: Past, rules: Rules, history: int) -> list[tuple[str, NDArray[np.float64]]]:
    """Where earlier crimes are read from: the area itself and, smoothed, its surroundings."""
    if not rules.uses_crime or history == 0:
        return []
    own = [("earlier crimes here", past.crimes)]
    return own if past.smoothed is None or rules.intensity == "none" else [*own, ("earlier crimes here and near", past.smoothed)]


def _backs(history: int) -> list[int]:
    return sorted({min(back, history) for back in (*WINDOWS, history)})
