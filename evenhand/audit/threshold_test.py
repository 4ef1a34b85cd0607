"""The threshold test: how high was the bar for a search, for each group, whatever the groups' chances of a find?

Search rates and shares of hits by group and area are put to the model of `threshold_model`, which separates
how chances of a find are spread in a group from the bar at which its people are searched. A lower bar for a
group says that its members were searched on less.

What is reported is each group's bar averaged over areas, every area weighted by all its stops, the same
weights for every group; and the difference from the reference's. Before any of it is reported, chains must
agree and their draws be worth enough; and what the model says the records should look like is set beside
what they look like.

Read with care:
    The model sees two numbers a cell for three unknowns; the rest is structure and priors. Run it with other
    priors (`prior_scale`) and other rules on which areas enter (`least`) before relying on it. It takes
    stops as given and chances as what officers act on. An average bar is not any officer's.

Steps, in order:  eligible -> starts -> sample (hamiltonian) -> draws_of_bars -> Threshold (bars, differences, convergence, fit)

Source: Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11(3), 1193-1216; Pierson, Corbett-Davies & Goel
(2018), AISTATS, PMLR 84, 96-105. The rule of 500 stops of a group in an area follows the Stanford Open Policing Project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .convergence import FEWEST_EFFECTIVE, LARGEST_RHAT, effective_draws, rhat
from .hamiltonian import Draws, sample
from .intervals import Interval, tail_share, whole_counts
from .threshold_model import Cells, Parts, Priors, bars_of_cells, log_posterior, rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

LEAST_STOPS = 500
FEWEST_AREAS = 5
"""With fewer areas the priors decide, not the counts."""
CHAINS = 4
GRID = np.linspace(-5.5, 5.5, 34)
"""Where a cell's bar is tabulated to be drawn, in widths around its mode."""
AT_A_TIME = 400_000


class Eligible(NamedTuple):
    """Which cells enter.

    Attributes:
        areas, groups: positions kept.
        cells: shape (areas kept, groups kept); the others keep their place and lend no counts.
        used_share: stops in cells that enter, over all stops.
    """

    areas: NDArray[np.intp]
    groups: NDArray[np.intp]
    cells: NDArray[np.bool_]
    used_share: float


class Fit(NamedTuple):
    """How well chains agree and the model fits.

    Attributes:
        rhat, effective: the worst over what is reported.
        diverged: share of ways that left the density.
        outside_searches, outside_hits: share of cells whose searches, or hits, lie outside what the model says for 95 of 100 replicas.
        p_hits: posterior predictive p-value of how far hits lie from what is expected, over all cells.
        cells: that entered.
    """

    rhat: float
    effective: float
    diverged: float
    outside_searches: float
    outside_hits: float
    p_hits: float
    cells: int

    @property
    def has_converged(self) -> bool:
        """Whether anything may be reported."""
        return self.rhat <= LARGEST_RHAT and self.effective >= FEWEST_EFFECTIVE


class Threshold(NamedTuple):
    """The posterior of the bars; arrays of shape (groups,), nan for groups that did not enter.

    Attributes:
        bar: average bar, median and limits; share, 0 to 1.
        difference: from the reference's, median and limits.
        lower: posterior probability that the bar is below the reference's.
        stops: stops of each group that entered.
        fit: of the chains and the model.
        eligible: which cells entered.
    """

    bar: Interval
    difference: Interval
    lower: NDArray[np.float64]
    stops: NDArray[np.float64]
    fit: Fit
    eligible: Eligible


