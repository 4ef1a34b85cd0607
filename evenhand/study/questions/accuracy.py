"""Accuracy, asked of one's own tables: forecasts of places beside what was recorded, or scores of people beside outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...audit.place_case import Case
    from ...audit.stated_chances import Stated
    from ...report.contents import Refusal
    from ...report.picture import Picture
    from ...tables.findings import Finding

RECORDED = "Recorded crime is what police recorded, not what happened."
CIRCULAR = "Patrols sent to a place record more there, so later records are not an independent test."
PERSONS = "An outcome recorded about a person is not what the person did; those flagged are watched more, so more is recorded of them."


def _ask(asked: Asked) -> Answer:
    from ...tables.errors import BadSetting

    has_places = "forecasts" in asked.tables or "flagged" in asked.tables
    if not has_places and "score_outcomes" not in asked.tables:
        raise BadSetting("The audit 'accuracy' needs `forecasts` (or `flagged`) with `place_events`, or `score_outcomes`. None of them was given.")
    if has_places and "place_events" not in asked.tables:
        raise BadSetting("Forecasts of places can be judged only beside what was recorded: give the table `place_events` too.")
    if "forecasts" in asked.tables and "flagged" in asked.tables:
        raise BadSetting("`forecasts` and `flagged` both say what was flagged. Give one of them.")
    kept = _Kept()
    if has_places:
        _places(asked, kept)
    if "score_outcomes" in asked.tables:
        _people(asked, kept)
    return Answer(tuple(kept.found), tuple(kept.refused), tuple(kept.pictures))


class _Kept:
    """Findings, refusals and pictures as they are made; what cannot be answered is refused, and the rest goes on."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.refused: list[Refusal] = []
        self.pictures: list[Picture] = []

    def attempt(self, part: str, make: Callable[[], list[Finding]]) -> None:
        from ...report.contents import Refusal
        from ...tables.errors import CannotAnswer

        try:
            self.found += make()
        except CannotAnswer as reason:
            self.refused.append(Refusal(part, str(reason)))


def _places(asked: Asked, kept: _Kept) -> None:
    from ...audit.expected_counts import count_findings
    from ...audit.hit_rates import by_kind, hit_rates
    from ...audit.index_findings import indices, recapture
    from ...audit.rounded_counts import rounded_findings
    from ...audit.skill_findings import against_baselines

    case, settings = _case(asked), asked.settings
    asked.tell("setting it beside plain baselines", 0.3)
    kept.found += hit_rates(case)
    kept.attempt("accuracy beside a plain baseline", lambda: against_baselines(case))
    kept.found += [*indices(case, alpha=settings["alpha"]), *recapture(case), *by_kind(case, found_by_police=tuple(settings["found_by_police"]))]
    asked.tell("drawing the capture curve", 0.6)
    kept.attempt("capture curve", lambda: _curve(case, kept))
    forecasts = case.forecasts
    if _given(forecasts.expected):
        kept.attempt("expected counts", lambda: count_findings(case))
        kept.attempt("expected counts, rounded", lambda: rounded_findings(case))
    if _given(forecasts.probability):
        stated = _of_places(case)
        kept.attempt("probabilities of places", lambda: _chances(asked, stated, case.system, kept))


def _given(table: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(table).any())


def _case(asked: Asked) -> Case:
    from ...audit.judging import judged
    from ...audit.place_case import Case
    from ...audit.place_forecasts import laid_out

    settings, table = asked.settings, "forecasts" if "forecasts" in asked.tables else "flagged"
    forecasts = laid_out(asked.tables[table], asked.tables["place_events"], look_back=settings["look_back"], flag_top=settings["flag_top"])
    together = (f"Up to {forecasts.overlap} spans hold one same day, so one event may count for several forecasts.",) if forecasts.overlap > 1 else ()
    unseen = (f"{forecasts.unseen} spans that the records do not cover are left out.",) if forecasts.unseen else ()
    settled = ("Of places with the same score the one whose code comes first is flagged.",) if settings["flag_top"] is not None else ()
    about = asked.about("accuracy", table, "place_events", caveats=(*together, *unseen, *settled, RECORDED, CIRCULAR))
    how = judged(
        forecasts.events,
        unit=forecasts.unit,
        days=int(forecasts.lengths.max()),
        overlap=forecasts.overlap,
        resample=settings["resample"],
        block=settings["block"],
        level=asked.level,
        seed=asked.seed,
    )
    return Case(forecasts, how, about, settings["system"])


def _curve(case: Case, kept: _Kept) -> list[Finding]:
    from ...audit.curve_findings import capture_curves
    from ...report.accuracy_pictures import capture_picture

    found, curves = capture_curves(case)
    kept.pictures.append(capture_picture(curves, system=case.system))
    return found


def _of_places(case: Case) -> Stated:
    """Probabilities of places and spans, with whether any event came."""
    import numpy as np

    from ...audit.stated_chances import Stated

    forecasts = case.forecasts
    held = np.isfinite(forecasts.probability)
    span, place = np.nonzero(held)
    came = (forecasts.events[held] > 0).astype(float)
    block = place if case.judged.blocks == "places" else span // case.judged.length
    return Stated(forecasts.probability[held], came, 1 - came, block)


