"""Curves of accuracy and stability: what was captured, what came true, what acting was worth, what stayed on the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..audit.capture_curve import captured_at, curve_of_blocks, placed
from ..audit.curve_findings import BEST, Curves, by_lot, cuts_for
from ..audit.overlap import chance_overlap, jaccard
from ..audit.skill import BY_RESIDENTS
from ..audit.stated_chances import bands_shown, benefit_curve
from .plain_pictures import Axis, Curve, curves, thinned

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..audit.list_changes import Lists
    from ..audit.stated_chances import Stated
    from .contents import Contents
    from .picture import Picture

MOST_CURVES = 6
THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(1, 45))


def capture_picture(drawn: Curves, *, system: str, slug: str = "capture-curve") -> Picture:
    """The capture curve beside the baselines and the best possible.

    Args:
        drawn: from `curve_findings.capture_curves`.
        system: what the system is called.
        slug: of the picture.
    """
    table = drawn.table
    at = thinned(len(table))
    skipped = {"share", "system", "system_low", "system_high", "difference", "difference_low", "difference_high"}
    x = table["share"].to_numpy(dtype=float)[at].tolist()

    def line(column: str, name: str, low: str | None = None, high: str | None = None) -> Curve:
        return Curve(name, x, _values(table, column, at), _values(table, low, at) if low else None, _values(table, high, at) if high else None)

    def told(share: float) -> str:
        row = table.iloc[int((table["share"] - share).abs().argmin())]
        captured = {system: row["system"], **{str(name): row[name] for name in table.columns if name not in skipped}}
        return f"At the best-ranked {100 * row['share']:.3g} %: " + ", ".join(f"{name} {100 * value:.0f} %" for name, value in captured.items())

    main = line("system", system, "system_low", "system_high")
    others = [line(str(name), str(name)) for name in table.columns if name not in skipped and name != "spread evenly"]
    return curves(
        [main, *others][:MOST_CURVES],
        slug=slug,
        title=f"Later recorded crime captured by every share of the {drawn.of}, best-ranked first",
        x=Axis(f"share of the {drawn.of}, best-ranked first", "share", low=0, high=1),
        y=Axis("share of later recorded crime", "share", low=0, high=1),
        table=table,
        description=". ".join(told(share) for share in (0.01, 0.05, 0.2)) + ".",
        how_to_read="The band is the system’s interval, cut by cut. The straight line is crime spread evenly. The best possible is hindsight.",
        diagonal=True,
    )


def capture_of_cells(contents: Contents) -> Picture | None:
    """A study's capture curve, from its cells; none where nothing was recorded in the test months.

    Args:
        contents: of the report.
    """
    cells, names = contents.cells, (contents.card.title, contents.baseline_card.title)
    events = cells["test_events"].to_numpy(dtype=float)[None, :]
    if not events.sum() > 0 or not any(finding.question == "accuracy" for finding in contents.findings):
        return None
    size, cuts = np.ones(len(cells)), cuts_for(len(cells))
    mine, plain = (placed(cells[column].to_numpy(dtype=float)[None, :], size) for column in ("score", "baseline_score"))
    system = curve_of_blocks(events, mine, cuts, blocks="places")
    lots = by_lot(cells["residents"].to_numpy(dtype=float), size)[0] if cells["residents"].sum() > 0 else None
    columns = {"share": cuts, "system": system.value, "system_low": system.low, "system_high": system.high}
    columns[names[1]] = captured_at(events, plain, cuts)[0] / events.sum()
    if lots is not None:
        columns[BY_RESIDENTS] = events[0] @ lots / events.sum()
    columns[BEST] = captured_at(events, placed(events, size), cuts)[0] / events.sum()
    return capture_picture(Curves("squares", _frame(columns), names[1]), system=names[0])


def _frame(columns: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)


def reliability_picture(stated: Stated, *, system: str, what: str, bins: int, level: float) -> Picture:
    """Stated probability beside the share that came true.

    Args:
        stated: probabilities and what came.
        system, what: the system's name, and what is judged: "places" or "people".
        bins, level: bands, and coverage of their exact limits.
    """
    import pandas as pd

    shown, _ = bands_shown(stated, bins, level)
    columns = {"stated": shown.stated, "cases": shown.people, "came_true": shown.came_true.value, "low": shown.came_true.low, "high": shown.came_true.high}
    table = pd.DataFrame(columns)
    curve = Curve(system, shown.stated.tolist(), _known(shown.came_true.value), _known(shown.came_true.low), _known(shown.came_true.high))
    return curves(
        [curve],
        slug=f"reliability-{what}",
        title=f"Stated probability beside what came true, {what}",
        x=Axis("stated probability", "share", low=0, high=1),
        y=Axis("share that came true", "share", low=0, high=1),
        table=table,
        how_to_read="On the straight line as many came true as was stated; below it fewer. The band has the exact limits of each band of probability.",
        diagonal=True,
    )


def benefit_picture(stated: Stated, *, system: str, what: str, harm: float, level: float) -> Picture:
    """Net benefit of flagging by the system, everyone, or nobody, over thresholds.

    Args:
        stated: probabilities and what came.
        system, what: as in `reliability_picture`.
        harm: how many times as bad a wrong flag is as the threshold makes it.
        level: coverage.
    """
    import pandas as pd

    at = np.array(THRESHOLDS)
    curve = benefit_curve(stated, at, harm=harm, level=level)
    columns = {"threshold": at, "system": curve.system.value, "low": curve.system.low, "high": curve.system.high, "flagging all": curve.everyone.value}
    table = pd.DataFrame({**columns, "flagging nobody": 0.0})
    least = float(np.nanmin([-0.05, *curve.system.value[np.isfinite(curve.system.value)]]))
    return curves(
        [
            Curve(system, list(THRESHOLDS), _known(curve.system.value), _known(curve.system.low), _known(curve.system.high)),
            Curve("flagging all", list(THRESHOLDS), _known(np.where(curve.everyone.value < least, np.nan, curve.everyone.value))),
            Curve("flagging nobody", list(THRESHOLDS), [0.0] * len(at)),
        ],
        slug=f"net-benefit-{what}",
        title=f"Net benefit of acting at each threshold, {what}",
        x=Axis("probability at which acting is just worth it", "share", low=0),
        y=Axis("net benefit: right flags to each case, less wrong ones weighed"),
        table=table,
        how_to_read="Of use only where its line lies above both others. Which threshold is right is a judgement about what a wrong flag costs.",
    )


def overlap_picture(lists: Lists, *, system: str) -> Picture:
    """Overlap of each list with the one before and with the first, beside that of lists drawn by lot.

    Args:
        lists: flagged places over time.
        system: what the system is called.
    """
    import pandas as pd

    flags, many = lists.is_flagged, lists.is_flagged.sum(axis=1)
    before, first = jaccard(flags[:-1], flags[1:]), jaccard(flags[0], flags[1:])
    chance = chance_overlap(many[:-1], many[1:], flags.shape[1])
    table = pd.DataFrame({"list": lists.spans[1:], "with_the_one_before": before, "with_the_first": first, "drawn_by_lot": chance})
    at = thinned(len(table))
    x = [float(place + 2) for place in at]
    named = {"with_the_one_before": f"{system}: with the list before", "with_the_first": "with the first list", "drawn_by_lot": "lists drawn by lot"}
    return curves(
        [Curve(name, x, _values(table, column, at)) for column, name in named.items()],
        slug="list-overlap",
        title="How much each list shares with the one before, and with the first",
        x=Axis("list, in order of time", low=2.0),
        y=Axis("places on both over places on either", "share", low=0, high=1),
        table=table,
        how_to_read="At 100 % nothing changed. Lists drawn by lot show what would be shared by chance.",
    )


def _values(table: pd.DataFrame, column: str, at: list[int]) -> list[float | None]:
    return _known(table[column].to_numpy(dtype=float)[at])


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
