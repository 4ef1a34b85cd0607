"""The answer in plain words, made from findings: exact, careful, and no stronger than the numbers.

Each sentence keeps the findings it speaks of, so that the page can hang notes and sources on it.
What depends on a guess is said first; what cannot be told apart is said to be so.

Steps, in order:  guess_first -> exposure -> deprivation -> accuracy -> stability -> stops -> standing
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .measures import FIELDS, field_of, pick
from .numbers import HARD, denominator_of, figure, interval_of, level_of, p_of, value_of, with_interval

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .contents import Contents

TOPICS = {"exposure": "Who lives there", "deprivation": "Deprivation", "accuracy": "How right it was", "stops": "Stop and search"}
RARE = 0.05
"""Below this p-value a gap is called rare under the null; at or above it, not unusual."""


@dataclass(frozen=True)
class Sentence:
    """Words, the findings they rest on, and what they are about: "guess", "lead", or a heading of `TOPICS`."""

    text: str
    findings: tuple[Finding, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """One large number of the opening: its name, itself, its interval, what it is a share of, and what to set beside it."""

    label: str
    value: str
    interval: str
    of: str
    beside: str
    finding: Finding


def answer(contents: Contents) -> tuple[Sentence, ...]:
    """The whole answer, in the order a reader should meet it."""
    found = contents.findings
    main = pick(found, "exposure_ratio", group=contents.group, reference=contents.reference)
    lead, *more = exposure(contents, main)
    said = {
        "guess": (guess_first(main),),
        "lead": (lead,),
        "exposure": more,
        "deprivation": deprivation(contents),
        "accuracy": (*accuracy(contents), stability(contents)),
        "stops": stops(contents),
    }
    return tuple(replace(sentence, topic=topic) for topic, sentences in said.items() for sentence in sentences if sentence is not None)


def standing(contents: Contents) -> tuple[str, ...]:
    """What holds for every number here, whatever it is."""
    return (
        "Recorded crime is what police recorded: it is not all crime, and it is shaped by who reports and where police look.",
        f"The spots are a reconstruction of “{contents.card.title}” from what is public; they are not the force’s own list.",
        "Where people live is not where they are stopped: these figures are about residents of places, not about anyone in particular.",
    )


def guess_first(main: Finding | None) -> Sentence | None:
    """A warning that opens the answer, when the conclusion changes with something not public."""
    swept = main.settings.get("readings") if main is not None else None
    if not swept or swept.get("survives") is not False:
        return None
    low, high, unit = swept.get("low"), swept.get("high"), main.unit if main else None
    over = f" Over {swept['n_readings']:,} plausible readings of the system" if swept.get("n_readings") else " Over the plausible readings of the system"
    reach = f"{over} the ratio runs from {figure(low, unit)} to {figure(high, unit)}." if low is not None and high is not None else ""
    says = str(swept.get("says") or "").strip()
    return Sentence(f"This conclusion depends on a guess.{' ' + says if says else reach}", (main,) if main else ())


def side_of_one(finding: Finding) -> str:
    """Where the interval lies: "above", "below", "spans", or "unknown" when an end that matters is absent.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> side_of_one(Finding(question="exposure", measure="exposure_ratio", value=1.3, low=0.8, high=2.1))
        'spans'
    """
    if finding.low is not None and finding.low > 1:
        return "above"
    if finding.high is not None and finding.high < 1:
        return "below"
    return "spans" if finding.low is not None and finding.high is not None else "unknown"


def people(group: str | None) -> str:
    """A group as people: "Black residents"; bands of deprivation are spelt out."""
    if group and group.startswith("decile"):
        return f"residents of areas in {group} of deprivation"
    return f"{group} residents" if group else "residents"


def exposure(contents: Contents, main: Finding | None) -> tuple[Sentence | None, ...]:
    """Who lives in flagged spots: the ratio, the two shares, the test, the readings."""
    whom, other, place = people(contents.group), people(contents.reference), contents.place
    if main is None or main.value is None:
        why = " ".join(main.caveats) if main is not None else "This audit gave no result; see “What the answer rests on”."
        return (Sentence(f"We cannot say how often {whom} live in flagged spots in {place} beside {other}. {why}".strip(), (main,) if main else ()),)
    return (
        Sentence(compared(main, whom=whom, other=other, place=place), (main,)),
        shares(contents),
        chance(main),
        readings_hold(main),
    )


def compared(main: Finding, *, whom: str, other: str, place: str) -> str:
    """The ratio as a sentence that is right on either side of 1, and when the interval spans 1."""
    ratio, interval = value_of(main), f"{level_of(main)} interval {interval_of(main)}".strip()
    side = side_of_one(main)
    # An interval off 1 beside a large p is easily misquoted, so the lead itself says so.
    may_be_chance = (
        f", but chance placement of such spots often gives a gap this large ({_p(main)})" if main.p_value is not None and main.p_value >= RARE else ""
    )
    if side == "above":
        return f"In {place}, {whom} are an estimated {ratio} times as likely as {other} to live in a flagged spot ({interval}){may_be_chance}."
    if side == "below":
        return f"In {place}, {whom} are less likely than {other} to live in a flagged spot: an estimated {ratio} times as likely ({interval}){may_be_chance}."
    if side == "spans":
        return (
            f"In {place}, these data cannot tell whether {whom} are more or less likely than {other} to live in a flagged spot: "
            f"the estimate is {ratio} times as likely, and its interval includes equal exposure, which is 1 ({interval})."
        )
    return (
        f"In {place}, {whom} are an estimated {ratio} times as likely as {other} to live in a flagged spot. "
        "No full interval can be given, so how far to trust this number is not known."
    )


def _p(finding: Finding) -> str:
    return p_of(finding.p_value).replace(" ", HARD)


def shares(contents: Contents) -> Sentence | None:
    """The two shares behind the ratio, each with interval and denominator."""
    ours = pick(contents.findings, "exposed_share", group=contents.group)
    theirs = pick(contents.findings, "exposed_share", group=contents.reference)
    if ours is None or theirs is None or ours.value is None or theirs.value is None:
        return None
    return Sentence(
        f"An estimated {with_interval(ours)} of {_all_of(contents.group, ours)} live in a flagged spot, "
        f"against {with_interval(theirs)} of {_all_of(contents.reference, theirs)}.",
        (ours, theirs),
    )


def _all_of(group: str, finding: Finding) -> str:
    return f"the {figure(finding.n, 'people')} {people(group)}" if finding.n is not None else people(group)


def chance(main: Finding) -> Sentence | None:
    """Whether a gap like this one would be unusual if spots fell without regard to who lives there."""
    if main.p_value is None:
        return None
    null = (main.null_model or "the null model named in the table").strip().rstrip(".")
    often = f"in {'under 0.1' if main.p_value < 0.001 else f'about {100 * main.p_value:.2g}'}{HARD}% of cases"
    verdict = f"Chance placement of this kind gives a gap at least this large {often}, which is {'rare' if main.p_value < RARE else 'not unusual'}."
    if main.p_value >= RARE and side_of_one(main) in ("above", "below"):
        verdict += " The gap is there on this map; that it is more than a coincidence of two patterns is not shown."
    return Sentence(f"Tested against chance ({null}): {_p(main)}. {verdict}", (main,))


def readings_hold(main: Finding) -> Sentence | None:
    """That the conclusion survives what is not public, with the range; silent when it does not (said first then)."""
    swept = main.settings.get("readings")
    if not swept or swept.get("survives") is False:
        return None
    low, high, says = swept.get("low"), swept.get("high"), str(swept.get("says") or "").strip()
    if says:
        return Sentence(says, (main,))
    if low is None or high is None:
        return None
    many = f"{swept['n_readings']:,} " if swept.get("n_readings") else ""
    verdict = "the conclusion holds in all of them" if swept.get("survives") else "whether the conclusion holds in all of them was not worked out"
    reach = f"{figure(low, main.unit)} to {figure(high, main.unit)}"
    return Sentence(f"Over {many}plausible readings of what is not public, the ratio runs from {reach}; {verdict}.", (main,))


def deprivation(contents: Contents) -> tuple[Sentence | None, ...]:
    """Exposure by deprivation, and by group at like deprivation."""
    poor = pick(contents.findings, "deprivation_exposure_ratio")
    adjusted = pick(contents.findings, "deprivation_adjusted_exposure_ratio", group=contents.group)
    said: list[Sentence | None] = []
    if poor is not None and poor.value is not None:
        side = side_of_one(poor)
        tail = {"spans": "; the interval includes equal exposure", "unknown": "; no full interval can be given", "below": ", that is, less likely"}.get(
            side, ""
        )
        whom = _first_up(people(poor.group))
        said.append(Sentence(f"{whom} are {with_interval(poor)} times as likely to live in a flagged spot as those in {poor.reference}{tail}.", (poor,)))
    if adjusted is not None and adjusted.value is not None:
        left = {
            "above": "a gap remains at like deprivation",
            "below": "at like deprivation they are less exposed",
            "spans": "at like deprivation these data cannot tell the two groups apart",
        }.get(side_of_one(adjusted), "no full interval can be given")
        both = f"{contents.group} to {contents.reference} residents"
        said.append(Sentence(f"Compared at the same deprivation, the ratio of {both} is {with_interval(adjusted)}: {left}.", (adjusted,)))
    return tuple(said)


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def accuracy(contents: Contents) -> tuple[Sentence | None, ...]:
    """How much later recorded crime the spots held, always beside the count map."""
    system, plain = contents.card.slug, contents.baseline_card.slug
    ours = pick(contents.findings, "crime_captured_share", group=system)
    theirs = pick(contents.findings, "crime_captured_share", group=plain)
    area = pick(contents.findings, "area_share", group=system)
    if ours is None or ours.value is None:
        return ()
    cover = f", which cover {value_of(area)} of the area," if area is not None and area.value is not None else ""
    text = f"Of the {denominator_of(ours)} ({span(contents.periods.get('test'))}), the flagged spots{cover} held {with_interval(ours)}"
    if theirs is None or theirs.value is None:
        return (Sentence(text + ". There is no count map to set this beside, so it says little by itself.", (ours,)),)
    text += f"; as many spots taken from a plain count of past records held {with_interval(theirs)}."
    gap = pick(contents.findings, "crime_captured_difference", group=system)
    used = tuple(f for f in (ours, theirs, area) if f is not None)
    return (Sentence(text, used), beside_count_map(gap))


def beside_count_map(gap: Finding | None) -> Sentence | None:
    """Whether the system did better than counting."""
    if gap is None or gap.value is None:
        return None
    if gap.low is not None and gap.low > 0:
        verdict = "The system captured more than counting did"
    elif gap.high is not None and gap.high < 0:
        verdict = "The system captured less than counting did"
    elif gap.low is None or gap.high is None:
        verdict = "Whether the system did better than counting is not known"
    else:
        verdict = "These data cannot tell the system from counting"
    swept = gap.settings.get("readings") or {}
    says = str(swept.get("says") or "").strip()
    guess = f"Which of the two does better depends on a guess. {says} ".replace("  ", " ") if swept.get("survives") is False else ""
    held = f" {says}" if says and not guess else ""
    return Sentence(f"{guess}{verdict}: the difference is {with_interval(gap)}.{held}", (gap,))


def stability(contents: Contents) -> Sentence | None:
    """How many spots rest on one record."""
    one = pick(contents.findings, "spots_resting_on_one_event", group=contents.card.slug) or pick(contents.findings, "spots_resting_on_one_event")
    if one is None or one.value is None:
        return None
    total = one.n
    if one.unit == "share":
        return Sentence(f"{value_of(one)} of the spots would drop off the list if one single record were left out.", (one,))
    of = f" of the {figure(total, 'spots')} spots" if total is not None else " spots"
    return Sentence(f"{_first_up(count_word(one.value))}{of} would drop off the list if one single record were left out.", (one,))


def count_word(value: float) -> str:
    """Small whole numbers as words.

    Example:
        >>> count_word(0), count_word(7), count_word(14)
        ('none', 'seven', '14')
    """
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[int(value)] if float(value).is_integer() and 0 <= value < 10 else figure(value, "spots")


def stops(contents: Contents) -> tuple[Sentence | None, ...]:
    """Stops by group, for each ethnicity field; the notes about the stops' years follow at once."""
    said: list[Sentence | None] = []
    for field in FIELDS:
        ratio = pick(contents.findings, "stop_rate_ratio", group=contents.group, reference=contents.reference, field=field)
        if ratio is not None and ratio.value is not None:
            said.append(stop_sentence(contents, ratio))
    notes = " ".join(contents.notes.get("disparity", ()))
    if said and notes:
        said.append(Sentence(notes))
    return tuple(said)


