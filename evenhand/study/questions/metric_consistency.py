"""Can these published metrics all be true of one and the same test?"""

from __future__ import annotations

from typing import Any

from ..question import Answer, Asked, Question, Setting, Wanted

METRICS = ("accuracy", "precision", "recall", "specificity", "npv", "f1", "base_rate", "flagged_share", "mcc")
SAYS = {
    "accuracy": "share of all answers that were right, as printed: 0.991 or “99.1 %”",
    "precision": "share of those flagged who were positive, as printed",
    "recall": "share of positives who were flagged, as printed",
    "specificity": "share of negatives left alone, as printed",
    "npv": "share of those left alone who were negative, as printed",
    "f1": "F1, as printed",
    "base_rate": "share of all who were positive, as printed",
    "flagged_share": "share of all who were flagged, as printed",
    "mcc": "Matthews’ correlation, as printed",
}
CAVEATS = (
    "Held against each other as figures of one confusion table. Different test sets, thresholds or formulas may explain figures that do not fit: ask which.",
    "Figures that fit are not thereby right.",
)


def _ask(asked: Asked) -> Answer:
    from dataclasses import replace

    from ...audit.metric_consistency import findings, fit
    from ...tables.errors import CannotAnswer

    models = [*_from_table(asked), *_from_settings(asked)]
    if not models:
        raise CannotAnswer("No metric was given. Name two or more as printed, such as --accuracy 0.9925 --precision 0.7550 --recall 0.3391 --mcc 0.7116.")
    about = asked.about("metric-consistency", "none", caveats=CAVEATS)  # metrics that were not printed are no flaw of the table
    found = []
    for done, (model, where, people, printed) in enumerate(models):
        asked.tell(f"holding {model or 'the metrics'} against each other", done / len(models))
        found += findings(fit(printed, people=people), about=replace(about, source=where or about.source), model=model)
    return Answer(tuple(found))


Row = tuple[str, str, int | None, dict[str, str]]
"""Model, where it is published, people tested, metric -> as printed."""


def _from_table(asked: Asked) -> list[Row]:
    rows = asked.tables.get("printed_metrics")
    if rows is None:
        return []
    texts: list[dict[str, Any]] = rows.astype("object").where(rows.notna(), None).to_dict("records")
    return [(row["model"], row.get("where") or "", row.get("people"), {name: row[name] for name in METRICS if row.get(name)}) for row in texts]


def _from_settings(asked: Asked) -> list[Row]:
    printed = {name: str(asked.settings[name]) for name in METRICS if asked.settings[name] is not None}
    return [(asked.settings["model"], "", asked.settings["people"], printed)] if printed else []


QUESTION = Question(
    name="metric-consistency",
    asks="Can these published metrics all be true of one and the same test?",
    says=(
        "Keeps every confusion table that rounds (or cuts) to the metrics printed. If none is left the figures do not belong together. Otherwise it gives the "
        "range they leave for the base rate and every other metric, for Matthews’ correlation, and for the accuracy of always saying the commoner thing. "
        "No data are needed. Different test sets, thresholds or formulas are the usual reason for figures that do not fit."
    ),
    tables=(Wanted("printed_metrics", "metrics of several models, a row each, as printed", is_needed=False),),
    settings=(
        *(Setting(name, SAYS[name]) for name in METRICS),
        Setting("people", "how many were tested, if published; then a table of whole people is looked for too", kind=int),
        Setting("model", "name of the model", default=""),
    ),
    ask=_ask,
    example="evenhand audit metric-consistency --accuracy 0.9925 --precision 0.7550 --recall 0.3391 --mcc 0.7116",
)
