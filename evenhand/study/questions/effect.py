"""Did patrols change what was recorded?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...audit.about import About
    from ...report.contents import Refusal
    from ...report.effect_pictures import Kept
    from ...tables.findings import Finding

TABLES = ("place_days", "place_months", "before_after")
DESIGNS = ("daily", "within-place", "probabilities")


def _ask(asked: Asked) -> Answer:
    from ...report.contents import Refusal
    from ...report.effect_pictures import Kept, effect_pictures
    from ...tables.errors import CannotAnswer

    parts = [(name, _PARTS[name]) for name in TABLES if name in asked.tables]
    if not parts and asked.settings["rate"] is not None:
        parts = [("plan", _plan)]
    if not parts:
        raise CannotAnswer(
            "Nothing was given to ask about. Hand over --place-days (a trial drawn by lot), --place-months or --before-after; "
            "or, to see what a planned trial could find, --rate with --places, --daily and --days."
        )
    found: list[Finding] = []
    refused: list[Refusal] = []
    kept = Kept()
    for name, part in parts:
        try:
            found += part(asked, kept)
        except CannotAnswer as why:
            refused.append(Refusal(f"effect: {name}", str(why)))
    if not found and refused:
        raise CannotAnswer(refused[0].reason)
    return Answer(tuple(found), tuple(refused), effect_pictures(found, kept))


def _about(asked: Asked, table: str, *caveats: str) -> About:
    settings = {name: asked.settings[name] for name in ("design", "carry_days", "margin")} if table == "place_days" else {}
    return asked.about("effect", table, caveats=caveats, settings=settings)


def _trial(asked: Asked, kept: Kept) -> list[Finding]:
    """A trial drawn by lot: its effect, by other roads, what carries over, its power, and what it rules out."""
    from ...audit.effect import Asking, Drawn, trial_effect
    from ...audit.effect_models import carry_over_findings, model_findings
    from ...audit.effect_power import equivalence_findings, outcome_rates, power_findings
    from ...audit.patrol_trial import trial

    settings = asked.settings
    own = trial(asked.tables["place_days"])
    drawn = Drawn(own, Asking(settings["design"], settings["block_days"], asked.seed, max(asked.replicates, 199)))
    about = _about(asked, "place_days", *own.caveats)
    found = trial_effect(drawn, about=about, tell=_share_of(asked, 0.0, 0.35))
    found += model_findings(drawn, about=about, tell=_share_of(asked, 0.35, 0.45))
    found += carry_over_findings(drawn, days=settings["carry_days"], about=about, tell=_share_of(asked, 0.45, 0.6))
    rates = {name: (_given(settings["rate"], rate), _given(settings["dispersion"], spread)) for name, (rate, spread) in outcome_rates(drawn).items()}
    told, curves = power_findings(
        drawn.lots, rates, claims=_claims(settings), about=about, seed=asked.seed, runs=settings["runs"], tell=_share_of(asked, 0.6, 0.95)
    )
    found += [*told, *equivalence_findings(drawn, margin=settings["margin"], about=about)]
    kept.trials.append((drawn, curves))
    return found


def _plan(asked: Asked, kept: Kept) -> list[Finding]:
    """A trial that is only planned, or of which only the design is published: its power."""
    import numpy as np

    from ...audit.effect_power import power_findings
    from ...audit.lots import lots
    from ...tables.errors import BadSetting

    settings = asked.settings
    places, daily, days = settings["places"], settings["daily"], settings["days"]
    if not (0 < daily < places and days > 0):
        raise BadSetting(f"A trial of {places} places with {daily} patrolled a day over {days} days cannot be drawn. --daily must be below --places.")
    treated = np.random.default_rng(asked.seed).permuted(np.tile(np.arange(places) < daily, (days, 1)), axis=1).ravel()
    own = lots(np.tile(np.arange(places), days), np.repeat(np.arange(days), places), treated)
    about = asked.about("effect", settings={"places": places, "daily": daily, "days": days})
    rates = {"the planned trial": (float(settings["rate"]), _given(settings["dispersion"], 0.0))}
    found, curves = power_findings(own, rates, claims=_claims(settings), about=about, seed=asked.seed, runs=settings["runs"], tell=asked.tell)
    kept.plans.append(curves)
    return found


def _months(asked: Asked, kept: Kept) -> list[Finding]:
    """Places that began in some month, beside others."""
    import numpy as np

    from ...audit.diff_in_diff import NEVER
    from ...audit.effect_months import Months, month_findings
    from ...audit.patrol_trial import lockdown_caveat

    rows = asked.tables["place_months"].sort_values(["place_code", "month"], ignore_index=True)
    months = np.unique(rows["month"].astype(str))
    number = {str(month): i for i, month in enumerate(_all_between(months[0], months[-1]))}
    absent = len(number) * rows["place_code"].nunique() - len(rows)
    caveats: list[str] = [f"{absent:,} months of places are not in the table and are left out: absent is unknown, not zero."] if absent else []
    later = rows.loc[rows["patrols_from"].fillna("") > months[-1], "place_code"].nunique()
    caveats += [f"Places whose patrols began after the last month of the table ({later:,}) count as places without."] if later else []
    own = Months(
        np.unique(rows["place_code"].astype(str), return_inverse=True)[1],
        rows["month"].map(number).to_numpy(dtype=np.int64),
        rows["patrols_from"].map(lambda month: _start(month, number, NEVER), na_action=None).to_numpy(dtype=np.int64),
        rows["events"].to_numpy(dtype=float),
        asked.settings["months_before"],
        asked.settings["months_after"],
        {i: month for month, i in number.items()},
    )
    covid = lockdown_caveat(np.datetime64(f"{months[0]}-01"), np.datetime64(f"{months[-1]}-28"))
    found, studies = month_findings(own, about=_about(asked, "place_months", *caveats, *covid))
    kept.studies += studies
    return found


def _before_after(asked: Asked, kept: Kept) -> list[Finding]:
    """Four sums before and after."""
    from ...audit.effect_before_after import BeforeAfter, before_after_findings

    rows = asked.tables["before_after"]
    area = rows["area_km2"].to_numpy(dtype=float) if "area_km2" in rows else None
    own = BeforeAfter(
        rows["role"].to_numpy(dtype=str),
        rows["before"].to_numpy(dtype=float),
        rows["after"].to_numpy(dtype=float),
        area,
        (asked.settings["time_before"], asked.settings["time_after"]),
    )
    return before_after_findings(own, about=_about(asked, "before_after"), at_peak=asked.settings["at_peak"], seed=asked.seed)


_PARTS: dict[str, Callable[[Asked, Kept], list[Finding]]] = {"place_days": _trial, "place_months": _months, "before_after": _before_after}


def _all_between(first: str, last: str) -> list[str]:
    from ...tables.health import months_between

    return months_between(str(first), str(last))


def _start(month: Any, number: dict[str, int], never: int) -> int:
    """The number of the month in which patrols began; months after the last one in the table count as never."""
    import pandas as pd

    if pd.isna(month) or str(month) > max(number):
        return never
    return number.get(str(month), 0)


def _claims(settings: Any) -> tuple[float, ...]:
    return tuple(float(claim) for claim in settings["claim"]) or (0.1, 0.3, 0.5)


def _given(setting: Any, otherwise: float) -> float:
    return otherwise if setting is None else float(setting)


def _share_of(asked: Asked, start: float, end: float) -> Callable[[str, float], None]:
    return lambda what, share: asked.tell(what, start + (end - start) * share)


QUESTION = Question(
    name="effect",
    asks="Did patrols change what was recorded?",
    says=(
        "For a trial whose patrols were drawn by lot: events and harm on patrol days beside other days, with intervals from the lots themselves, by "
        "regression, on the days after, and around the places; the power of such a trial beside each effect claimed; and whether it rules an effect out. "
        "For patrols nobody drew by lot: the change beside other places, month by month, with how far it hangs on places going alike; the weighted "
        "displacement difference and quotient; and the fall that places chosen at a peak show by themselves. With --rate, --places, --daily and --days "
        "alone: what a planned trial could see."
    ),
    tables=(
        Wanted("place_days", "a trial: places on days, drawn for a patrol or not, with events (and harm, events around, what was carried out)", False),
        Wanted("place_months", "counts of places by month, with the month patrols began; several places without patrols", False),
        Wanted("before_after", "counts before and after, each place with its role", False),
    ),
    settings=(
        Setting("design", "how places were drawn: each day anew, within places, or with stated chances", "daily", choices=DESIGNS),
        Setting("block_days", "for within-place: length of a block in days; left out: the whole trial", kind=int),
        Setting("carry_days", "how many days after a patrol to look at", 3, kind=int),
        Setting("claim", "a reduction claimed, as a share: 0.31 for 31 per cent fewer; may be given several times", (), kind=float, is_many=True),
        Setting("margin", "ratios from this to one over it are no effect to speak of; say it before looking", 0.8, kind=float),
        Setting("runs", "simulated trials behind each power", 1000, kind=int),
        Setting("rate", "for power: events per place-day without patrol; left out: as recorded", kind=float),
        Setting("dispersion", "for power: spread beyond chance, variance = mean + dispersion * mean ** 2; left out: as recorded", kind=float),
        Setting("places", "of a planned trial: places", 20, kind=int),
        Setting("daily", "of a planned trial: places patrolled a day", 8, kind=int),
        Setting("days", "of a planned trial: days", 90, kind=int),
        Setting("months_before", "months before the start to look at; left out: all", kind=int),
        Setting("months_after", "months from the start to look at; left out: all", kind=int),
        Setting("time_before", "length of the time before, in any unit", 1.0, kind=float),
        Setting("time_after", "length of the time after, in the same unit", 1.0, kind=float),
        Setting("at_peak", "treated places were chosen for their count before; then give all places that could have been chosen", False, kind=bool),
    ),
    ask=_ask,
    example="evenhand audit effect --place-days trial.csv --claim 0.31 --claim 0.735",
)
