"""Fairness of scores, asked of one's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.disclosure import Rule
    from ...audit.score_counts import ScoreCounts
    from ...audit.score_frame import ScoreFrame
    from ...report.picture import Picture
    from ...tables.findings import Finding


def _ask(asked: Asked) -> Answer:
    from ...audit.fairness import fairness_and_refusals, frame_of
    from ...report.contents import Refusal

    about = asked.about("fairness", "score_outcomes")
    asked.tell("counting people", 0.0)
    counts, rule = _counted(asked), _rule(asked)
    given: dict[str, Any] = {name: asked.settings[name] for name in ("margin", "flag_effect")}
    for setting, argument in (("test", "family"), ("cell_rate", "cell_rates"), ("recording_ratio", "recording_ratios")):
        if asked.settings[setting]:
            given[argument] = tuple(asked.settings[setting])
    found, refused = fairness_and_refusals(
        counts, reference=asked.settings["reference"], about=about, rule=rule, replicates=asked.replicates, seed=asked.seed,
        tell=lambda what, share: asked.tell(what, 0.2 + 0.7 * share), **given,
    )  # fmt: skip
    asked.tell("drawing", 0.9)
    frame = frame_of(counts, reference=asked.settings["reference"], about=about, rule=rule, replicates=asked.replicates, seed=asked.seed)
    return Answer(tuple(found), tuple(Refusal(name, why) for name, why in refused.items()), _pictures(found, frame))


def _counted(asked: Asked) -> ScoreCounts:
    from ...audit.score_counts import count_scores
    from ...tables import engine

    rows = asked.tables["score_outcomes"]
    return count_scores(
        engine.rows_of(rows) if hasattr(rows, "iloc") else rows, flagged_from=asked.settings["flagged_from"],
        flagged_bands=tuple(asked.settings["flagged_band"] or ()), band_order=tuple(asked.settings["band_order"] or ()),
    )  # fmt: skip


def _rule(asked: Asked) -> Rule:
    from ...audit.disclosure import CONFIDENTIAL, already_published

    return already_published(asked.settings["published_by"]) if asked.settings["published_by"] else CONFIDENTIAL


def _pictures(found: list[Finding], frame: ScoreFrame) -> tuple[Picture, ...]:
    from ...report.plain_pictures import forest
    from ...report.score_pictures import calibration_curves, recording_curves, roc_curves

    def of(*measures: str) -> list[Finding]:
        return [finding for measure in measures for finding in found if finding.measure == measure and finding.value is not None]

    rates = ("group_selection_rate", "group_false_positive_rate", "group_false_negative_rate", "group_positive_predictive_value")
    has_errors = bool(of("group_false_positive_rate_difference"))
    drawn = [
        forest(of(*rates), slug="score-rates", title="Who is flagged, and how often wrongly", axis="Share", heading=_measured),
        forest(of(*(f"{name}_ratio" for name in rates)), slug="score-ratios", title="Beside the reference group", axis="Ratio of shares", heading=_measured),
        calibration_curves(found),
        roc_curves(frame),
        forest(of("cell_selection_rate"), slug="score-cells", title="Share flagged in every cell, steadied", axis="Share flagged"),
        recording_curves(frame) if has_errors else None,
    ]
    return tuple(picture for picture in drawn if picture is not None)


def _measured(finding: Finding) -> str:
    from ...report.measures import measure_of

    return measure_of(finding).title


QUESTION = Question(
    name="fairness",
    asks="Whom does a score flag, how often is it wrong about them, and does it mean the same for every group?",
    says=(
        "Reads scores, flags and outcomes recorded later, by group: one row a pseudonymous person, or a cell of people already counted. Gives rates of "
        "every kind of error with intervals, ratios and differences to a reference group, the largest gaps, ranking and calibration, every cell of several "
        "attributes, and what unequal recording or unseen outcomes could do. Measures of fairness contradict each other wherever base rates differ; no "
        "number here says that a system is fair. Small counts are hidden and the rest rounded, unless counts of these persons are public already "
        "(--published-by)."
    ),
    tables=(Wanted("score_outcomes", "people with group, score or band, whether flagged, and the outcome recorded later"),),
    settings=(
        Setting("reference", "the group to compare with", is_needed=True),
        Setting("flagged_from", "whoever scores this or more counts as flagged, whatever the table says", kind=float),
        Setting("flagged_band", "whoever is in this band counts as flagged, whatever the table says", is_many=True, default=()),
        Setting("band_order", "the bands from lowest to highest, once each, so that a table without scores can be ranked", is_many=True, default=()),
        Setting("published_by", "who has already published counts of these persons; numbers are then not rounded", default=""),
        Setting("test", "a rate whose differences were declared beforehand to be tested; left out: four of them", is_many=True, default=()),
        Setting("margin", "how far apart two shares may be and still count as alike, said beforehand", kind=float, default=0.05),
        Setting("cell_rate", "a rate to look at in every cell; left out: selection_rate and false_positive_rate", is_many=True, default=()),
        Setting("recording_ratio", "a what-if: outcomes of a group recorded so many times as often as the reference's", kind=float, is_many=True, default=()),
        Setting("flag_effect", "recording of people not flagged over that of flagged ones, at most 1", kind=float, default=1.0),
    ),
    ask=_ask,
    example="evenhand audit fairness --score-outcomes scores.csv --reference White --source 'force outputs, 2024'",
)
