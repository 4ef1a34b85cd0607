"""Have the chains met, and what are their draws worth? To be asked before any number from them is believed.

Chains that started apart should come to tell the same story: R-hat compares the spread between chains (and
between the halves of each) with the spread within, and is near 1 where they do. Draws follow each other
closely, so a thousand of them may be worth a hundred independent ones: that is the effective number.
Both are taken of ranks, so that long tails do not fool them.

Read with care:
    Good figures do not show that the posterior is right, only that it was explored; a hill that no chain
    found leaves no trace.

Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Rank-normalization, folding, and localization: an improved
R-hat, Bayesian Analysis 16(2), 667-718.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LARGEST_RHAT = 1.01
FEWEST_EFFECTIVE = 400
"""What the source asks for before a posterior is reported."""


def rhat(draws: ArrayLike) -> float:
    """Spread between chains over the spread within, of ranks and of distances from the middle, the larger of the two.

    Args:
        draws: of one quantity, shape (draws, chains).

    Returns:
        About 1 where chains agree; nan where the draws do not vary.

    Raises:
        BadValue: fewer than 4 draws, or a missing value.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> agree, apart = rng.normal(size=(500, 4)), rng.normal(size=(500, 4)) + [0, 0, 0, 1]
        >>> f"{rhat(agree):.2f} {rhat(apart):.2f}"
        '1.00 1.10'

    Read with care:
        See the head of this file.

    Source: Vehtari et al. (2021), Bayesian Analysis 16(2), 667-718, section 4.
    """
    x = _checked(draws)
    return float(np.fmax(_plain_rhat(_ranked(_halves(x))), _plain_rhat(_ranked(np.abs(_halves(x) - np.median(x))))))


def effective_draws(draws: ArrayLike) -> float:
    """How many independent draws these are worth: the least of what they say of the middle and of either tail.

    Args:
        draws: of one quantity, shape (draws, chains).

    Returns:
        At most draws x chains times its logarithm; nan where the draws do not vary.

    Raises:
        BadValue: fewer than 4 draws, or a missing value.

    Example:
        >>> effective_draws(np.random.default_rng(1).normal(size=(500, 4))) > 1_500
        True

    Read with care:
        See the head of this file.

    Source: Geyer (1992), Statistical Science 7(4), 473-483 (where to stop summing); Vehtari et al. (2021), sections 3 and 4.3.
    """
    x = _checked(draws)
    tails = [_effective(_halves((x <= np.quantile(x, q)).astype(float))) for q in (0.05, 0.95)]
    return float(np.min([_effective(_ranked(_halves(x))), *tails]))


def _checked(draws: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(draws, dtype=float)
    if x.ndim != 2 or len(x) < 4 or not np.isfinite(x).all():
        raise BadValue("Chains are judged by at least 4 draws each, none of them missing.")
    return x


def _halves(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each chain as two, so that one that drifts disagrees with itself."""
    half = len(x) // 2
    return np.concatenate([x[:half], x[-half:]], axis=1)


def _ranked(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draws replaced by what their ranks would be worth in a normal sample."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(x).reshape(x.shape) - 0.375) / (x.size + 0.25)))


def _plain_rhat(x: NDArray[np.float64]) -> float:
    within, total = _spreads(x)
    return float(np.sqrt(total / within)) if within > 0 else float("nan")


def _spreads(x: NDArray[np.float64]) -> tuple[float, float]:
    """Variance within chains, and of all draws with the spread between chains counted in full."""
    within = float(x.var(axis=0, ddof=1).mean())
    return within, within * (len(x) - 1) / len(x) + float(x.mean(axis=0).var(ddof=1))


def _effective(x: NDArray[np.float64]) -> float:
    draws, chains = x.shape
    within, total = _spreads(x)
    if total <= 0:
        return float("nan")
    away = x - x.mean(axis=0)
    wave = np.fft.rfft(away, 2 * draws, axis=0)
    together = np.fft.irfft(wave * np.conj(wave), 2 * draws, axis=0)[:draws] / draws
    alike = 1 - (within - together.mean(axis=1) * draws / (draws - 1)) / total
    alike[0] = 1.0
    pairs = alike[: draws // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    pairs = np.minimum.accumulate(pairs[: negative[0] if len(negative) else len(pairs)])  # positive and falling
    return float(draws * chains / max(2 * pairs.sum() - 1, 1 / np.log10(draws * chains)))
