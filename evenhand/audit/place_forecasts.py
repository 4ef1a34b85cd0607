"""Forecasts of places beside what was recorded, laid out as tables of spans by places: what every question on accuracy works on.

One row of each table is one forecast span (a day, a week, a month), one column one place. Events before a span are
what could have been known then: the plain baselines are built from them.

Read with care: a place without a row of events counts as nothing recorded there, and a day without any row as a quiet one.
Records run from the first row to the last: spans beyond them, and spans with a month that has no row at all, are left out.
Spans that overlap count an event once for each forecast it falls under.

Steps, in order:  laid_out (times -> places -> sums over spans) -> Forecasts -> with_history

Source: this is book-keeping; the measures cite theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer, MissingColumn

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

SIZES = {"area_km2": "ground", "street_km": "street length", "residents": "residents"}
"""Columns that say how large a place is, and in what."""


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecasts beside events. Shape (spans, places) where nothing else is said.

    Attributes:
        places: codes, in order.
        spans: what each row is called, such as "2024-03" or "2024-03-01 to 2024-03-07".
        unit: "days" or "months".
        starts, lengths: first day (or month) of each span as a number, and how many it covers; shape (spans,).
        listed: whether the place was in the forecast's table.
        is_flagged: chosen for attention.
        score, expected, probability, baseline_score: nan where not given.
        events: recorded within the span.
        before: recorded before it, as far back as the count map looks.
        just_before: recorded in as long a time right before it.
        at_first: recorded before the first span, shape (places,).
        known: days or months of records before each span, shape (spans,).
        harm: of the events; None where not given.
        kinds: events by kind, where kinds are told apart.
        size: "ground", "street length", "residents" -> of each place, where known for all; shape (places,).
        unseen: spans left out because the records do not cover them.
    """

    places: NDArray[np.str_]
    spans: tuple[str, ...]
    unit: str
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    listed: NDArray[np.bool_]
    is_flagged: NDArray[np.bool_]
    score: NDArray[np.float64]
    expected: NDArray[np.float64]
    probability: NDArray[np.float64]
    baseline_score: NDArray[np.float64]
    events: NDArray[np.float64]
    before: NDArray[np.float64]
    just_before: NDArray[np.float64]
    at_first: NDArray[np.float64]
    known: NDArray[np.int64]
    harm: NDArray[np.float64] | None = None
    kinds: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    size: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    unseen: int = 0

    @property
    def overlap(self) -> int:
        """The most spans that hold one same day (or month); 1 where spans do not overlap."""
        ends = self.starts + self.lengths
        return max(int(((self.starts <= start) & (start < ends)).sum()) for start in self.starts)

    @property
    def lists_only_flagged(self) -> bool:
        """Whether the table names only flagged places, so that the others' ranking is not known."""
        return bool(self.is_flagged[self.listed].all())

    def rows(self, which: NDArray[np.bool_]) -> Forecasts:
        """The same for some of the spans."""
        by_span = {name: getattr(self, name)[which] for name in _BY_SPAN}
        return replace(
            self,
            **by_span,
            spans=tuple(span for span, kept in zip(self.spans, which, strict=True) if kept),
            harm=None if self.harm is None else self.harm[which],
            kinds={kind: counts[which] for kind, counts in self.kinds.items()},
        )

    def with_history(self) -> Forecasts | None:
        """The spans that have records before them; None where none has."""
        held = (self.known > 0) & (self.before.sum(axis=1) > 0)
        return self if held.all() else self.rows(held) if held.any() else None


_GIVEN = ("score", "expected", "probability", "baseline_score")
_BY_SPAN = (
    *("starts", "lengths", "listed", "is_flagged", "events", "before", "just_before", "known"),
    *_GIVEN,
)


