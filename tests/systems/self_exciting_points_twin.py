"""Slow, obvious twin of the continuous self-exciting model: tables of all pairs, and every kernel written out at every point."""

from __future__ import annotations

import math

import numpy as np


def kernels_by_loops(points, k, least):
    """Centre, widths and height of one kernel for each single point."""
    points = np.asarray(points, dtype=float)
    n, directions = points.shape
    spread = points.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    found = []
    for i in range(n):
        distances = sorted(math.dist(points[i] / scale, points[j] / scale) for j in range(n) if j != i)
        distance = distances[min(k, len(distances)) - 1] if distances else 0.0
        widths = np.maximum(distance * spread, least)
        found.append((points[i], widths, 1 / (n * (2 * math.pi) ** (directions / 2) * widths.prod())))
    return found


def mirrored(kernels):
    return kernels + [(centre * np.array([-1, 1, 1]), widths, height) for centre, widths, height in kernels]


def plain_sum(kernels, at):
    """Every kernel at every point, without a cut-off."""
    at = np.asarray(at, dtype=float)
    found = np.zeros(len(at))
    for centre, widths, height in kernels:
        found += height * np.exp(-0.5 * (((at - centre) / widths) ** 2).sum(axis=1))
    return found


def single_events(day, x_m, y_m, number, metres):
    """One row an event, in the order in which lots are drawn: by square of so many metres, row by row, then by day, east and north."""
    single = np.repeat(np.column_stack([day, x_m, y_m]).astype(float), number, axis=0)
    corner = single.min(axis=0)
    return np.array(sorted(single.tolist(), key=lambda e: ((e[2] - corner[2]) // metres, (e[1] - corner[1]) // metres, e[0], e[1], e[2])))


def fit_by_tables(day, x_m, y_m, number, rules):
    """Rates at the events under the last estimate, the parents drawn in each turn (-1: background), theta in each, and the three last sums of kernels."""
    events = single_events(day, x_m, y_m, number, rules.cut_m)
    n, rng = len(events), np.random.default_rng(rules.seed)
    apart = events[:, None, :] - events[None, :, :]
    near = (apart[..., 0] > 0) & (apart[..., 0] <= rules.cut_days) & ((apart[..., 1:] ** 2).sum(axis=-1) <= rules.cut_m**2)
    later, earlier = np.nonzero(near)
    background = np.ones(n)
    echo = np.zeros((n, n))
    echo[near] = np.exp(-apart[near][:, 0] / rules.start[0] - (apart[near][:, 1:] ** 2).sum(axis=1) / (2 * rules.start[1] ** 2))
    drawn, thetas = [], []
    for _ in range(rules.iterations):
        lots = rng.random(n) * (background + echo.sum(axis=1)) - background
        parent = np.full(n, -1)
        for i in np.flatnonzero(lots > 0):
            parent[i] = np.searchsorted(np.cumsum(echo[i]), lots[i], side="right")
        drawn.append(parent)
        own, parted = events[parent < 0], (events - events[parent])[parent >= 0]
        days = [(c, w, h * len(own)) for c, w, h in kernels_by_loops(own[:, :1], rules.k_days, [rules.least[0]])]
        places = kernels_by_loops(own[:, 1:], rules.k_places, [rules.least[1]] * 2)
        kernels = [(c, w, h * len(parted) / n) for c, w, h in kernels_by_loops(parted, rules.k_places, [rules.least[0], *[rules.least[1]] * 2])]
        if rules.at_zero == "mirrored":
            kernels = mirrored(kernels)
        background = plain_sum(days, events[:, :1]) * plain_sum(places, events[:, 1:])
        echo = np.zeros((n, n))
        echo[later, earlier] = plain_sum(kernels, apart[later, earlier])
        thetas.append(len(parted) / n)
    return background + echo.sum(axis=1), drawn, thetas, (days, places, kernels)


def rate_by_tables(events, sums, rules, points, day):
    """Background as estimated on a day, and echoes, at some points."""
    days, places, kernels = sums
    found = plain_sum(days, [[day]])[0] * plain_sum(places, points)
    for event in events:
        apart = np.column_stack([np.full(len(points), day), points]) - event
        near = (apart[:, 0] > 0) & (apart[:, 0] <= rules.cut_days) & ((apart[:, 1:] ** 2).sum(axis=1) <= rules.cut_m**2)
        found[near] += plain_sum(kernels, apart[near])
    return found
