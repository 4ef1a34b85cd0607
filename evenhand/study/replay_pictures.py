"""Pictures of a replay: what the lists held from month to month, how often places were listed, how far lists agree, and how expectations part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.replay import captured_by_day, days_listed, overlap
from ..audit.replay_feedback import expected_ratio
from ..report.plain_pictures import Axis, Curve, curves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..audit.replay import Replayed
    from ..audit.replay_feedback import Fed
    from ..report.picture import Picture
    from .replay_run import Plan

ROLLING_DAYS = 28
BY_LOT = "a list drawn by lot"


def captured_picture(replays: Mapping[str, Replayed], plan: Plan, names: Mapping[str, str]) -> Picture:
    """Share of recorded events on the list, over the 28 days up to each."""
    import pandas as pd

    days = np.arange(len(plan.days))
    shares = {name: _rolling(captured_by_day(one), one.happened.sum(axis=1)) for name, one in replays.items()}
    first = next(iter(replays.values()))
    shares[BY_LOT] = np.where(np.isfinite(shares[plan.system[0]]), first.k / first.is_listed.shape[1], np.nan)
    table = pd.DataFrame({"day": [str(day) for day in plan.daily.days[plan.days]], **{_called(name, names): share for name, share in shares.items()}})
    how = (
        f"Each point is the share, over {ROLLING_DAYS} days up to that one, of the events recorded in a place of their own day’s list. "
        "Curves that run together hold as much; that each falls and rises with the others is the crimes’ doing, not the lists’."
    )
    return curves(
        [Curve(_called(name, names), days.tolist(), _listed(share)) for name, share in shares.items()],
        slug="captured-by-day", title=f"Recorded events on the day’s list of {plan.k} places", x=_days_axis(plan), y=Axis("share of events", "share"),
        table=table, how_to_read=how,
    )  # fmt: skip


def listed_picture(replays: Mapping[str, Replayed], plan: Plan, names: Mapping[str, str]) -> Picture:
    """On how many days each place was listed, the most listed first."""
    import pandas as pd

    often = {name: np.sort(days_listed(one))[::-1] for name, one in replays.items()}
    ever = max(int((one > 0).sum()) for one in often.values())
    shown = min(ever + 1, len(next(iter(often.values()))))
    which = days_listed(replays[plan.system[0]])
    order = np.argsort(-which, kind="stable")[: max(1, int((which > 0).sum()))]
    table = pd.DataFrame(
        {"place": [plan.daily.places[place] for place in order], **{f"days, {_called(name, names)}": days_listed(one)[order] for name, one in replays.items()}}
    )
    how = f"Places are put in order anew for each list, so the curves tell how steady a list is, not which places are on it. There are {len(which):,} places."
    return curves(
        [Curve(_called(name, names), list(range(1, shown + 1)), [float(days) for days in one[:shown]]) for name, one in often.items()],
        slug="days-listed", title="On how many days places were listed", x=Axis("places, the most listed first"), y=Axis("days"), table=table, how_to_read=how,
    )  # fmt: skip


def overlap_picture(replays: Mapping[str, Replayed], plan: Plan, names: Mapping[str, str]) -> Picture:
    """Share of the system's list that the others name too, over the 28 days up to each."""
    import pandas as pd

    main = replays[plan.system[0]]
    shares = {name: overlap(main, one) for name, one in replays.items() if name != plan.system[0]}
    table = pd.DataFrame({"day": [str(day) for day in plan.daily.days[plan.days]], **{_called(name, names): share for name, share in shares.items()}})
    ones = np.ones(len(plan.days))
    drawn = [
        Curve(_called(name, names), list(range(len(plan.days))), _listed(_rolling(np.nan_to_num(share), np.where(np.isfinite(share), ones, 0.0))))
        for name, share in shares.items()
    ]
    how = f"1 in each is 100 %: the same {plan.k} places on both lists. Means over {ROLLING_DAYS} days; the table has every day."
    title = f"Places on {_called(plan.system[0], names)}’s list that another list names too"
    return curves(
        drawn, slug="list-overlap", title=title, x=_days_axis(plan), y=Axis("share of the list", "share", low=0.0, high=1.0), table=table, how_to_read=how
    )


def growth_picture(fed: Fed, control: Fed | None, without: Replayed, plan: Plan, *, level: float = 0.95) -> Picture:
    """What the system expects in a listed place over what it expects in another, day by day, with and without discoveries."""
    import pandas as pd

    tail, days = (1 - level) / 2, list(range(len(plan.days)))
    drawn: list[Curve] = []
    columns: dict[str, Any] = {"day": [str(day) for day in plan.daily.days[plan.days]]}
    for name, one in (("discoveries on the list", fed), ("discoveries by lot", control)):
        if one is not None:
            low, high = np.quantile(one.expected_ratio, [tail, 1 - tail], axis=0)
            mean = one.expected_ratio.mean(axis=0)
            drawn.append(Curve(name, days, _listed(mean), _listed(low), _listed(high)))
            columns |= {name: mean, f"{name}, low": low, f"{name}, high": high}
    plain = expected_ratio(without.scores, without.is_listed)
    drawn.append(Curve("no discoveries", days, _listed(plain)))
    columns["no discoveries"] = plain
    how = (
        f"How many times as many events the system expects in a place on its list as in one off it. Bands hold {100 * level:g} % of "
        f"{len(fed.discovered)} repetitions. Nothing differs between the curves but what is found by searching, and where."
    )
    return curves(
        drawn, slug="expected-apart", title="Events expected in a listed place, beside one not listed", x=_days_axis(plan), y=Axis("times as many"),
        table=pd.DataFrame(columns), how_to_read=how,
    )  # fmt: skip


def _days_axis(plan: Plan) -> Axis:
    return Axis(f"days since {plan.daily.days[int(plan.days[0])]}")


def _rolling(part: NDArray[Any], whole: NDArray[Any], *, days: int = ROLLING_DAYS) -> NDArray[np.float64]:
    """Sums of the last days over each other; nan before there are as many, and where the whole is nothing."""
    sums = [np.cumsum(np.concatenate([[0.0], column])) for column in (part, whole)]
    out = np.full(len(part), np.nan)
    if len(part) >= days:
        top, bottom = (column[days:] - column[:-days] for column in sums)
        out[days - 1 :] = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return out


def _listed(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _called(name: str, names: Mapping[str, str]) -> str:
    return names.get(name, name)
