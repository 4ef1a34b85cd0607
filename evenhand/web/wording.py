"""The register's keys in a reader's words."""

from __future__ import annotations

from typing import Any

from ..register.subjects import BODY_KINDS, SYSTEM_KINDS
from .claims import STATE_LABELS
from .status_picture import STATUS_SAID

NATIONS = {
    "england": "England", "wales": "Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland", "uk": "all of the United Kingdom",
    "abroad": "abroad",
}  # fmt: skip
OUTCOMES = {
    "disclosed": "Given", "partly": "Partly given", "none-held": "Said it holds none", "refused": "Refused", "no-reply": "No reply on record",
    "declined": "Declined", "commented": "Commented",
}  # fmt: skip
REFUSAL_KINDS = {
    "exemption": "a legal exemption", "none-held": "said to hold nothing", "no-reply": "no reply", "commercial": "commercial interests",
    "cost": "cost or time", "interview": "an interview declined", "access-request": "a person’s request for their own data",
    "not-sent": "agreed, and not sent", "unspecified": "no ground given or known",
}  # fmt: skip
CONTRADICTION_KINDS = {
    "same-body-over-time": "one body, at different times", "body-against-body": "one body against another",
    "denial-against-document": "a denial against a document", "numbers-differ": "numbers that differ",
    "count-against-list": "a count against its own list", "words-for-a-thing": "what a thing is called",
}  # fmt: skip
REQUIREMENT_KINDS = {"recommendation": "recommendation", "legal-duty": "legal duty", "standard": "standard", "commitment": "commitment"}
MEASURES = {
    "people-profiled": "people profiled", "cost": "cost", "patrols": "patrols", "stops": "stops and searches", "arrests": "arrests",
    "use-of-force": "use of force", "accuracy": "accuracy", "crime": "recorded crime", "users": "users", "records": "records held",
    "population": "population", "areas": "areas", "forces": "police forces", "other": "other figures",
}  # fmt: skip
SOURCE_KINDS = {
    "report": "report", "news": "news", "foi-response": "answer to a Freedom of Information request", "impact-assessment": "impact assessment",
    "procedure": "procedure", "guidance": "guidance", "research": "research", "law": "law", "statistics": "statistics", "web": "web page", "record": "record",
}  # fmt: skip
NOTE_KINDS = {
    "foi": "answer to a Freedom of Information request", "document": "official paper", "interview": "interview", "law": "law", "news": "news",
    "research": "research", "statistics": "statistics", "web": "web page", "own": "the report’s own words or working", "list": "a list of bodies",
}  # fmt: skip
EVENTS = {
    "status": "systems announced, tried, used, stopped", "claim": "what is said to be so", "answer": "answers to requests", "refusal": "refusals",
    "contradiction": "statements at odds", "statistic": "figures", "flow": "hand-overs", "requirement": "duties and recommendations", "source": "documents",
}  # fmt: skip


def wording() -> dict[str, Any]:
    """All of it, by the name templates know it by."""
    return {
        "nations": NATIONS, "outcomes": OUTCOMES, "refusal_kinds": REFUSAL_KINDS, "contradiction_kinds": CONTRADICTION_KINDS,
        "requirement_kinds": REQUIREMENT_KINDS, "measures": MEASURES, "source_kinds": SOURCE_KINDS, "note_kinds": NOTE_KINDS,
        "state_labels": STATE_LABELS, "status_said": STATUS_SAID, "system_kinds": SYSTEM_KINDS, "body_kinds": BODY_KINDS, "event_kinds": EVENTS,
    }  # fmt: skip
