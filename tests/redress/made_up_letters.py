"""A made-up register with everything a letter can be filled from: a system, its user, and recipients of every sort."""

from __future__ import annotations

import datetime
from functools import cache

from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.letters import letter
from tests.register import made_up
from tests.register.made_up import AT

DAY = datetime.date(2026, 11, 26)
SYSTEM, BODY = "crystal-ball", "northshire-police"


def body(title: str, kind: str, *, nations=("england",), **more) -> dict:
    return {"title": title, "kind": kind, "nations": list(nations), "evidence": AT, **more}


def output(to: str, **more) -> dict:
    ends = {"from": {"system": SYSTEM, "body": BODY}, "to": {"body": to}}
    return {"title": f"To {to}", "kind": "output", **ends, "what": "Lists of people.", "evidence": AT, **more}


def files() -> dict:
    """The files of the made-up register, with recipients, more claims, figures and a review."""
    held = made_up.files()
    held |= {
        "bodies/benefits-department": body("Benefits Department", "government", nations=("uk",)),
        "bodies/northshire-council": body("Northshire Council", "local-authority"),
        "bodies/northshire-high-school": body("Northshire High School", "health-education", aliases=["Northshire School"]),
        "bodies/local-authorities": body("Local authorities", "kind-of-body", nations=("uk",)),
        "bodies/youth-offending-services": body("Youth offending services", "kind-of-body"),
        "bodies/unspecified-third-parties": body("Unspecified third parties", "kind-of-body", nations=("uk",)),
        "bodies/city-of-elsewhere": body("City of Elsewhere", "body-abroad", nations=("abroad",)),
        "bodies/northshire-police-insight": body("Insight team", "police-unit", part_of=BODY),
        "bodies/scotshire-police": body("Scotshire Police", "police-force", nations=("scotland",)),
        "bodies/northern-police": body("Northern Police", "police-force", nations=("northern-ireland",)),
        "flows/ball-to-benefits": output("benefits-department", purpose="To look at claims.", basis="A sharing agreement of 2022.", frequency="Monthly"),
        "systems/big-platform": {"title": "Big Platform", "kind": "platform", "summary": "Software.", "nations": ["england"], "evidence": AT},
        "flows/platform-to-charity": {**output("watchers"), "from": {"system": "big-platform", "body": BODY}},
        "flows/ball-to-council": output("northshire-council", is_possible=True),
        "flows/ball-to-councils": output("local-authorities"),
        "flows/ball-to-youth-teams": output("youth-offending-services"),
        "flows/ball-to-others": output("unspecified-third-parties"),
        "flows/ball-to-elsewhere": output("city-of-elsewhere"),
        "flows/ball-to-own-team": output("northshire-police-insight"),
        "flows/ball-to-prisons-again": output("prison-service", purpose="Sentence planning."),
        "flows/map-to-ball": {**output(BODY), "kind": "input", "from": {"system": "street-map"}, "to": {"system": SYSTEM, "body": BODY}},
    }
    system = held[f"systems/{SYSTEM}"]
    system["related"] = [*system["related"], {"to": "big-platform", "how": "built-on", "evidence": AT}]
    system["claims"] |= {
        "review": {"property": "impact-assessment", "state": "not-held", "says": "It holds no equality assessment.", "said_by": BODY, "evidence": AT},
        "critic": {"property": "criticism", "value": "It lists people who did nothing.", "said_by": "watchers", "modality": "alleges", "evidence": AT},
        "who": {"property": "recipients", "value": ["Northshire School", "somebody"], "said_by": BODY, "caveat": "One page says so.", "evidence": AT},
        "keep": {"property": "retention", "value": "Six years.", "said_by": BODY, "evidence": AT},
    }
    held["statistics/people-by-group"]["figures"]["black"] = {"value": 413, "unit": "people", "printed": "413", "group": "Black", "says": "413 were Black."}
    return held


@cache
def register():
    """The register of these files."""
    return made_up.register(files())


def addressee(card) -> str | None:
    """A body of the made-up register that a letter can be about."""
    held, law = register(), shipped_law()
    nations = law.remedies[card.remedy].nations if card.remedy else ("england",)
    for slug in (BODY, "scotshire-police", "northern-police", "northshire-council"):
        one = held.bodies[slug]
        fits = card.to.name or not card.to.kinds or one.kind in card.to.kinds
        if fits and set(one.nations) & set(nations):
            return slug
    return None


def made(letter_id: str, *, day=DAY, **more):
    """A letter about the made-up system, to a body it fits."""
    card = shipped_letters().cards[letter_id]
    return letter(register(), shipped_law(), letter_id, **{"system": SYSTEM, "body": addressee(card), "day": day, **more})
