"""Intervals for shares of events that come in blocks: all of a week, or all at one place.

Crimes are not drawn one by one. Those of one day share its weather and its patrols; those at one place
share the place. So the block is what is drawn anew, and the question is how many independent events the
blocks are worth. That effective number goes into Wilson's interval, which behaves where a bootstrap
does not: no hit at all, nothing but hits, one single event.

    batched                    consecutive periods added up into longer blocks
    share_of_blocks            part of the events
    share_difference_of_blocks one system's part less another's, on the same events
    mean_of_blocks             a mean over events, and the difference of two such means
    count_of_blocks            how many events
    ratio_of_intervals         one share over another, taken as independent
    ratio_in_same_blocks       one share over another in the same places
    sign_flip_p                is the paired difference more than chance?

The slow twin, a bootstrap of blocks, is in tests/audit/test_block_intervals.py, with the coverage simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import Interval, over_or_nan, tail_share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Blocks = Literal["places", "periods"]
SAID: dict[Blocks, str] = {
    "places": "interval: Wilson's on as many events as the places are worth, whole places being drawn anew",
    "periods": "interval: Wilson's on as many events as the periods are worth, whole periods being drawn anew",
}
MOST_LISTED = 12
"""Blocks up to which every flip of signs is tried instead of a draw of flips."""


def batched(table: ArrayLike, length: int) -> NDArray[np.float64]:
    """Rows of consecutive periods added up, so many at a time; a rest too short for a block joins the last one.

    Args:
        table: one row a period, shape (periods, …).
        length: periods to a block.

    Example:
        >>> batched([1, 2, 3, 4, 5], 2).tolist()
        [3.0, 12.0]
    """
    rows = np.asarray(table, dtype=float)
    if length < 1:
        raise BadSetting(f"A block of {length} periods is none. Give 1 or more.")
    starts = np.arange(max(1, len(rows) // length)) * length
    return np.add.reduceat(rows, starts, axis=0)


def share_of_blocks(part: ArrayLike, whole: ArrayLike, *, blocks: Blocks, level: float = 0.95) -> Interval:
    """A part of all events, with Wilson limits for as many independent events as the blocks are worth.

    share = sum(part) / sum(whole)
    worth = share (1 - share) / v, v the variance of a ratio of block sums; for places, which are wholly inside
    or outside, no more than sum(whole)^2 / sum(whole^2); for periods, less by the square of z over Student's t

    Args:
        part: events inside, by block; shape (blocks,) or (blocks, columns).
        whole: all events of each block, shape (blocks,).
        blocks: what is drawn anew: "places" or "periods".
        level: coverage, between 0 and 1.

    Returns:
        Interval of shape () or (columns,); nan where there is no event. With all blocks on one side the worth is
        sum(whole)^2 / sum(whole^2), so none of 20 is 0 to 0.16 and not 0 to 0.

    Raises:
        BadValue: a part below zero or above its whole, or a value missing.

    Example:
        >>> value, low, high = share_of_blocks([3, 0, 0, 5], [3, 2, 2, 5], blocks="places")
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.67 (0.22 to 0.93)'

    Read with care:
        Blocks are taken as independent of each other and as a sample of such blocks. With fewer than ten the interval
        is a rough one. What was never recorded is in no block.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212; Kish (1965), Survey Sampling;
        Korn & Graubard (1998), Survey Methodology 24(2), 193-201, for an effective number inside a binomial interval.
    """
    inside, all_ = _checked(part, whole)
    total = all_.sum()
    share = over_or_nan(inside.sum(axis=0), np.full(inside.shape[1:], total))
    worth = _worth(inside, all_, share, blocks, level)
    z = _z(level)
    wide = 1 + over_or_nan(z**2, worth)
    middle = (share + over_or_nan(z**2, 2 * worth)) / wide
    half = z / wide * np.sqrt(np.maximum(over_or_nan(share * (1 - share), worth) + over_or_nan(z**2, 4 * worth**2), 0))
    return Interval(share, np.where(share == 0, 0 * middle, middle - half), np.where(share == 1, 0 * middle + 1, middle + half))


def share_difference_of_blocks(
    only_one: ArrayLike, only_other: ArrayLike, whole: ArrayLike, *, blocks: Blocks, level: float = 0.95
) -> Interval:
    """One system's share of the events less another's, both judged on the same events.

    difference = sum(only_one) / sum(whole) - sum(only_other) / sum(whole)

    Events that both or neither have cancel out; limits come from those of the two shares that do not ("MOVER"), with
    the correlation of the two.

    Args:
        only_one, only_other: events that only the one, or only the other, has; by block, shape (blocks,) or (blocks, columns).
        whole: all events of each block, shape (blocks,).
        blocks, level: as in `share_of_blocks`.

    Returns:
        Interval from -1 to 1; nan where there is no event. Where no event tells the two apart the value is 0 and the limits are not.

    Raises:
        BadValue: as `share_of_blocks`.

    Example:
        >>> value, low, high = share_difference_of_blocks([4, 0, 0, 0], [0, 1, 0, 0], [4, 1, 6, 3], blocks="places")
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.21 (-0.41 to 0.73)'

    Read with care:
        With few events that tell the two apart the limits are wide rather than exact.

    Source: Newcombe (1998), Statistics in Medicine 17(22), 2635-2650; Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.
    """
    (one, all_), (other, _) = _checked(only_one, whole), _checked(only_other, whole)
    first, second = (share_of_blocks(side, all_, blocks=blocks, level=level) for side in (one, other))
    r = _correlation(one, other, all_, blocks)
    value = first.value - second.value
    down, up = first.value - first.low, first.high - first.value
    other_down, other_up = second.value - second.low, second.high - second.value
    low = value - np.sqrt(np.maximum(down**2 + other_up**2 - 2 * r * down * other_up, 0))
    high = value + np.sqrt(np.maximum(up**2 + other_down**2 - 2 * r * up * other_down, 0))
    return Interval(value, np.maximum(low, -1), np.minimum(high, 1))


def mean_of_blocks(total: ArrayLike, whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """A mean over events, such as how far down a ranking they fell, with Student's limits for blocks.

    mean = sum(total) / sum(whole); limits = mean -+ t sqrt(v), v the variance of a ratio of block sums

    Args:
        total: what is averaged, added up over the events of each block; shape (blocks,) or (blocks, columns).
        whole: events of each block, shape (blocks,).
        level: coverage, between 0 and 1.

    Returns:
        Interval; no limits (nan) with fewer than two blocks that hold events.

    Example:
        >>> value, low, high = mean_of_blocks([1.0, 3.0, 2.5], [2, 4, 4])
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.65 (0.38 to 0.92)'

    Read with care:
        Needs a dozen blocks to be worth its name; blocks are taken as independent.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 6 (ratio estimates).
    """
    from scipy.special import stdtrit

    sums, all_ = np.asarray(total, dtype=float), np.asarray(whole, dtype=float)
    mean = over_or_nan(sums.sum(axis=0), np.full(sums.shape[1:], all_.sum()))
    held = int((all_ > 0).sum())
    if held < 2:
        return Interval(mean, mean * np.nan, mean * np.nan)
    off = float(stdtrit(held - 1, 1 - tail_share(level))) * np.sqrt(_variance(sums, all_, mean))
    return Interval(mean, mean - off, mean + off)


def count_of_blocks(part: ArrayLike, whole: ArrayLike, *, blocks: Blocks, level: float = 0.95) -> Interval:
    """How many events, with exact Poisson limits stretched for events that come together.

    A count is taken as a Poisson number of clumps: for places, clumps of the mean size an event finds itself in,
    sum(whole^2) / sum(whole); for periods, of the spread of `part` over its mean, at least 1.

    Args:
        part: events counted, by block; shape (blocks,).
        whole: all events of each block, shape (blocks,); they say how large clumps are.
        blocks: "places" or "periods".
        level: coverage, between 0 and 1.

    Returns:
        Interval; no event: value 0, low 0, high above 0.

    Example:
        >>> value, low, high = count_of_blocks([4, 0, 0, 2], [4, 1, 3, 2], blocks="places")
        >>> f"{value:.0f} ({low:.1f} to {high:.1f})"
        '6 (0.7 to 21.7)'

    Read with care:
        Rough with fewer than a dozen blocks. Whether the next year has as many is another question.

    Source: Garwood (1936), Biometrika 28(3/4), 437-442; McCullagh & Nelder (1989), Generalized Linear Models, ch. 6.2 (dispersion).
    """
    from scipy.special import chdtri

    inside, all_ = _checked(part, whole)
    count, held = inside.sum(), int((all_ > 0).sum())
    if blocks == "places":
        clump = float(over_or_nan((all_**2).sum(), all_.sum()))
    else:
        clump = max(1.0, float(np.var(inside, ddof=1) / inside.mean())) if held > 1 and count > 0 else 1.0
    if not np.isfinite(clump):
        return Interval(*(np.asarray(part) for part in (0.0, np.nan, np.nan)))
    tail, clumps = tail_share(level), count / clump
    low = clump * float(chdtri(2 * clumps, 1 - tail)) / 2 if count > 0 else 0.0
    high = clump * float(chdtri(2 * (clumps + 1), tail)) / 2
    return Interval(np.asarray(count), np.asarray(low), np.asarray(high))


def ratio_of_intervals(one: Interval, other: Interval) -> Interval:
    """One share over another from their own intervals, the two taken as independent ("MOVER-R").

    Args:
        one, other: shares with their limits.

    Returns:
        Interval; nan where the other share is 0, and no upper limit (nan) where its lower limit is 0.

    Example:
        >>> value, low, high = ratio_of_intervals(Interval(0.3, 0.2, 0.4), Interval(0.2, 0.15, 0.25))
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '1.50 (0.95 to 2.25)'

    Read with care:
        Two shares that go up and down together make the true interval narrower than this one.

    Source: Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359.
    """
    a, la, ua = one
    b, lb, ub = other
    with np.errstate(divide="ignore", invalid="ignore"):
        low = (a * b - np.sqrt(np.maximum((a * b) ** 2 - la * ub * (2 * a - la) * (2 * b - ub), 0))) / (ub * (2 * b - ub))
        high = (a * b + np.sqrt(np.maximum((a * b) ** 2 - ua * lb * (2 * a - ua) * (2 * b - lb), 0))) / (lb * (2 * b - lb))
    value = over_or_nan(a, b)
    # Where the lower one could be nothing the ratio has no end above; where it could be twice its value the formula has no lower root.
    low = np.where(np.isfinite(low) & (2 * np.asarray(b) - ub > 0), low, over_or_nan(la, ub))
    return Interval(value, np.where(np.isfinite(value), low, np.nan), np.where(np.isfinite(high) & (np.asarray(lb) > 0), high, np.nan))


def ratio_in_same_blocks(part: ArrayLike, whole: ArrayLike, other_part: ArrayLike, other_whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """One share over another where both are of the same blocks, such as the same places before and after.

    ratio = (sum(part) / sum(whole)) / (sum(other_part) / sum(other_whole)); limits on the log scale from a linearised variance that
    keeps what the two have in common, with Student's t for as many blocks as hold any part

    Args:
        part, whole: events inside and all events, by block; shape (blocks,).
        other_part, other_whole: the same of the share compared with.
        level: coverage, between 0 and 1.

    Returns:
        Interval; nan where the other share is nothing; no limits (nan) where a share is nothing or fewer than three blocks hold any.

    Example:
        >>> value, low, high = ratio_in_same_blocks([6, 9, 4, 0, 0], [6, 9, 4, 40, 41], [8, 10, 5, 0, 0], [8, 10, 5, 44, 33], level=0.95)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.83 (0.50 to 1.35)'

    Read with care:
        Needs a dozen blocks with events inside to be worth its name.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 6.19 (comparison of two ratios).
    """
    from scipy.special import stdtrit

    (inside, all_), (other, other_all) = _checked(part, whole), _checked(other_part, other_whole)
    share, base = (float(over_or_nan(top.sum(), bottom.sum())) for top, bottom in ((inside, all_), (other, other_all)))
    value = np.asarray(over_or_nan(share, base))
    held = int(((inside > 0) | (other > 0)).sum())
    if not (share > 0 and base > 0) or held < 3:
        return Interval(value, np.asarray(np.nan), np.asarray(np.nan))
    leans = (inside - share * all_) / inside.sum() - (other - base * other_all) / other.sum()
    blocks = int(((all_ > 0) | (other_all > 0)).sum())
    off = float(stdtrit(held - 1, 1 - tail_share(level))) * np.sqrt(blocks / (blocks - 1) * (leans**2).sum())
    return Interval(value, value * np.exp(-off), value * np.exp(off))


def sign_flip_p(differences: ArrayLike, *, draws: int = 4999, seed: int = 0) -> float:
    """Two-sided p-value of a paired difference: how often would chance alone tell the two systems apart as much?

    If neither were better, each block's difference would as soon have had the other sign. All signs are flipped at
    random (every way of doing so with 12 blocks or fewer) and the sum compared.

    Args:
        differences: one system's events less the other's, by block.
        draws: random flips.
        seed: of the random generator.

    Returns:
        The p-value; 1 where no block tells the two apart.

    Example:
        >>> sign_flip_p([3, 1, 2, 4, 2, 1])
        0.03125

    Read with care:
        Says nothing of how large the difference is; and "no more than chance" is not "equally good".

    Source: Fisher (1935), The Design of Experiments, section 21; Pesarin (2001), Multivariate Permutation Tests, ch. 2.
    """
    apart = np.asarray(differences, dtype=float)
    apart = apart[apart != 0]
    if len(apart) == 0:
        return 1.0
    seen = abs(apart.sum()) * (1 - 1e-12)
    if len(apart) <= MOST_LISTED:
        every = 1.0 - 2.0 * ((np.arange(2 ** len(apart))[:, None] >> np.arange(len(apart))) & 1)
        return float((np.abs(every @ apart) >= seen).mean())
    rng, beyond = np.random.default_rng(seed), 1
    at_once = max(1, 2_000_000 // len(apart))
    for start in range(0, draws, at_once):
        flips = rng.integers(0, 2, (min(at_once, draws - start), len(apart)), dtype=np.int8) * 2.0 - 1
        beyond += int((np.abs(flips @ apart) >= seen).sum())
    return beyond / (draws + 1)


def _checked(part: ArrayLike, whole: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    inside, all_ = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    beside = all_.reshape(-1, *([1] * (inside.ndim - 1)))
    if not (np.isfinite(inside).all() and np.isfinite(all_).all()) or (inside < 0).any() or (inside > beside * (1 + 1e-9)).any():
        raise BadValue("Events inside must be between 0 and all events of their block, with none missing: a missing count is not zero.")
    return inside, all_


def _variance(sums: NDArray[np.float64], whole: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of a ratio of block sums, by linearising it."""
    held = max(int((whole > 0).sum()), 2)
    apart = sums - np.multiply.outer(whole, mean)
    return np.asarray(held / (held - 1) * (apart**2).sum(axis=0) / max(whole.sum(), 1e-300) ** 2)