def laid_out(forecasts: pd.DataFrame, events: pd.DataFrame, *, look_back: int | None = None, flag_top: int | None = None) -> Forecasts:
    """Forecasts and events as tables of spans by places.

    Args:
        forecasts: the declared table `forecasts`, or `flagged`.
        events: the declared table `place_events`.
        look_back: how many days (or months) the count map looks back; all records before where left out.
        flag_top: flag so many of the highest scores in each span, whatever `is_flagged` says.

    Returns:
        Forecasts; places are those of both tables, in the order of their codes, spans in the order of time.

    Raises:
        BadValue: a span that is no day or month, that ends before it starts, or whose months are to be split into days;
            a size that differs between rows of one place.
        MissingColumn: nothing says what was flagged.
        CannotAnswer: no event was recorded in any span.

    Example:
        >>> import pandas as pd
        >>> said = pd.DataFrame({"place_code": ["a", "b"], "from": "2024-02", "to": "2024-02", "is_flagged": [True, False]})
        >>> came = pd.DataFrame({"place_code": ["a", "b", "b"], "month": ["2024-02", "2024-01", "2024-02"], "events": [3, 4, 1]})
        >>> one = laid_out(said, came)
        >>> one.events.tolist(), one.before.tolist()
        ([[3.0, 1.0]], [[0.0, 4.0]])
    """
    starts, ends, unit = spans_of(forecasts)
    when, unit = _times_of(events, unit)
    spans, row = np.unique(np.column_stack([starts, ends]), axis=0, return_inverse=True)
    row = row.ravel()
    codes = np.concatenate([forecasts["place_code"].astype(str).to_numpy(), events["place_code"].astype(str).to_numpy()])
    places, column = np.unique(codes.astype(str), return_inverse=True)
    mine, theirs = column[: len(forecasts)], column[len(forecasts) :]
    listed = np.zeros((len(spans), len(places)), dtype=bool)
    listed[row, mine] = True
    given = {name: _given(forecasts, name, row, mine, listed.shape) for name in _GIVEN}
    first, length = spans[:, 0], spans[:, 1] - spans[:, 0] + 1
    inside, before, just, at_first, known = _windows(when, first, length, look_back)
    number = events["events"].to_numpy(dtype=float)

    def counted(window: csr_array, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((window @ _by_time(when, theirs, weight, len(places))).todense())

    made = Forecasts(
        places=places,
        spans=tuple(named_span(start, end, unit) for start, end in spans),
        unit=unit,
        starts=first,
        lengths=length,
        listed=listed,
        is_flagged=np.zeros_like(listed),
        score=given["score"],
        expected=given["expected"],
        probability=given["probability"],
        baseline_score=given["baseline_score"],
        events=counted(inside, number),
        before=counted(before, number),
        just_before=counted(just, number),
        at_first=counted(at_first, number)[0],
        known=known,
        harm=counted(inside, events["harm"].to_numpy(dtype=float)) if "harm" in events.columns else None,
        kinds=_by_kind(events, lambda chosen: counted(inside, np.where(chosen, number, 0.0))),
        size=_sizes(forecasts, mine, len(places)),
    )
    made = replace(made, is_flagged=_flagged(made, forecasts, row, mine, flag_top))
    return _judgeable(made, _seen(when, first, length, unit))


def _given(forecasts: pd.DataFrame, name: str, row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """One column as a table of spans by places; nan where there is nothing."""
    table = np.full(shape, np.nan)
    if name in forecasts.columns:
        table[row, column] = forecasts[name].to_numpy(dtype=float, na_value=np.nan)
    return table


def _judgeable(made: Forecasts, seen: NDArray[np.bool_]) -> Forecasts:
    """The spans that the records cover, after making sure that there is something to judge in them."""
    made = replace(made.rows(seen), unseen=int((~seen).sum()))
    if not made.events.sum() > 0:
        raise CannotAnswer("No event was recorded in any of the spans forecast, so nothing can be said about accuracy. Check that both speak of the same time.")
    if not made.is_flagged.any():
        raise CannotAnswer("No place is flagged in any span, so there is nothing to judge.")
    return made


def _flagged(made: Forecasts, forecasts: pd.DataFrame, row: NDArray[np.int64], mine: NDArray[np.int64], flag_top: int | None) -> NDArray[np.bool_]:
    if flag_top is None:
        if "is_flagged" not in forecasts.columns:
            raise MissingColumn("Nothing says which places were flagged: table 'forecasts' has no column 'is_flagged'. Add it, or set flag_top to a number.")
        flags = np.zeros(made.events.shape, dtype=bool)
        flags[row, mine] = forecasts["is_flagged"].to_numpy(dtype=bool)
    else:
        rank = next((table for table in (made.score, made.expected, made.probability) if np.isfinite(table).any()), None)
        if rank is None:
            raise MissingColumn("flag_top needs a ranking, and table 'forecasts' has no column 'score', 'expected' or 'probability'.")
        if not 0 < flag_top < rank.shape[1]:
            raise BadSetting(f"flag_top={flag_top} of {rank.shape[1]} places flags none or all of them. Choose a number between.")
        order = np.argsort(np.where(np.isnan(rank), np.inf, -rank), axis=1, kind="stable")
        flags = np.zeros(rank.shape, dtype=bool)
        np.put_along_axis(flags, order[:, :flag_top], True, axis=1)
    return flags


def spans_of(forecasts: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """First and last day (or month) of each row, as numbers, and which of the two they are.

    Raises:
        BadValue: neither days nor months, or a span that ends before it starts.
    """
    (starts, unit), (ends, other) = (_number_of(forecasts[name], name) for name in ("from", "to"))
    if unit != other:
        raise BadValue("Columns 'from' and 'to' must both hold days (2024-01-31) or both months (2024-01).")
    if (ends < starts).any():
        wrong = forecasts.iloc[int(np.flatnonzero(ends < starts)[0])]
        raise BadValue(f"A span ends before it starts: from {wrong['from']} to {wrong['to']}.")
    return starts, ends, unit


def _times_of(events: pd.DataFrame, unit: str) -> tuple[NDArray[np.int64], str]:
    """When each row of events was, in the forecasts' unit."""
    name = "day" if "day" in events.columns and unit == "days" else "month" if "month" in events.columns else "day"
    if name not in events.columns:
        found = ", ".join(events.columns)
        raise MissingColumn(f"Table 'place_events' has neither 'day' nor 'month', so events cannot be put in time.\nColumns found: {found}.")
    text = events[name].astype(str).str.slice(0, 7) if unit == "months" else events[name]
    when, other = _number_of(text, name)
    if unit == "days" and other == "months":
        raise BadValue("The forecasts are for days and the events are by month, so it cannot be told what came on which day. Give events by day.")
    return when, unit


def _number_of(column: pd.Series, name: str) -> tuple[NDArray[np.int64], str]:
    text = column.astype(str)
    form = {7: "months", 10: "days"}.get(int(text.str.len().iloc[0]))
    for unit, pattern, code in (("months", r"\d{4}-(0[1-9]|1[0-2])", "M"), ("days", r"\d{4}-\d{2}-\d{2}", "D")):
        if form == unit and text.str.fullmatch(pattern).all():
            try:
                return text.to_numpy(dtype=str).astype(f"datetime64[{code}]").astype(np.int64), unit
            except ValueError:
                break
    wrong = next((one for one in text if len(one) not in (7, 10)), text.iloc[0])
    raise BadValue(f"Column '{name}' must hold days (2024-01-31) or months (2024-01), one kind throughout and all of the calendar; found {wrong!r}.")


def named_span(start: int, end: int, unit: str) -> str:
    """A span in words, such as "2024-03" or "2024-03-01 to 2024-03-07"."""
    first, last = (str(np.datetime64(int(at), "D" if unit == "days" else "M")) for at in (start, end))
    return first if first == last else f"{first} to {last}"


def _by_time(when: NDArray[np.int64], column: NDArray[np.int64], weight: NDArray[np.float64], places: int) -> csr_array:
    """Events by time and place, sparse; time runs from the first to the last recorded."""
    from scipy.sparse import coo_array

    return coo_array((weight, (when - when.min(), column)), shape=(int(when.max() - when.min()) + 1, places)).tocsr()


def _windows(
    when: NDArray[np.int64], first: NDArray[np.int64], length: NDArray[np.int64], look_back: int | None
) -> tuple[csr_array, csr_array, csr_array, csr_array, NDArray[np.int64]]:
    """Which times belong to each span, to what was before it, and to as long a time right before it."""
    from scipy.sparse import csr_array

    if look_back is not None and look_back < 1:
        raise BadSetting(f"look_back={look_back} leaves no past. Give 1 or more, or leave it out to use all records before.")
    times = np.arange(when.min(), when.max() + 1)
    earliest = times[0] if look_back is None else np.maximum(first - look_back, times[0])
    earliest = np.broadcast_to(earliest, first.shape)

    def window(start: NDArray[np.int64], end: NDArray[np.int64]) -> csr_array:
        return csr_array(((times >= start[:, None]) & (times < end[:, None])).astype(float))

    known = np.maximum(np.minimum(first, times[-1] + 1) - earliest, 0)
    at_first = window(earliest[:1], first[:1])
    return window(first, first + length), window(earliest, first), window(first - length, first), at_first, known


def _seen(when: NDArray[np.int64], first: NDArray[np.int64], length: NDArray[np.int64], unit: str) -> NDArray[np.bool_]:
    """Spans that the records cover: what was not recorded yet is not zero, nor is a month that is missing."""
    covered = (first >= when.min()) & (first + length - 1 <= when.max())
    if unit == "months":
        months = np.unique(when)
        held = np.searchsorted(months, first + length) - np.searchsorted(months, first)
        covered &= held == length
    if not covered.any():
        raise CannotAnswer("The records cover none of the spans forecast, so nothing can be judged. Check that both speak of the same time.")
    return covered


def _by_kind(events: pd.DataFrame, counted: Any) -> dict[str, NDArray[np.float64]]:
    if "kind" not in events.columns:
        return {}
    kind = events["kind"].astype(str).to_numpy()
    return {str(one): counted(kind == one) for one in np.unique(kind)}


def _sizes(forecasts: pd.DataFrame, mine: NDArray[np.int64], places: int) -> dict[str, NDArray[np.float64]]:
    """Sizes known for every place; a place has one size, whatever the span."""
    found = {}
    for name, said in SIZES.items():
        if name not in forecasts.columns:
            continue
        value = forecasts[name].to_numpy(dtype=float, na_value=np.nan)
        size = np.full(places, np.nan)
        size[mine] = value
        if (np.abs(value - size[mine]) > 1e-9 * np.maximum(np.abs(value), 1)).any():
            raise BadValue(f"Column '{name}' of table 'forecasts' gives one place two sizes. A place has one size throughout.")
        if np.isfinite(size).all() and size.sum() > 0:
            found[said] = size
    return found
