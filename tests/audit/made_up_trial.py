"""Trials of patrols made up for tests: places drawn by lot each day, events at a stated rate, an effect planted."""

from __future__ import annotations

import numpy as np


def trial(seed, *, places=20, daily=8, days=90, rate=0.038, effect=1.0, vary_places=0.0, vary_days=0.0, spread=0.0, protects=0):
    """Place, day, whether patrolled, and events.

    `vary_places` and `spread` are variances of gamma factors with mean 1, of places and of place-days; `vary_days` is the standard
    deviation of a log-normal factor of days. With `protects` a patrol works on so many days after it too, whole or not at all.
    """
    rng = np.random.default_rng(seed)
    place, day = np.tile(np.arange(places), days), np.repeat(np.arange(days), places)
    treated = rng.permuted(np.tile(np.arange(places) < daily, (days, 1)), axis=1)
    works = treated.copy()
    for back in range(1, protects + 1):
        works[back:] |= treated[:-back]
    mean = rate * (rng.gamma(1 / vary_places, vary_places, places) if vary_places else np.ones(places))[place]
    mean = mean * np.exp(rng.normal(0, vary_days, days) - vary_days**2 / 2)[day]
    if spread:
        mean = mean * rng.gamma(1 / spread, spread, len(place))
    return place, day, treated.ravel(), rng.poisson(mean * np.where(works.ravel(), effect, 1))