def threshold_test(
    encounters: ArrayLike,
    searches: ArrayLike,
    hits: ArrayLike,
    *,
    reference: int,
    least: int = LEAST_STOPS,
    prior_scale: float = 1.0,
    level: float = 0.95,
    warm_up: int = 600,
    draws: int = 1000,
    seed: int = 0,
    tell: Callable[[str, float], None] | None = None,
) -> Threshold:
    """Fit the threshold test.

    Args:
        encounters, searches, hits: shape (areas, groups); encounters may be nan where unknown.
        reference: position of the group compared with.
        least: stops that a group needs in an area for that cell to enter.
        prior_scale: all priors wider (2) or narrower (0.5) by this.
        level: coverage of the intervals.
        warm_up, draws: of each of four chains.
        seed: of the sampler.
        tell: is told how much is done.

    Returns:
        Threshold. Look at `fit.has_converged` before using it.

    Raises:
        CannotAnswer: too few areas with enough stops of the reference and of another group.
        BadValue: counts that are no counts, more hits than searches, or more searches than stops.

    Example:
        Six areas in which the second group has something on it as often, and is searched at a lower bar:

        >>> from evenhand.audit.threshold_model import search_and_hit_rate
        >>> rate, share = search_and_hit_rate([0.2, 0.1], carrying=np.linspace(0.04, 0.08, 6)[:, None], signal=1.5)
        >>> stops = np.full((6, 2), 5_000.0)
        >>> searches = np.round(stops * rate)
        >>> found = threshold_test(stops, searches, np.round(searches * share), reference=0, warm_up=150, draws=100, seed=1)
        >>> bool(found.difference.high[1] < 0), bool(found.bar.low[0] < 0.2 < found.bar.high[0])
        (True, True)

    Read with care:
        See the head of this file.

    Source: Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11(3), 1193-1216.
    """
    if prior_scale <= 0 or least < 1:
        raise BadSetting(f"prior_scale={prior_scale:g} and least={least} must be above 0. 1 and {LEAST_STOPS} are usual.")
    tables = _checked(encounters, searches, hits)
    chosen = eligible(tables[0], reference=reference, least=least)
    cells = _cells(tables, chosen)
    drawn = fit(cells, Priors().scaled(prior_scale), warm_up=warm_up, draws=draws, seed=seed, tell=tell)
    rng = np.random.default_rng(seed + 1)
    bars = draws_of_bars(cells, drawn.positions, rng)  # (draws, fits, chains, cells), logit scale
    weights = np.nan_to_num(tables[0])[chosen.areas].sum(axis=1)
    average = _averaged(bars, cells, weights)[:, 0]  # (draws, chains, groups)
    home = int(np.flatnonzero(chosen.groups == reference)[0])
    apart = average - average[..., [home]]
    others = [group for group in range(cells.groups) if group != home]
    quantities = [average[..., group] for group in range(cells.groups)] + [apart[..., group] for group in others]
    made = _fit(cells, drawn, bars, quantities, rng, draws=draws)
    groups = len(tables[0][0])
    bar, difference = (_spread(one.reshape(-1, cells.groups), chosen.groups, groups, level) for one in (average, apart))
    below = np.full(groups, np.nan)
    below[chosen.groups[others]] = (apart[..., others] < 0).mean(axis=(0, 1))
    is_other = np.arange(groups) != reference
    difference = Interval(*(np.where(is_other, one, np.nan) for one in difference))
    stops = np.zeros(groups)
    stops[chosen.groups] = cells.encounters.reshape(cells.areas, cells.groups).sum(axis=0)
    return Threshold(bar, difference, below, stops, made, chosen)


def eligible(encounters: NDArray[np.float64], *, reference: int, least: int = LEAST_STOPS) -> Eligible:
    """Which cells have stops enough, in areas where the reference and some other group do.

    Args:
        encounters: shape (areas, groups); nan where unknown.
        reference: position of the group compared with.
        least: stops that a cell needs.

    Raises:
        CannotAnswer: fewer than five such areas.

    Example:
        >>> kept = eligible(np.array([[900.0, 800.0, 3.0]] * 5 + [[900.0, 20.0, 4.0]]), reference=0)
        >>> kept.areas.tolist(), kept.groups.tolist(), round(kept.used_share, 2)
        ([0, 1, 2, 3, 4], [0, 1], 0.9)
    """
    known = np.nan_to_num(encounters)
    enough = known >= least
    others = np.arange(known.shape[1]) != reference
    areas = np.flatnonzero(enough[:, reference] & enough[:, others].any(axis=1))
    per_group = enough[areas].sum(axis=0)
    groups = np.flatnonzero((per_group >= FEWEST_AREAS) | (np.arange(known.shape[1]) == reference))
    areas = areas[enough[np.ix_(areas, groups[groups != reference])].any(axis=1)]
    if len(groups) < 2 or len(areas) < FEWEST_AREAS:
        most = int((enough[:, [reference]] & enough[:, others]).sum(axis=0).max(initial=0))
        raise CannotAnswer(
            f"At most {most} areas have {least:,} stops of the reference group and of the same other group, and {FEWEST_AREAS} are the fewest from which "
            "bars and chances of a find can be told apart. Larger areas, a longer period, or a lower rule on stops would be needed."
        )
    cells = enough[np.ix_(areas, groups)]
    return Eligible(areas, groups, cells, float(known[np.ix_(areas, groups)][cells].sum() / known.sum()))