def _people(asked: Asked, kept: _Kept) -> None:
    from ...audit.disclosure import CONFIDENTIAL, already_published
    from ...audit.person_validity import flag_findings
    from ...audit.score_counts import count_scores

    settings = asked.settings
    rule = already_published(settings["published_by"]) if settings["published_by"] else CONFIDENTIAL
    asked.tell("counting people by score and outcome", 0.7)
    rows = asked.tables["score_outcomes"]
    counts = count_scores(rows, flagged_from=settings["flagged_from"], flagged_bands=settings["flagged_bands"] or ())
    about = asked.about("accuracy", "score_outcomes", caveats=(PERSONS,))
    common = settings["prevalence"] or ()
    kept.attempt("flags of people", lambda: flag_findings(counts.cells, about=about, system=settings["system"], rule=rule, prevalence=common))
    if settings["score_is"] == "probability":
        kept.attempt("probabilities of people", lambda: _chances(asked, _of_people(counts.cells, rule), settings["system"], kept))
    else:
        from ...report.contents import Refusal

        kept.refused.append(Refusal("probabilities of people", "scores are taken as points on a scale. If they are probabilities, set score_is=probability."))


def _of_people(cells: Any, rule: Any) -> Stated:
    import numpy as np

    from ...audit.stated_chances import Stated
    from ...tables.errors import CannotAnswer

    known = cells.dropna(subset=["score", "outcome"])
    if known.empty:
        raise CannotAnswer("Nobody has both a score and a known outcome, so stated probabilities cannot be judged.")
    by = known.groupby(["score", "outcome"])["people"].sum().unstack(fill_value=0)
    yes, no = (by[side].to_numpy(dtype=float) if side in by.columns else np.zeros(len(by)) for side in (True, False))
    return Stated(by.index.to_numpy(dtype=float), yes, no, rule=rule)


def _chances(asked: Asked, stated: Stated, system: str, kept: _Kept) -> list[Finding]:
    from ...audit.stated_chances import chance_findings
    from ...report.accuracy_pictures import benefit_picture, reliability_picture

    settings, table = asked.settings, "place_events" if stated.rule is None else "score_outcomes"
    about = asked.about("accuracy", table, caveats=(RECORDED, CIRCULAR) if stated.rule is None else (PERSONS,))
    found = chance_findings(stated, about=about, system=system, bins=settings["bins"], harm=settings["harm_of_a_wrong_flag"])
    what = "places" if stated.rule is None else "people"
    kept.pictures.append(reliability_picture(stated, system=system, what=what, bins=settings["bins"], level=asked.level))
    kept.pictures.append(benefit_picture(stated, system=system, what=what, harm=settings["harm_of_a_wrong_flag"], level=asked.level))
    return found


QUESTION = Question(
    name="accuracy",
    asks="How right was the system, and is that more than a plain count of past records, or flagging at random, would have been?",
    says=(
        "Judges forecasts of places beside what was recorded in them, or scores of people beside what was recorded of them later. Every hit rate is named, "
        "and each stands beside plain baselines made of earlier records; without earlier records or a baseline score that part is refused. The outcome is "
        "recorded crime, which follows patrols: being right about what police recorded is not being right about what happened."
    ),
    tables=(
        Wanted("forecasts", "what the system said of each place and span: place_code, from, to, is_flagged, and score, expected or probability", False),
        Wanted("flagged", "instead of forecasts: flagged places by month", False),
        Wanted("place_events", "what was recorded: place_code, month or day, events; earlier rows make the baseline", False),
        Wanted("score_outcomes", "for people: score or band, is_flagged, outcome, in rows or counted", False),
    ),
    settings=(
        Setting("system", "what the system is called in the findings", "the system"),
        Setting("flag_top", "flag so many of the highest scores in each span, whatever is_flagged says", None, int),
        Setting("look_back", "days (or months) the count map looks back; all earlier records where left out", None, int),
        Setting("resample", "drawn anew for intervals; auto: runs of spans where there are ten, else places", "auto", str, ("auto", "periods", "places")),
        Setting("block", "spans drawn together; a week of days, or one month, where left out", None, int),
        Setting("alpha", "of the penalised index: 0 gives the share captured, 1 the PAI", 0.5, float),
        Setting(
            "found_by_police",
            "kinds of crime that mostly come to notice through police activity, told apart from the rest",
            ("Drugs", "Possession of weapons"),
            str,
            is_many=True,
        ),
        Setting("bins", "bands of stated probability", 10, int),
        Setting("harm_of_a_wrong_flag", "how many times as bad a wrong flag is as the threshold makes it", 1.0, float),
        Setting("score_is", "for people: whether scores are points on a scale or probabilities", "points", str, ("points", "probability")),
        Setting("flagged_from", "for people: whoever scores this or more counts as flagged", None, float),
        Setting("flagged_bands", "for people: bands that count as flagged", None, str, is_many=True),
        Setting("prevalence", "for people: how common the outcome is elsewhere, 0 to 1; tells how many flags would come true there", None, float, is_many=True),
        Setting("published_by", "for people: who has published counts of these persons already; else counts are rounded and small ones hidden", ""),
    ),
    ask=_ask,
    example="evenhand audit accuracy --forecasts forecasts.csv --place-events events.csv --flag-top 20 --look-back 180",
)
