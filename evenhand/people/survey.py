"""The victim survey of made-up people: what a sample of them would tell an interviewer, out of the same truth that the records come from.

The third of three tables: what was done (`MadeUp.conduct`), what is on record of it (`MadeUp.book`), and what a survey finds of it.

Design: one stage; everybody aged 16 and over who is not in prison on the last day may be drawn, each with the same chance, without
replacement. Each is asked what was done to them in the twelve months up to that day, and whether the police came to know of it. Some
decline; those who answer forget nothing and make nothing up.

Read with care: real surveys draw households, miss people without one, cap what one victim may tell of, and mix up dates. They ask
nothing of offences without a victim, and neither does this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..tables.errors import BadSetting
from ..tables.person_words import OFFENCES, SEXES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook

YOUNGEST = 16
YEAR_DAYS = 365
AGE_BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65 and over")
_FROM_AGE = (16, 25, 35, 45, 55, 65)
COLUMNS = ("interview", "group", "sex", "age_band", "area", "weight", "is_victim", "offence", "is_reported")
"""One row is one offence told of; who had none to tell of has one row, with `offence` missing. `weight`: people each interview stands for."""


class Lived(Protocol):
    """What the survey reads of made-up people."""

    @property
    def book(self) -> RecordBook:
        """The people and their records."""

    @property
    def conduct(self) -> Conduct:
        """What they did."""

    @property
    def last(self) -> int:
        """The last day, a day number."""


def survey_of(made_up: Lived, *, people: int = 2000, seed: int = 1, answering: float = 0.7) -> pd.DataFrame:
    """What a sample of made-up people says was done to them in the last twelve months.

    Args:
        made_up: the people, their records and what they did.
        people: how many are asked; all there are where they are fewer.
        seed: of the draw; the same seed asks the same people.
        answering: share of those asked who answer, the same for everybody; about that of the Crime Survey before 2020 (recalled).

    Returns:
        Columns as in COLUMNS; no id leads from an interview to a person.

    Raises:
        BadSetting: nobody to be asked, or a share that is none.

    Read with care:
        The same share of every group answers here. Of a real survey nobody knows that.
    """
    import pandas as pd

    if people < 1 or not 0 < answering <= 1:
        raise BadSetting(f"people={people}, answering={answering}: ask at least one person, and let a share above 0 and up to 1 answer.")
    book, rng = made_up.book, np.random.default_rng([seed, 0x5E7])
    age = book.age_on(made_up.last)
    there = np.flatnonzero((age >= YOUNGEST) & ~_imprisoned(book, made_up.last))
    if not len(there):
        raise BadSetting(f"Nobody aged {YOUNGEST} and over is there to be asked.")
    asked = rng.choice(there, size=min(people, len(there)), replace=False)
    answered = asked[rng.random(len(asked)) < answering]
    interview = np.full(len(book), -1)
    interview[answered] = np.arange(len(answered))
    victim, offence, is_reported = _done_to(made_up.conduct, made_up.last, interview)
    spared = np.setdiff1d(answered, victim)
    who = np.concatenate([victim, spared])
    told = len(victim)
    frame = pd.DataFrame({
        "interview": interview[who] + 1,
        "group": _named(book.groups, book.group[who]),
        "sex": np.array(SEXES, dtype=object)[book.sex[who]],
        "age_band": np.array(AGE_BANDS, dtype=object)[np.searchsorted(_FROM_AGE, age[who], side="right") - 1],
        "area": _named(book.areas, book.area[who]),
        "weight": len(there) / max(len(answered), 1),
        "is_victim": np.arange(len(who)) < told,
        "offence": np.concatenate([np.array(OFFENCES, dtype=object)[offence], np.full(len(spared), None)]),
        "is_reported": pd.array([*is_reported.tolist(), *[None] * len(spared)], dtype="boolean"),
    })  # fmt: skip
    return frame.sort_values("interview", kind="stable", ignore_index=True)


def share_reported(survey: pd.DataFrame, *, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """The share of offences told of in a survey that the police came to know of, with an interval.

    Args:
        survey: of `survey_of`.
        by: a column to tell apart by, such as "group" or "offence"; None for all.
        level: coverage of the interval.

    Returns:
        One row a category: `interviews` and `offences` it rests on, `share`, `low`, `high`; nan where nothing was told of.

    Example:
        >>> import pandas as pd
        >>> told = pd.DataFrame({"interview": range(1, 101), "offence": ["robbery"] * 100, "is_reported": [True] * 40 + [False] * 60})
        >>> share_reported(told).round(3).to_dict("records")
        [{'of': 'all', 'interviews': 100, 'offences': 100, 'share': 0.4, 'low': 0.309, 'high': 0.498}]

    Read with care:
        One person may tell of many offences, which are not independent of each other: the interval is Wilson's, of as many offences as
        would tell as much as these do (their number over the design effect of people within the sample).

    Source: Wilson (1927), JASA 22; Kish (1965), Survey Sampling, ch. 8, for the design effect.
    """
    import pandas as pd

    told = survey[survey["offence"].notna()]
    parts = [("all", told)] if by is None else list(told.groupby(by, sort=True, dropna=False))
    rows = []
    for name, part in parts:
        each = pd.DataFrame({"n": 1, "y": part["is_reported"].astype(float)}).groupby(part["interview"]).sum()
        share, low, high = _interval(each["y"].to_numpy(dtype=float), each["n"].to_numpy(dtype=float), level)
        rows.append({"of": name, "interviews": len(each), "offences": len(part), "share": share, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["of", "interviews", "offences", "share", "low", "high"])


def _interval(reported: NDArray[Any], told: NDArray[Any], level: float) -> tuple[float, float, float]:
    """A share of counts that come in clusters, by linearisation; Wilson's interval of the effective number."""
    from scipy.special import ndtri

    n = told.sum()
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    share = reported.sum() / n
    clusters = len(told)
    variance = ((reported - share * told) ** 2).sum() / n**2 * clusters / (clusters - 1) if clusters > 1 else np.inf
    plain = share * (1 - share) / n
    effective = n / max(1.0, variance / plain) if plain > 0 and np.isfinite(variance) else float(clusters)
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    middle = (share + z2 / (2 * effective)) / (1 + z2 / effective)
    half = np.sqrt(z2 * (share * (1 - share) / effective + z2 / (4 * effective**2))) / (1 + z2 / effective)
    return float(share), float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _done_to(conduct: Conduct, last: int, interview: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Victim, offence and whether the police know, of each offence done to somebody interviewed; one that several did together is one."""
    chosen = (conduct.day > last - YEAR_DAYS) & (conduct.day <= last) & (conduct.victim >= 0)
    at = np.flatnonzero(chosen)
    at = at[interview[conduct.victim[at]] >= 0]
    same = np.stack([conduct.victim[at].astype(np.int64), conduct.day[at].astype(np.int64), conduct.offence[at].astype(np.int64)])
    _, place = np.unique(same, axis=1, return_inverse=True)
    known = np.zeros(place.max() + 1 if len(at) else 0, dtype=bool)
    np.logical_or.at(known, place.ravel(), conduct.is_reported[at])
    first = np.full(len(known), -1)
    first[place.ravel()[::-1]] = at[::-1]
    return conduct.victim[first], conduct.offence[first], known


def _imprisoned(book: RecordBook, day: int) -> NDArray[np.bool_]:
    rows = book.rows
    return book.count(book.is_row("prison") & (rows.day <= day) & (rows.until >= day)) > 0


def _named(names: tuple[str, ...], codes: NDArray[Any]) -> NDArray[Any]:
    return np.array([*names, None], dtype=object)[codes]
