"""The first null for lists of areas: right about as often as it says where flags take no notice of who lives there, and not blind where they do."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from evenhand.audit.area_null import area_p_values


def smooth(rng: np.random.Generator) -> np.ndarray:
    """A smooth map over 20 by 20 areas, cut from a wider canvas so that its edges are no edges of it."""
    field = gaussian_filter(rng.normal(size=(60, 60)), 1.5, mode="wrap")[20:40, 20:40].ravel()
    return (field - field.mean()) / field.std()


def town(seed: int, *, tied: float = 0.0):
    """400 areas: the group's odds and the flags smooth maps, `tied` to each other by so much."""
    rng = np.random.default_rng(seed)
    places = np.array([[x, y] for x in range(0, 8000, 400) for y in range(0, 8000, 400)], dtype=float)
    first, second = (smooth(rng) for _ in range(2))
    odds = -1.0 + 0.8 * first
    everyone = rng.integers(800, 2000, 400)
    group = rng.binomial(everyone, 1 / (1 + np.exp(-odds)))
    score = tied * first + np.sqrt(1 - tied**2) * second
    flagged = (score >= np.sort(score)[-40]).astype(float)
    return flagged, np.column_stack([group, everyone - group]).astype(float), places


def rejected(tied: float, many: int) -> float:
    found = [area_p_values(*town(seed, tied=tied)[:2], ["Black", "White"], town(seed)[2], reference="White") for seed in range(many)]
    return float(np.mean([one["Black"][0] < 0.05 for one in found if one]))


def test_flags_that_take_no_notice_of_who_lives_there_are_seldom_called_unequal():
    assert rejected(0.0, 150) <= 0.10


def test_flags_that_follow_the_group_are_mostly_noticed():
    assert rejected(0.9, 40) >= 0.6


def test_where_everything_is_flagged_alike_there_is_no_p_value():
    flagged, people, places = town(1)
    assert area_p_values(np.ones_like(flagged), people, ["Black", "White"], places, reference="White") == {}


def test_a_handful_of_areas_gives_no_p_value():
    flagged, people, places = town(1)
    assert area_p_values(flagged[:6], people[:6], ["Black", "White"], places[:6], reference="White") == {}