def fit(
    cells: Cells,
    priors: Priors,
    *,
    chains: int = CHAINS,
    warm_up: int = 600,
    draws: int = 1000,
    seed: int = 0,
    tell: Callable[[str, float], None] | None = None,
) -> Draws:
    """Draw from the posterior of one data set, or of several at once.

    Args:
        cells: the counts.
        priors: see `threshold_model.Priors`.
        chains, warm_up, draws, seed, tell: see `hamiltonian.sample`.
    """
    start = starts(cells, np.random.default_rng(seed), chains=chains)
    return sample(lambda position: log_posterior(cells, priors, position), start, warm_up=warm_up, draws=draws, seed=seed, tell=tell)


def starts(cells: Cells, rng: np.random.Generator, *, chains: int) -> NDArray[np.float64]:
    """Where chains start: near what each group's counts show, scattered."""
    from scipy.special import ndtri

    fits, shape = len(cells.hits), (-1, cells.areas, cells.groups)
    stops, made, found = (one.reshape(shape).sum(axis=1) + add for one, add in ((cells.encounters, 4), (cells.searches, 2), (cells.hits, 1)))
    at_bar, hit = -ndtri((made - found) / stops), np.log(found / (made - found))
    middle = np.concatenate([at_bar, hit, np.zeros((fits, cells.groups + 2 * cells.areas)), np.full((fits, 1), np.log(Priors().bar_spread))], axis=1)
    scatter = np.concatenate([np.full(3 * cells.groups, 0.3), np.full(2 * cells.areas, 0.1), [0.3]])
    return middle[:, None, :] + scatter * rng.standard_normal((fits, chains, cells.parameters))


