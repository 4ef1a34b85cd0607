"""Metrics of models as somebody printed them; text throughout, since the digits printed are what they say."""

from __future__ import annotations

from .schema import Column, Table

_SHARE = "as printed, a share such as 0.991 or a per cent such as 99.1 %"
TABLE = Table(
    name="printed_metrics",
    one_row_is="one model's metrics from one publication",
    columns=(
        Column("model", "text", "name of the model"),
        *(
            Column(name, "text", f"{says}, {_SHARE}", required=False, may_be_missing=True)
            for name, says in (
                ("accuracy", "share of all answers that were right"),
                ("precision", "share of those flagged who were positive (PPV)"),
                ("recall", "share of positives who were flagged (sensitivity)"),
                ("specificity", "share of negatives left alone"),
                ("npv", "share of those left alone who were negative"),
                ("f1", "F1, of precision and recall"),
                ("base_rate", "share of all who were positive"),
                ("flagged_share", "share of all who were flagged"),
                ("mcc", "Matthews' correlation, -1 to 1"),
            )
        ),
        Column("people", "whole", "how many were tested", required=False, may_be_missing=True, low=1),
        Column("where", "text", "document and section", required=False, may_be_missing=True),
    ),
    key=("model",),
)
