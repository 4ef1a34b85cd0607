"""Slow, obvious twins of the self-exciting grid model: one by loops over single events, one over a list of all pairs."""

from __future__ import annotations

import math

import numpy as np


def events_by_place(past, run: int = 0) -> dict[int, list[int]]:
    """Each place's events as days counted from the window's start, one entry an event, oldest first."""
    found: dict[int, list[int]] = {}
    for one, cell, ago, number in zip(past.run, past.cell, past.days_ago, past.events, strict=True):
        if one == run:
            found.setdefault(int(cell), []).extend([past.window_days - int(ago)] * int(number))
    return found


def fit_by_loops(past, run: int, rules):
    """Background by place, theta, omega and steps, each sum written out."""
    places, window = events_by_place(past, run), past.window_days
    theta, omega, start_mu = rules.start
    mu = dict.fromkeys(places, start_mu)
    total = sum(len(days) for days in places.values())
    steps = 0
    while steps < 2000:
        steps += 1
        echoed = waited = parents = cut = 0.0
        new_mu = {}
        for place, days in places.items():
            intensity = [mu[place] + sum(theta * omega * math.exp(-omega * (t - s)) for s in days[:i] if s < t) for i, t in enumerate(days)]
            for i, t in enumerate(days):
                for j, s in enumerate(days[:i]):
                    if s < t:
                        divided_by = intensity[j + 1] if rules.e_step == "published" else intensity[i]
                        share = theta * omega * math.exp(-omega * (t - s)) / divided_by
                        echoed += share
                        waited += share * (t - s)
            for t in days:
                beyond = math.exp(-omega * (window - t)) if rules.edge == "lewis-mohler" else 0.0
                parents += 1 - beyond
                cut += theta * (window - t) * beyond
            new_mu[place] = sum(mu[place] / one for one in intensity) / window
        if rules.background == "pooled":
            new_mu = dict.fromkeys(places, sum(new_mu.values()) / past.cells)
        new_theta, new_omega = echoed / parents, echoed / (waited + cut) if echoed > 0 else omega
        moved = [abs(new_omega - omega), abs(new_theta - theta), sum(abs(new_mu[place] - mu[place]) for place in places)]
        small = [change <= rules.tolerance * limit for change, limit in zip(moved, (1e-5, 1e-5, 1e-4), strict=True)]
        theta, omega, mu = new_theta, new_omega, new_mu
        if any(small) if rules.stop == "any" else all(small):
            break
    assert total > 0
    return mu, theta, omega, steps


def rate_by_loops(past, run: int, mu, theta, omega) -> np.ndarray:
    """Rate of each place with events on the morning after the window."""
    rates = np.zeros(past.cells)
    for place, days in events_by_place(past, run).items():
        rates[place] = mu[place] + sum(theta * omega * math.exp(-omega * (past.window_days - s)) for s in days)
    return rates


def log_likelihood_by_loops(past, run: int, background, theta, omega) -> float:
    """Each event's rate and each event's echo within the window, one by one."""
    found = -past.window_days * sum(background)
    for place, days in events_by_place(past, run).items():
        for t in days:
            found += math.log(background[place] + sum(theta * omega * math.exp(-omega * (t - s)) for s in days if s < t))
            found -= theta * (1 - math.exp(-omega * (past.window_days - t)))
    return found


def shares_as_a_table(days: list[int], mu: float, theta: float, omega: float, *, published: bool) -> np.ndarray:
    """One place's table of shares, a row a later event and a column an earlier one, divided as the replication files divide it, or as they should."""
    later, earlier = np.array(days[1:], dtype=float), np.array(days[:-1], dtype=float)
    apart = later[:, None] - earlier[None, :]
    comes_before = np.tri(len(later), dtype=bool) & (apart > 0)
    table = np.where(comes_before, theta * omega * np.exp(-omega * apart), 0.0)
    intensity = mu + table.sum(axis=1)
    return table / intensity if published else table / intensity[:, None]


def one_step_over_pairs(past, rules):
    """Theta and omega after one step from the start, from tables of all pairs."""
    theta, omega, mu = rules.start
    echoed = waited = total = 0.0
    for days in events_by_place(past).values():
        total += len(days)
        if len(days) > 1:
            shares = shares_as_a_table(days, mu, theta, omega, published=rules.e_step == "published")
            echoed += shares.sum()
            waited += (shares * (np.array(days[1:])[:, None] - np.array(days[:-1])[None, :])).sum()
    return echoed / total, echoed / waited
