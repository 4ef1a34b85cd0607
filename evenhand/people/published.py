"""Published figures that made-up people are held to: each with how it is counted, how near is near enough, where it comes from and how well it is known.

What is marked recalled or guessed is shown beside the others and decides nothing.

Rates of recorded crime are over the census's residents of 2021, and a few per cent too high for the years they are of. Rates of stops
counted by us leave out those whose ethnic group was not stated, and are too low by as much.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..tables.citation import Citation

NATIONAL = ("england-and-wales", "equal-offending", "ocjs-like")
RESIDENTS = 59_597_576
"""Census 2021, England and Wales."""

_AMNESTY = "Amnesty International UK (2025), Automated Racism"
STOPS_2023 = Citation(f"{_AMNESTY}, note 18: stops per 1,000 people, year to March 2023")
NFA = Citation(f"{_AMNESTY}, note 21")
WMP_2024 = Citation(f"{_AMNESTY}, notes 267 and 268: West Midlands Police, 2024")
MET = Citation(f"{_AMNESTY}, notes 449 and 450: Metropolitan Police, year to March 2023 and to March 2024")
ESSEX = Citation(f"{_AMNESTY}, notes 219 to 221: Essex Police, 2024")
MATRIX = Citation("Amnesty International UK (2018), Trapped in the Matrix: people on the Gangs Matrix, October 2017")
NPCC = Citation(f"{_AMNESTY}, note 16: National Police Chiefs' Council, 2024")
S95 = Citation("Ministry of Justice, Statistics on Ethnicity and the Criminal Justice System (section 95), through a summary of 2024")
HMICFRS = Citation("HMICFRS, crime-data integrity inspection of the Metropolitan Police, 2018")
KNIVES = Citation("Bailey, Harinam & Ariel (2020), PLoS ONE 15(12), e0242621: Thames Valley, 2015 to 2019", doi="10.1371/journal.pone.0242621")
PRC_2025 = Citation("Home Office, police recorded crime, year to March 2025, by subgroup, through a public copy")
PRC_2018 = Citation("Home Office, police recorded crime open data, year to March 2018; Open Government Licence v3.0")
UK_2020 = Citation("data.police.uk, stop and search of persons, 2020, our count by self-defined group over Census 2021; Open Government Licence v3.0")
MET_2021 = Citation("data.police.uk, stop and search of persons, June to August 2021, times four, our count over Census 2021; Open Government Licence v3.0")
BUIL_GIL = Citation(
    "Buil-Gil, Moretti & Langton (2021), J Exp Criminol 18, 515: crimes known to the police fall 62 % short of all, on average over areas of Manchester; "
    "that 38 % of all are known is our reading of it",
    mark="guessed",
)
ARRESTS = Citation("Home Office, arrests by ethnic group, years about 2023", mark="recalled")
CHARGED = Citation("Home Office, crime outcomes, years about 2023", mark="recalled")
PRISON = Citation("Ministry of Justice, prison population, years about 2023", mark="recalled")
FARRINGTON = Citation("Farrington et al. (2006), Home Office Research Study 299: about 7 % of the men accounted for half of the offences", mark="recalled")
OCJS = Citation("Sharp & Budd (2005), Home Office Online Report 33/05: ever offended, by group, ages 10 to 65", mark="recalled")


@dataclass(frozen=True)
class Figure:
    """One published figure.

    Attributes:
        slug: its name, once among all.
        says: what is counted, as it stands in a table.
        value: what was published; shares are 0 to 1.
        within: how far off is near enough, as a part of the value.
        counted: name of the count in checks.py.
        of: what the count is of, such as a group or a subgroup of offences.
        unit: "per 1,000", "share" or "times".
        places: slugs of the scenarios it holds for; () for all.
        source: where it comes from, and its mark.
        else_why: why it cannot be met, where that is known beforehand.
    """

    slug: str
    says: str
    value: float
    within: float
    counted: str
    of: str
    unit: str
    places: tuple[str, ...]
    source: Citation
    else_why: str = ""


def _stops(place: tuple[str, ...], source: Citation, within: float, /, **rates: float) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"stops-{group.lower()}-{place[0]}", f"stops of {group} people", rate, within, "stops_per_1000", group, "per 1,000", place, source)
        for group, rate in rates.items()
    )


def _nfa(place: tuple[str, ...], share: float, source: Citation, why: str = "") -> Figure:
    return Figure(f"stops-nfa-{place[0]}", "stops that came to nothing", share, 0.05, "stops_without_action", "", "share", place, source, why)


_FIND_AND_NFA = "a find in 18.6 % of stops and 67 % without action are of two years; to have both, one stop in six would lead to an arrest for something else"
_SEEN_AS_BLACK = "officers see many people of mixed background as Black, and stop them as often; the published rate is of what people call themselves"
_NOT_PUT_IN = "nothing in these people links one group to gangs more (intelligence.gang_by_group); what is put in elsewhere goes no further than this"
_SHARES = "other published figures of the same kind do not fit it: the year's stops per 1,000 and the census give Black people 14 % of stops, not 18 %"
STOPS = (
    *_stops(NATIONAL, STOPS_2023, 0.1, Black=24.5, Mixed=9.9, Asian=8.5, White=5.9),
    _nfa(NATIONAL, 0.69, NFA),
    Figure("stop-ratio", "stops of Black people over those of White people, per head", 4.0, 0.1, "stop_ratio", "Black", "times", NATIONAL, NPCC),
    *_stops(("west-midlands",), WMP_2024, 0.1, Black=10.3, Mixed=9.1, Asian=4.7, White=2.3),
    _nfa(("west-midlands",), 0.667, WMP_2024),
    *_stops(("london",), MET_2021, 0.15, White=12.7, Asian=12.7),
    Figure("stops-mixed-london", "stops of Mixed people", 13.3, 0.15, "stops_per_1000", "Mixed", "per 1,000", ("london",), MET_2021, _SEEN_AS_BLACK),
    Figure("stop-ratio-london", "stops of Black people over those of White people, per head", 4.0, 0.1, "stop_ratio", "Black", "times", ("london",), MET),
    Figure("stops-find-london", "stops in which something was found", 0.186, 0.1, "stops_with_find", "", "share", ("london",), MET),
    _nfa(("london",), 0.67, MET, _FIND_AND_NFA),
    *_stops(("essex",), UK_2020, 0.15, White=9.3, Asian=10.9, Mixed=11.4),
    Figure("stop-ratio-essex", "stops of Black people over those of White people, per head", 3.0, 0.1, "stop_ratio", "Black", "times", ("essex",), ESSEX),
    _nfa(("essex",), 0.75, ESSEX),
    *_stops(("thames-valley",), UK_2020, 0.15, Black=17.5, Mixed=9.9, Asian=8.3, White=5.3),
    *_stops(("avon-and-somerset",), UK_2020, 0.15, Black=21.7, Mixed=6.0, Asian=5.1, White=3.8),
    *_stops(("durham",), UK_2020, 0.25, White=3.7),
    Figure("stops-male", "stops of men and boys", 0.88, 0.05, "stops_of_males", "", "share", NATIONAL, UK_2020),
    Figure("stops-10-17", "stops of people aged 10 to 17", 0.19, 0.2, "stops_by_age", "10-17", "share", NATIONAL, UK_2020),
    Figure("stops-18-24", "stops of people aged 18 to 24", 0.35, 0.2, "stops_by_age", "18-24", "share", NATIONAL, UK_2020),
    Figure("stops-25-34", "stops of people aged 25 to 34", 0.24, 0.2, "stops_by_age", "25-34", "share", NATIONAL, UK_2020),
)  # fmt: skip

SHARES = (
    Figure("black-stops", "Black people among those stopped", 0.18, 0.1, "black_share", "stops", "share", NATIONAL, S95, _SHARES),
    Figure("black-arrests", "Black people among those arrested", 0.09, 0.1, "black_share", "arrests", "share", NATIONAL, S95),
    Figure("black-prosecutions", "Black people among those prosecuted", 0.10, 0.15, "black_share", "prosecutions", "share", NATIONAL, S95),
    Figure("black-prison", "Black people among those in prison on the last day", 0.12, 0.2, "black_share", "prison", "share", NATIONAL, S95),
    Figure("arrest-ratio", "arrests of Black people over those of White people, per head", 2.0, 0.15, "arrest_ratio", "Black", "times", NATIONAL, NPCC),
    Figure("arrests", "arrests of all people", 11.2, 0.2, "arrests_per_1000", "", "per 1,000", NATIONAL, ARRESTS),
    Figure("prison", "people in prison on the last day", 1.46, 0.25, "prison_per_1000", "", "per 1,000", NATIONAL, PRISON),
)


def _crimes(source: Citation, within: float, /, **rates: float) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"crime-{name.replace('_', '-')}", f"recorded: {name.replace('_', ' ')}", round(rate, 4), within, "crimes_per_1000", name, "per 1,000",
               NATIONAL, source)
        for name, rate in rates.items()
    )  # fmt: skip


_2025 = {
    "homicide": 524, "violence_with_injury": 516_757, "violence_without_injury": 804_983, "robbery": 77_603, "possession_of_weapons": 56_830,
    "possession_of_drugs": 135_651, "trafficking_of_drugs": 66_504, "residential_burglary": 166_316, "shoplifting": 525_833,
}  # fmt: skip
CRIMES = (
    *_crimes(PRC_2025, 0.15, **{name: 1000 * number / RESIDENTS for name, number in _2025.items()}),
    *_crimes(PRC_2018, 0.25, criminal_damage=9.34, arson=0.45, theft_from_a_vehicle=4.69, theft_of_a_vehicle=1.87, theft_from_the_person=1.58,
             other_theft=10.37, other_burglary=2.14, public_order=6.30, rape=0.91, other_sexual=1.60),
    Figure("knives", "recorded crimes with a knife, of all recorded", 0.0186, 0.15, "knife_share", "", "share", (*NATIONAL, "thames-valley"), KNIVES),
    Figure("recording-london", "reported crimes that were recorded", 0.895, 0.0184, "recording_rate", "", "share", ("london",), HMICFRS),
    Figure("known-to-police", "crimes known to the police, of all crimes with a victim", 0.38, 0.15, "known_share", "", "share", NATIONAL, BUIL_GIL),
    Figure("charged", "recorded crimes that led to a charge", 0.06, 0.25, "charged_share", "", "share", NATIONAL, CHARGED),
)  # fmt: skip

LISTS = (
    Figure("gang-black-london", "Black people among those with a gang marker", 0.78, 0.1, "black_share", "gang", "share", ("london",), MATRIX, _NOT_PUT_IN),
)
LIVES = (
    Figure("half-of-offences", "of men and boys, those who did half of their ten years' offences", 0.07, 0.5, "few_do_half", "male", "share", NATIONAL,
           FARRINGTON),
)  # fmt: skip

ALL = (*STOPS, *SHARES, *CRIMES, *LISTS, *LIVES)


def figures_for(place: str) -> tuple[Figure, ...]:
    """The figures that hold for a scenario.

    Example:
        >>> [figure.slug for figure in figures_for("durham")]
        ['stops-white-durham']
    """
    return tuple(figure for figure in ALL if not figure.places or place in figure.places)