def stop_sentence(contents: Contents, ratio: Finding) -> Sentence:
    """One stop rate ratio with its interval, and its bounds for missing ethnicity."""
    field = field_of(ratio)
    bounds = pick(contents.findings, "stop_rate_ratio_bounds", group=ratio.group, field=field)
    by, whom = FIELDS.get(field or "", field or "recorded ethnicity"), f"{people(ratio.group)} as for {people(ratio.reference)}"
    text = f"By {by}, the stop rate per 1,000 residents was {with_interval(ratio)} times as high for {whom}"
    side = side_of_one(ratio)
    text += "; the interval includes equal rates" if side == "spans" else "; no full interval can be given" if side == "unknown" else ""
    if bounds is not None and bounds.low is not None and bounds.high is not None:
        text += f"; depending on the missing ethnicities it could be anything from {figure(bounds.low, 'ratio')} to {figure(bounds.high, 'ratio')}"
    return Sentence(text + ".", tuple(f for f in (ratio, bounds) if f is not None))


def span(period: tuple[str, str] | None) -> str:
    """A period in words: "March 2024", "January to February 2024".

    Example:
        >>> span(("2024-01", "2024-02")), span(("2024-03", "2024-03")), span(("2018-01", "2019-12"))
        ('January to February 2024', 'March 2024', 'January 2018 to December 2019')
    """
    if period is None:
        return "period not stated"
    first, last = (_month(month) for month in period)
    if first == last:
        return " ".join(first)
    return f"{first[0]} to {' '.join(last)}" if first[1] == last[1] else f"{' '.join(first)} to {' '.join(last)}"