def draws_of_bars(cells: Cells, positions: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A draw of every cell's bar for each draw of all else, on the logit scale; shape (draws, fits, chains, cells)."""
    found = np.empty((*positions.shape[:3], cells.areas * cells.groups))
    block = max(1, AT_A_TIME // (found[0].size * len(GRID)))
    for first in range(0, len(positions), block):
        found[first : first + block] = np.stack([_bars(cells, cells.parts(one), rng) for one in positions[first : first + block]])
    return found


def _bars(cells: Cells, parts: Parts, rng: np.random.Generator) -> NDArray[np.float64]:
    """One draw of every cell's bar, by inverting its tabulated distribution."""
    with np.errstate(all="ignore"):
        log_carrying, log_signal, middle = cells.of_cells(parts)
        spread = np.exp(np.clip(parts.log_spread, -12, 4))
        at = bars_of_cells(cells, log_carrying, log_signal, middle, spread)
        points = at.mode + at.width * GRID.reshape(-1, 1, 1, 1)
        seen = rates(points, log_carrying, 1 / (1 + np.exp(-log_carrying)), np.exp(log_signal))
        hits, misses, rest = cells.counts
        log_chance = hits * np.log(seen.hit) + misses * np.log(seen.miss) + rest * np.log(seen.rest) - 0.5 * ((points - middle) / spread) ** 2
        chance = np.exp(log_chance - log_chance.max(axis=0))
    steps = (chance[1:] + chance[:-1]) / 2
    total = np.concatenate([np.zeros((1, *steps.shape[1:])), np.cumsum(steps, axis=0)]) / steps.sum(axis=0)
    wanted = rng.random(total.shape[1:])
    after = np.clip((total < wanted).sum(axis=0), 1, len(GRID) - 1)
    below, above = (np.take_along_axis(total, at_[None], axis=0)[0] for at_ in (after - 1, after))
    share = np.divide(wanted - below, above - below, out=np.full(wanted.shape, 0.5), where=above > below)
    return at.mode + at.width * (GRID[after - 1] + share * (GRID[1] - GRID[0]))


def _checked(encounters: ArrayLike, searches: ArrayLike, hits: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    given = np.asarray(encounters, dtype=float)
    stops, made, found = whole_counts(np.nan_to_num(given), "encounters"), whole_counts(searches, "searches"), whole_counts(hits, "hits")
    if made.ndim != 2 or not stops.shape == made.shape == found.shape:
        raise BadValue("Encounters, searches and hits must be tables of areas by groups, alike in shape.")
    known = np.isfinite(given)
    if np.any(found > made):
        raise BadValue("There are more hits than searches. Both must count the same searches.")
    if np.any((made > stops) & known):
        raise BadValue(f"There are more searches than stops in {int(((made > stops) & known).sum())} cells, so searches cannot be a share of these stops.")
    return np.where(known, stops, np.nan), made, found


def _cells(tables: tuple[NDArray[np.float64], ...], chosen: Eligible) -> Cells:
    at = np.ix_(chosen.areas, chosen.groups)
    stops, made, found = (np.where(chosen.cells, np.nan_to_num(table[at]), 0.0).reshape(1, -1) for table in tables)
    return Cells(stops, made, found, len(chosen.groups), len(chosen.areas))


def _averaged(bars: NDArray[np.float64], cells: Cells, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each group's bar over areas, every area weighted by all its stops; shape (draws, fits, chains, groups)."""
    share = (1 / (1 + np.exp(-bars))).reshape(*bars.shape[:3], cells.areas, cells.groups)
    return np.einsum("nfcdr,d->nfcr", share, weights / weights.sum())


def _spread(drawn: NDArray[np.float64], kept: NDArray[np.intp], groups: int, level: float) -> Interval:
    tail = tail_share(level)
    found = np.full((3, groups), np.nan)
    found[:, kept] = np.quantile(drawn, [0.5, tail, 1 - tail], axis=0)
    return Interval(*found)


def _fit(cells: Cells, drawn: Draws, bars: NDArray[np.float64], quantities: list[Any], rng: np.random.Generator, *, draws: int) -> Fit:
    """Whether chains agree on what is reported, and whether the records look as the model says they should."""
    worst, fewest = max(rhat(one) for one in quantities), min(effective_draws(one) for one in quantities)
    every = max(1, draws // 250)
    position, bar = drawn.positions[::every], bars[::every]
    log_carrying, log_signal, _ = cells.of_cells(cells.parts(position))
    seen = rates(bar, log_carrying, 1 / (1 + np.exp(-log_carrying)), np.exp(log_signal))
    searched = np.clip(seen.hit + seen.miss, 0, 1)
    hit = np.clip(seen.hit / (seen.hit + seen.miss), 0, 1)
    used = cells.encounters[0] > 0
    stops, made, found = (one[0].astype(np.int64) for one in (cells.encounters, cells.searches, cells.hits))
    again_made = rng.binomial(stops, searched)
    again_found = rng.binomial(made, hit)
    expected, noise = made * hit, np.sqrt(np.maximum(made * hit * (1 - hit), 1e-12))
    ours = (((found - expected) / noise)[..., used] ** 2).sum(axis=-1)
    theirs = (((again_found - expected) / noise)[..., used] ** 2).sum(axis=-1)
    return Fit(
        worst,
        fewest,
        float(drawn.diverged.sum() / (draws * drawn.positions.shape[2])),
        _outside(made, again_made, used),
        _outside(found, again_found, used),
        float((theirs >= ours).mean()),
        int(used.sum()),
    )


def _outside(seen: NDArray[np.int64], again: NDArray[np.int64], used: NDArray[np.bool_]) -> float:
    """Share of cells whose count lies in either tail of 2.5 in 100 replicas; half of the ties count."""
    over = (again > seen).mean(axis=(0, 1, 2)) + 0.5 * (again == seen).mean(axis=(0, 1, 2))
    return float(((over < 0.025) | (over > 0.975))[used].mean())
