"""Labels by association once more: one person, one record and one round at a time."""

from __future__ import annotations

from collections import defaultdict

from evenhand.systems.xcalibre import CARD
from evenhand.tables.record_rows import day_number
from tests.systems.vha_twin import records_of

SEEN = {"stops": ["stop"], "stops-and-intelligence": ["stop", "intelligence"], "police-contact": ["stop", "intelligence", "arrest", "crime_report"]}
ACCUSED = ["suspect", "possible_suspect", "subject", "associate"]


def is_first(records, now, seeds):
    marked = any(one["event"] == "marker" and one["marker"] == "gang" and one["day"] <= now <= one["until"] for one in records)
    told = any(one["event"] == "intelligence" and one["role"] == "subject" and one["marker"] == "gang" and one["source"] == 0 and one["information"] in (0, 1)
               for one in records)  # fmt: skip
    return {"either": marked or told, "marker": marked, "intelligence": told}[seeds]


def is_told_of(one, subject_of):
    if one["event"] == "intelligence":
        return one["role"] == "subject"
    return subject_of == "report-or-intelligence" and one["event"] == "crime_report" and one["role"] in ("suspect", "possible_suspect")


def steps(book, on, **settings):
    s, now = {**CARD.defaults, **settings}, day_number(on)
    people, there = records_of(book.known(on), now), defaultdict(set)
    parts = ACCUSED if s["parts"] == "accused" else [*ACCUSED, "victim", "witness"]
    for who, records in people.items():
        for one in records:
            lately = now - s["months"] * 365 / 12 <= one["day"] <= now
            if one["incident"] >= 0 and lately and one["event"] in SEEN[s["seen"]] and one["role"] in parts:
                there[one["incident"]].add(who)
    step = {who: 0 if is_first(people[who], now, s["seeds"]) else -1 for who in range(len(book))}
    for now_round in range(1, len(book) + 2):
        labelled = {who for who in step if step[who] >= 0}
        for who in range(len(book)):
            occasions = [there[incident] & labelled - {who} for incident in there if who in there[incident] and 1 < len(there[incident]) <= 30]
            met = sum(bool(one) for one in occasions) if s["counted"] == "occasions" else len(set().union(*occasions))
            told = sum(is_told_of(one, s["subject_of"]) and now - s["months"] * 365 / 12 <= one["day"] for one in people[who])
            if step[who] < 0 and met >= s["contacts"] and told >= s["intelligence"]:
                step[who] = now_round
        if s["rounds"] == "once" or labelled == {who for who in step if step[who] >= 0}:
            break
    return [step[who] for who in range(len(book))]