def _month(text: str) -> tuple[str, str]:
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
    try:
        return names[int(text[5:7]) - 1], text[:4]
    except (ValueError, IndexError):
        return text, ""


def key_figures(contents: Contents) -> tuple[KeyFigure, ...]:
    """Up to four numbers for the opening, each with interval and denominator."""
    group, reference, slug = contents.group, contents.reference, contents.card.slug
    found = contents.findings
    wanted = (
        (f"times as likely to live in a flagged spot: {group} beside {reference} residents", pick(found, "exposure_ratio", group=group, reference=reference)),
        (f"of {people(group)} live in a flagged spot (estimate)", pick(found, "exposed_share", group=group)),
        ("of later recorded crime fell inside the flagged spots", pick(found, "crime_captured_share", group=slug)),
        ("spots rest on one single record", pick(found, "spots_resting_on_one_event", group=slug) or pick(found, "spots_resting_on_one_event")),
    )
    compared_with = {
        "exposed_share": (people(reference), pick(found, "exposed_share", group=reference)),
        "crime_captured_share": ("a plain count map", pick(found, "crime_captured_share", group=contents.baseline_card.slug)),
    }
    figures = []
    for label, finding in wanted:
        if finding is None or finding.value is None:
            continue
        other, second = compared_with.get(finding.measure, ("", None))
        beside = f"{other[:1].upper()}{other[1:]}: {with_interval(second)}" if second is not None and second.value is not None else ""
        exact = finding.measure == "spots_resting_on_one_event" and finding.low is None
        interval = "a count, no interval" if exact else f"{level_of(finding)} interval {interval_of(finding)}".strip()
        figures.append(KeyFigure(label, value_of(finding).replace(HARD, "\u202f"), interval, f"of {denominator_of(finding)}", beside, finding))
    return tuple(figures)
