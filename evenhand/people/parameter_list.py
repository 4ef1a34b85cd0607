"""Which parameters there are, what each means, and what values it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ..tables.person_words import ASSESSED, DASH_LEVELS, INFORMATION_GRADES, MARKERS, OFFENCES, SOURCE_GRADES

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS = ("White", "Black", "Asian", "Mixed", "Other")
KINDS = ("violence", "domestic", "sexual", "robbery", "burglary", "theft", "fraud", "damage", "carrying", "motoring", "other")
"""Kinds of offending, each with an age and a sex pattern of its own. `carrying` is drugs and weapons, which only the police find."""

Share = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(ge=0, le=100)]
Rate = Annotated[float, Field(ge=0, le=5_000)]
Days = Annotated[float, Field(ge=0, le=20_000)]
Years = Annotated[float, Field(gt=0, le=100)]


def _needs(keys: tuple[str, ...]) -> AfterValidator:
    """A table that has these keys and no others."""

    def check(table: dict[str, float]) -> dict[str, float]:
        lacking, strange = [key for key in keys if key not in table], [key for key in table if key not in keys]
        if lacking or strange:
            said = (
                (f"lacks {', '.join(lacking)}" if lacking else "") + (" and " if lacking and strange else "") + (f"has {', '.join(strange)}" if strange else "")
            )
            raise ValueError(f"the table {said}; its keys are {', '.join(keys)}")
        return {key: table[key] for key in keys}

    return AfterValidator(check)


def _among(keys: tuple[str, ...]) -> AfterValidator:
    """A table whose keys are some of these."""

    def check(table: dict[str, float]) -> dict[str, float]:
        strange = [str(key) for key in table if key not in keys]
        if strange:
            raise ValueError(f"the table has {', '.join(strange)}; its keys may be {', '.join(keys)}")
        return table

    return AfterValidator(check)


def _whole(table: dict[str, float]) -> dict[str, float]:
    if abs(sum(table.values()) - 1) > 0.005:
        raise ValueError(f"the shares make {sum(table.values()):.3f}, not 1")
    return table


ByGroup = Annotated[dict[str, Ratio], _needs(GROUPS)]
"""A multiplier for each group; 1 everywhere is no difference."""
SharesByGroup = Annotated[dict[str, Share], _needs(GROUPS)]
ByKind = Annotated[dict[str, Share], _needs(KINDS)]
OfOffences = Annotated[dict[str, Share], _among(OFFENCES)]
Decisions = Annotated[dict[str, Share], _needs(("no_further_action", "community_resolution", "penalty_notice", "caution", "charged")), AfterValidator(_whole)]
Sentences = Annotated[dict[str, Share], _needs(("discharge", "fine", "community_order", "custody")), AfterValidator(_whole)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Population(_Section):
    """Who there is."""

    areas: dict[str, Annotated[dict[str, Annotated[float, Field(ge=0)]], _needs(GROUPS)]] = Field(
        min_length=1, max_length=100, description="District -> people of each group, in any unit; shares are taken of the whole."
    )
    mixing: Share = Field(description="How far the groups are spread evenly over districts: 0 as in `areas`, 1 the same mix everywhere.")
    ages: dict[str, Annotated[float, Field(ge=0)]] = Field(description="Age band such as '20-24' or '80+' -> people on the last day, in any unit.")
    age_tilt: Annotated[dict[str, Annotated[float, Field(ge=-1, le=1)]], _needs(GROUPS)] = Field(
        description="Group -> change of the log share for each ten years of age; below 0 is a younger group."
    )
    male_share: Share = Field(description="Share of people who are male.")
    seen_as: Annotated[dict[str, Annotated[dict[str, Share], _needs(GROUPS), AfterValidator(_whole)]], _needs(GROUPS)] = Field(
        description="Group as the person defines it -> shares of the groups an officer takes them for."
    )
    children_together: dict[int, Share] = Field(description="Number of children in a family -> share of families.")
    two_parents: Share = Field(description="Share of families with children in which two parents live.")
    couples: Share = Field(description="Share of other adults who live with a partner.")
    run_in_years: Annotated[float, Field(ge=0, le=10)] = Field(
        description="Years lived before the records begin, so that some are known, in prison or awaiting trial by then; of them only sanctions stay on record."
    )
    last_day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Last day of the records.")


class Offending(_Section):
    """Who does what, and when in life."""

    per_1000: Annotated[dict[str, Annotated[dict[str, Rate], _among(OFFENCES)]], _needs(KINDS)] = Field(
        description="Kind -> offence -> true offences a year for each 1,000 people, whether or not anybody hears of them."
    )
    age_peak: Annotated[dict[str, Annotated[float, Field(ge=11, le=60)]], _needs(KINDS)] = Field(description="Kind -> age at which most is done.")
    age_fall: Annotated[dict[str, Years], _needs(KINDS)] = Field(description="Kind -> years after the peak in which offending falls to 37 %.")
    male_share: ByKind = Field(description="Kind -> share done by men and boys.")
    shape: Annotated[float, Field(gt=0, le=10)] = Field(description="Shape of the gamma distribution of propensity; smaller: fewer people do more of it.")
    bent: Annotated[float, Field(ge=0, le=3)] = Field(description="Spread (log) of each person's own leaning to each kind.")
    drift: Annotated[float, Field(ge=0, le=3)] = Field(description="Spread (log) of ups and downs in a person's offending.")
    drift_kept: Share = Field(description="How much of an up or down is left half a year later.")
    by_group: ByGroup = Field(description="Group -> true offending as a multiple; 1 everywhere is no difference.")
    by_area: dict[str, Ratio] = Field(description="District -> true offending of those who live there as a multiple; left out: 1.")
    together: ByKind = Field(description="Kind -> share of offences done with somebody else, at age 18.")
    away: Share = Field(description="Share of offences done in another district than the one lived in.")
    weapon: dict[str, Annotated[dict[str, Share], _among(("knife", "firearm", "other"))]] = Field(
        description="Offence -> share with each weapon; left out: none."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Offending:
        if not any(sum(rates.values()) for rates in self.per_1000.values()):
            raise ValueError("`per_1000` is nought for every offence, so nobody would ever do anything")
        return self


class Gangs(_Section):
    """Groups of young people whose violence goes together."""

    per_1000: Rate = Field(description="People truly in such a group at some age for each 1,000 people.")
    size: Annotated[float, Field(ge=3, le=100)] = Field(description="People in one group.")
    violence: Ratio = Field(description="Violence and robbery of a member as a multiple, at 15 to 19; it fades out to 13 and 26.")
    weapons: Ratio = Field(description="Using a weapon as a multiple for members, at those ages.")
    reports: Ratio = Field(description="Being reported on by other sources as a multiple for members, at those ages.")
    against_other: Share = Field(description="Share of a member's violence done to members of other groups.")


class Victims(_Section):
    """To whom it is done."""

    has: OfOffences = Field(description="Offence -> share with a person as its victim; left out: 0.")
    shape: Annotated[float, Field(gt=0, le=10)] = Field(description="Shape of the gamma distribution of being harmed; smaller: fewer people are harmed more.")
    overlap: Annotated[float, Field(ge=0, le=2)] = Field(description="Power of one's own propensity to offend in one's risk of being a victim; 0: none.")
    acquainted: ByKind = Field(description="Kind -> share done to somebody of the offender's own circle.")
    by_group: ByGroup = Field(description="Group -> risk of being a victim as a multiple.")
    witnesses: ByKind = Field(description="Kind -> share of recorded offences with a witness on record.")
    family: Share = Field(description="Share of domestic abuse done to somebody of the household who is not the partner.")


class Reporting(_Section):
    """What is told to the police and recorded by them."""

    told: OfOffences = Field(description="Offence -> share told to the police; left out: 0.")
    told_domestic: Share = Field(description="Share of domestic abuse told to the police.")
    by_group: ByGroup = Field(description="Group of the victim -> telling the police as a multiple.")
    recorded: Share = Field(description="Share of what is told that is recorded.")
    delay_days: Annotated[dict[str, Days], _needs(KINDS)] = Field(description="Kind -> mean days until it is told.")


class Naming(_Section):
    """Who is put down as a suspect, rightly or wrongly."""

    share: ByKind = Field(description="Kind -> share of recorded offences whose offender is named.")
    by_group: ByGroup = Field(description="Group, as officers see it -> being named for what one did as a multiple.")
    by_area: dict[str, Ratio] = Field(description="District -> being named as a multiple; left out: 1.")
    known: Ratio = Field(description="Being named as a multiple for people who are on record as suspects already.")
    known_years: Years = Field(description="Years for which a suspect counts as known.")
    companions: Share = Field(description="Share of companions named where the first offender is.")
    wrong: Share = Field(description="Share of named suspects who had nothing to do with it.")
    wrong_known: Share = Field(description="Share of those wrongly named who are drawn from people on record in the district who look alike.")
    wrong_by_group: ByGroup = Field(description="Group, as officers see it, of the offender -> naming the wrong person as a multiple.")
    possible: Share = Field(description="Share of recorded offences without a named suspect for which somebody is put down as a possible one.")
    possible_right: Share = Field(description="Share of possible suspects who did it.")


class Justice(_Section):
    """What becomes of a suspect."""

    arrested: ByKind = Field(description="Kind -> share of named suspects who are arrested.")
    arrest_by_group: ByGroup = Field(description="Group, as officers see it -> being arrested once named as a multiple.")
    decided: Annotated[dict[str, Decisions], _needs(KINDS)] = Field(description="Kind -> what is decided about a named suspect.")
    charge_by_group: ByGroup = Field(description="Group -> being charged as a multiple of the odds.")
    charged_if_wrong: Ratio = Field(description="Being charged as a multiple of the odds where the wrong person was named.")
    young_diverted: Ratio = Field(description="Being cautioned or dealt with out of court under 18 as a multiple of the odds.")
    convicted: Share = Field(description="Share of those rightly charged who are convicted.")
    convicted_if_wrong: Share = Field(description="Share of those wrongly charged who are convicted.")
    decision_days: Days = Field(description="Mean days from report to decision.")
    court_days: Days = Field(description="Mean days from charge to verdict, beyond the first 31.")
    sentenced: Annotated[dict[str, Sentences], _needs(KINDS)] = Field(description="Kind -> sentences of those convicted.")
    custody_by_offence: dict[str, Ratio] = Field(description="Offence -> odds of custody as a multiple of those of its kind; left out: 1.")
    custody_if_known: Ratio = Field(description="Odds of custody as a multiple for each doubling of earlier sanctions (log2 of 1 + sanctions).")
    custody_if_young: Ratio = Field(description="Odds of custody as a multiple under 18.")
    custody_by_group: ByGroup = Field(description="Group -> odds of custody once convicted as a multiple.")
    custody_days: Annotated[dict[str, Days], _among(OFFENCES)] = Field(description="Offence -> mean days served; left out: `custody_days_other`.")
    custody_days_other: Days = Field(description="Mean days served for any other offence.")
    earlier_per_1000: Rate = Field(description="Sanctions a year for each 1,000 people in the years before those that are lived; 0: nobody has any from then.")
    supervision_days: Days = Field(description="Days of supervision after release, or of a community order.")


class Stops(_Section):
    """Who is stopped and searched, and what is found."""

    per_1000: Annotated[dict[str, Rate], _needs(GROUPS)] = Field(description="Group, as officers see it -> stops and searches a year for each 1,000 people.")
    by_area: dict[str, Ratio] = Field(description="District -> stops as a multiple; left out: 1.")
    by_area_and_group: dict[str, Annotated[dict[str, Ratio], _among(GROUPS)]] = Field(
        description="District -> group, as officers see it -> a further multiple there; left out: 1."
    )
    age_peak: Annotated[float, Field(ge=11, le=60)] = Field(description="Age most often stopped.")
    age_fall: Years = Field(description="Years after the peak in which stops fall to 37 %.")
    male_share: Share = Field(description="Share of stops that are of men and boys.")
    on_street: Annotated[float, Field(ge=0, le=2)] = Field(description="Power of one's own propensity to offend in one's risk of a stop without grounds.")
    known: Ratio = Field(description="Being stopped as a multiple for people on record as suspects.")
    founded: SharesByGroup = Field(description="Group, as officers see it -> share of stops of people who carry something that month, on good grounds.")
    found_if_carrying: Share = Field(description="Share of stops of people who carry something that month in which it is found.")
    objects: Annotated[dict[str, Share], _needs(("drugs_possession", "weapons_possession", "other_theft")), AfterValidator(_whole)] = Field(
        description="What is searched for, where nothing is found."
    )
    together: Share = Field(description="Chance that each further companion is stopped too.")
    if_found: Decisions = Field(description="What is decided when something is found.")
    arrested_if_found: Share = Field(description="Share arrested when something is found.")
    arrested_if_not: Share = Field(description="Share arrested when nothing is found, for something else.")
    found_at_arrest: Share = Field(description="Share of arrests of people who carry something that month in which it is found.")


class Intelligence(_Section):
    """What is told about whom, and how far it is true."""

    per_stop: Share = Field(description="Share of stops after which a report is put in.")
    per_crime: Share = Field(description="Share of recorded offences without a named suspect after which a report names somebody.")
    from_sources_per_1000: Rate = Field(description="Reports a year from other sources for each 1,000 people.")
    by_group: ByGroup = Field(description="Group, as officers see it -> being reported on by other sources as a multiple.")
    known: Ratio = Field(description="Being reported on as a multiple for people on record as suspects.")
    activity: Annotated[float, Field(ge=0, le=2)] = Field(description="Power of one's own propensity to offend in being reported on by other sources.")
    associates: Share = Field(description="Chance of each further associate in a report.")
    source_grades: Annotated[dict[str, Share], _needs(SOURCE_GRADES), AfterValidator(_whole)] = Field(description="Shares of source grades.")
    information_grades: Annotated[dict[str, Share], _needs(INFORMATION_GRADES), AfterValidator(_whole)] = Field(description="Shares of information grades.")
    right: Annotated[dict[str, Share], _needs(INFORMATION_GRADES)] = Field(
        description="Information grade -> share of reports about what the person truly does; the others' topic is drawn without regard to it."
    )
    gang_if_member: Share = Field(description="Share of reports on a true member of a group that link them to it.")
    gang_if_near: Share = Field(description="Share of reports on young people of the circle of a true member that link them to it.")
    gang_if_other: Share = Field(description="Share of reports on other young people that link them to a gang, at the mean of the districts.")
    gang_by_group: ByGroup = Field(description="Group, as officers see it -> being linked to a gang without being in one as a multiple.")


class Markers(_Section):
    """Warning signals."""

    put: Annotated[dict[str, Share], _needs(MARKERS)] = Field(description="Marker -> chance that it is put on record at each occasion that gives cause.")
    removed_per_year: Share = Field(description="Share of markers removed in a year.")
    gang_reports: Annotated[int, Field(ge=1, le=20)] = Field(description="Reports that link to a gang after which a gang marker is considered.")
    mental_health_share: Share = Field(description="Share of people with the ill health that a marker would tell of.")


class Probation(_Section):
    """What probation officers judge."""

    noise: Annotated[float, Field(ge=0, le=5)] = Field(description="Spread of an officer's judgement, in units of the spread of what is judged.")
    bias: Annotated[dict[str, Annotated[float, Field(ge=-3, le=3)]], _needs(GROUPS)] = Field(
        description="Group -> what judgements of it are moved by, in the same units; 0 is none."
    )
    problem_share: Annotated[dict[str, Share], _needs(ASSESSED)] = Field(description="Item -> share of the supervised for whom it is a problem.")


class Young(_Section):
    """What happens to children."""

    missing_per_1000: Rate = Field(description="Times reported missing a year for each 1,000 people aged 10 to 17.")
    school_moves_per_1000: Rate = Field(description="Changes of primary school a year for each 1,000 children aged 5 to 11.")
    youth_care_per_1000: Rate = Field(description="Children put under supervision of youth care a year for each 1,000 aged 10 to 17.")
    youth_care_days: Days = Field(description="Mean days under it.")
    drug_test: Share = Field(description="Share of those arrested for theft, robbery, burglary or drugs who are tested.")
    dash: Annotated[dict[str, Share], _needs(DASH_LEVELS), AfterValidator(_whole)] = Field(description="Shares of officers' grades of domestic incidents.")
    dash_worth: Annotated[float, Field(ge=0, le=1)] = Field(description="How far the grade goes with what will truly follow: its correlation, about.")


class Values(_Section):
    """Every section."""

    population: Population
    offending: Offending
    gangs: Gangs
    victims: Victims
    reporting: Reporting
    naming: Naming
    justice: Justice
    stops: Stops
    intelligence: Intelligence
    markers: Markers
    probation: Probation
    young: Young

    @model_validator(mode="after")
    def _known_areas(self) -> Values:
        tables: dict[str, Iterable[str]] = {
            "offending.by_area": self.offending.by_area, "naming.by_area": self.naming.by_area, "stops.by_area": self.stops.by_area,
            "stops.by_area_and_group": self.stops.by_area_and_group,
        }  # fmt: skip
        strange = [f"`{name}` names {area!r}" for name, table in tables.items() for area in table if area not in self.population.areas]
        if strange:
            raise ValueError(f"{'; '.join(strange)}, which is none of `population.areas`: {', '.join(self.population.areas)}")
        return self


SECTIONS = tuple(Values.model_fields)
