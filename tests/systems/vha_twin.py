"""The Violence Harm Assessment once more, a person and a record at a time, as one would work it by hand."""

from __future__ import annotations

from collections import defaultdict
from math import floor, inf, nan

from evenhand.systems.offence_sets import SEXUAL, VIOLENCE_WITH_INJURY, VIOLENT
from evenhand.systems.offence_weights import weights
from evenhand.systems.severity_sums import GRADE_SHARES
from evenhand.systems.vha import CARD
from evenhand.tables.person_words import EVENTS, MARKERS, OFFENCES, OUTCOMES, ROLES, WEAPONS
from evenhand.tables.record_rows import day_number

VIOLENCE = {"violent": VIOLENT, "with-injury": (*VIOLENCE_WITH_INJURY, "robbery"), "and-sexual": (*VIOLENT, *SEXUAL)}
ARMS = ("weapons_possession", "firearms")


def word(words, code):
    return words[code] if code >= 0 else None


def records_of(book, now):
    """Each person's records that were known by the day, as dictionaries."""
    people, rows = defaultdict(list), book.rows
    for i in range(len(rows)):
        if rows.reported[i] <= now:
            people[int(rows.who[i])].append({
                "event": EVENTS[rows.event[i]], "role": ROLES[rows.role[i]], "day": int(rows.day[i]), "reported": int(rows.reported[i]),
                "until": int(rows.until[i]), "incident": int(rows.incident[i]), "offence": word(OFFENCES, rows.offence[i]),
                "weapon": word(WEAPONS, rows.weapon[i]), "marker": word(MARKERS, rows.marker[i]),
                "outcome": word(OUTCOMES, rows.outcome[i]) if rows.outcome_day[i] <= now else None,
                "source": int(rows.source_grade[i]), "information": int(rows.information_grade[i]),
            })  # fmt: skip
    return people


def left_of(age, decay):
    years = floor(max(age, 0) / 365)
    return (2 / 3) ** years if decay == "geometric" else max(0.0, 1 - years / 3)


def separate(reports, how):
    """The gravest report of each incident, or every report; (harm, report) pairs."""
    if how == "rows":
        return reports
    kept, alone = {}, []
    for harm, one in reports:
        if one["incident"] < 0:
            alone.append((harm, one))
        elif one["incident"] not in kept or (harm, one["day"], one["reported"]) > kept[one["incident"]][0]:
            kept[one["incident"]] = ((harm, one["day"], one["reported"]), harm, one)
    return alone + [(harm, one) for _, harm, one in kept.values()]


def counts_as_crime(one, s):
    roles = {"named-suspect": ["suspect"], "suspects": ["suspect", "possible_suspect"], "anyone": ["suspect", "possible_suspect", "victim", "witness"]}
    if one["event"] != "crime_report" or one["role"] not in roles[s["roles"]]:
        return False
    if s["cleared"] == "dropped" and one["outcome"] in ("no_further_action", "acquitted"):
        return False
    if one["offence"] is None:
        return s["unknown_offence"] == "counted"
    return s["crimes"] == "any" or one["offence"] in VIOLENCE[s["violence"]] or one["offence"] in ARMS


def counts_as_intelligence(one, now, s):
    if one["event"] != "intelligence" or one["role"] not in (["subject"] if s["intelligence_of"] == "subject" else ["subject", "associate"]):
        return False
    age = now - one["day"]
    if s["gang_intelligence"] == "counts" and one["marker"] == "gang" and age <= 365:
        return True
    if age > 182:
        return False
    on_listed = one["offence"] in ("robbery", *ARMS) or one["weapon"] in ("knife", "firearm")
    return s["topics"] == "any" or on_listed or (s["topics"] == "violence-and-weapons" and one["offence"] in VIOLENCE[s["violence"]])


def crime_harm(one, now, s, weight):
    dated = one["day"] if s["clock"] == "offence" else one["reported"]
    return weight[one["offence"] or "other"] * left_of(now - dated, s["decay"])


def intelligence_harm(one, s, weight):
    by_weapon = {"knife": "weapons_possession", "firearm": "firearms"}.get(one["weapon"], "other")
    source = 1 if one["source"] < 0 else one["source"]
    information = 3 if one["information"] < 0 else one["information"]
    share = {"half": 0.5, "full": 1.0, "table": GRADE_SHARES[source][information]}[s["grading"]]
    return weight[one["offence"] or by_weapon] * share


def is_current(records, now, s):
    """Condition two."""
    violent = [one["day"] for one in records
               if one["event"] == "crime_report" and one["role"] == "suspect" and one["offence"] in VIOLENCE[s["violence"]]
               and not (s["cleared"] == "dropped" and one["outcome"] in ("no_further_action", "acquitted"))]  # fmt: skip
    inside = {day for one in records if one["event"] == "prison" for day in range(one["day"], min(one["until"], now) + 1)}
    in_year = any(now - day <= 365 for day in inside)
    least = min([now - day - (sum(d > day for d in inside) if s["custody"] == "stop" else 0) for day in violent], default=inf)
    if least <= 365:
        return True
    return in_year and (s["custody"] == "waive" or (s["custody"] == "waive-time" and bool(violent)))


def listed_and_harm(book, on, **settings):
    """For each person: the score, nan for those not on the list."""
    s, now, found = {**CARD.defaults, **settings}, day_number(on), []
    weight = dict(zip(OFFENCES, weights(s["index"], gap=s["gap"]), strict=True))
    people = records_of(book, now)
    for person in range(len(book)):
        records = people[person]
        crimes = separate([(crime_harm(one, now, s, weight), one) for one in records if counts_as_crime(one, s)], s["separate"])
        logs = separate([(intelligence_harm(one, s, weight), one) for one in records if counts_as_intelligence(one, now, s)], s["separate"])
        limit = {"unlimited": inf, "24-months": 730, "12-months": 365}[s["window"]]
        recent = [one for _, one in crimes if now - (one["day"] if s["clock"] == "offence" else one["reported"]) <= limit]
        best = sorted((harm for harm, _ in crimes), reverse=True)[:3]
        way_a = len(recent) >= 2 and len(recent) + len(logs) >= 4
        way_b = len(best) == 3 and (sum(best) if s["route_b"] == "sum" else best[2]) >= 2500 - 1e-6
        listed = (way_a or way_b) and is_current(records, now, s)
        found.append(sum(harm for harm, _ in crimes) + sum(harm for harm, _ in logs) if listed else nan)
    return found