def _worth(inside: NDArray[np.float64], whole: NDArray[np.float64], share: NDArray[np.float64], blocks: Blocks, level: float) -> NDArray[np.float64]:
    """How many independent events the blocks are worth."""
    from scipy.special import stdtrit

    kish = float(over_or_nan(whole.sum() ** 2, (whole**2).sum()))
    held = int((whole > 0).sum())
    spread = _variance(inside, whole, share)
    linear = np.where((share > 0) & (share < 1), over_or_nan(share * (1 - share), spread), np.nan)
    if blocks == "places":
        return np.where(np.isfinite(linear), np.minimum(linear, kish), kish)
    mend = (_z(level) / float(stdtrit(held - 1, 1 - tail_share(level)))) ** 2 if held > 1 else 1.0
    # No spread between blocks at all is luck, not knowledge: then a block is worth one event.
    return np.where(np.isfinite(linear) & (held > 1), linear * mend, kish)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64], whole: NDArray[np.float64], blocks: Blocks) -> NDArray[np.float64]:
    """Correlation of two shares of the same events: of parts of one whole for places, as seen between blocks for periods."""
    share, other_share = (side.sum(axis=0) / max(whole.sum(), 1e-300) for side in (one, other))
    if blocks == "places":
        return -np.sqrt(np.nan_to_num(over_or_nan(share * other_share, (1 - share) * (1 - other_share))))
    a, b = one - np.multiply.outer(whole, share), other - np.multiply.outer(whole, other_share)
    return np.nan_to_num(over_or_nan((a * b).sum(axis=0), np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))))


def _z(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - tail_share(level)))
