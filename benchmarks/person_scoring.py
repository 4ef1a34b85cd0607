"""A million made-up people scored by every person system, a list of them audited, and a hundred thousand of them listed and watched for ten years.

    python -m benchmarks.person_scoring [--quick | --full]

Three rules are written out with pandas beside ours, and forests are asked through scikit-learn: the same people get the same
score and flag, which is checked. Systems that learn are fitted before the clock; what fitting takes stands in lines of its own.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.audit.about import About
from evenhand.audit.person_audit import audit_list
from evenhand.audit.person_feedback import run_feedback
from evenhand.audit.person_rules import made_up_rule
from evenhand.people.made_up import Watch, make_people
from evenhand.people.parameters import read_parameters
from evenhand.systems.catalogue import system_named, systems
from evenhand.systems.person_forest import Forest, as_matrix, most_voted
from evenhand.tables.record_book import RecordBook
from evenhand.tables.scored import Scored

from . import harness, person_scoring_peers, tables
from .cases import OURS, Answer, Benchmark, Case, percent

SCENARIO = "england-and-wales"
YEARS = 11
"""Ten before the list, and one that the audit looks into."""
PEOPLE = tuple(slug for slug, module in systems().items() if module.CARD.kind == "person")
LEARNT = tuple(slug for slug in PEOPLE if hasattr(system_named(slug), "fit"))
FORESTS: dict[str, Callable[[Any], Forest]] = {"hart": lambda model: model.grown.forest, "knife-forest": lambda model: model.forest}
ASKED = {"hart": {"recent_days": 3650}, "knife-forest": {}}
"""Whom the forests are asked about: everybody arrested in ten years; everybody with a crime on record."""
PANDAS = {"top600": person_scoring_peers.top600, "laser-points": person_scoring_peers.laser_points, "rfsdi": person_scoring_peers.rfsdi}
LOOPED = ("vha", "laser-points")
MOST_LOOPED = 100_000
CYCLES, WATCH = 20, Watch(stops=2.0, intelligence=2.0, detection=2.0)
ABOUT = About("list-audit", "made up", "made up", "made up")


@dataclass(frozen=True)
class Kept:
    """Made-up people in a folder; each part is read when it is asked for, so that a case holds what it uses and no more."""

    people: int
    folder: Path

    def __getitem__(self, part: str) -> Any:
        """One part: book, conduct, on, world, or the model of a system."""
        with self._file(part).open("rb") as file:
            return pickle.load(file)

    def keep(self, part: str, thing: Any) -> None:
        """Write a part."""
        with self._file(part).open("wb") as file:
            pickle.dump(thing, file, protocol=5)

    def has(self, part: str) -> bool:
        """Whether it was written."""
        return self._file(part).exists()

    def _file(self, part: str) -> Path:
        return self.folder / f"people-{self.people}-{part}.pickle"


def make(people: int, folder: Path, *, learnt: Sequence[str] = LEARNT) -> None:
    """Make the people up and fit the systems that learn."""
    kept = load(people, folder)
    if not kept.has("on"):
        world = make_people(read_parameters(SCENARIO), people=people, years=YEARS)
        if people <= MOST_LOOPED:
            kept.keep("world", world)
        kept.keep("book", world.book)
        kept.keep("conduct", world.conduct)
        kept.keep("on", np.datetime64(world.last - 365, "D").astype(object))
    for slug in learnt:
        if not kept.has(slug):
            kept.keep(slug, system_named(slug).fit(kept["book"], until=kept["on"]))


def load(people: int, folder: Path) -> Kept:
    """Where they are kept; nothing is read yet."""
    return Kept(people, folder)


def afresh(book: RecordBook) -> RecordBook:
    """A book that has not been looked at as of any day yet."""
    return replace(book, _known={})


def everything(kept: Kept) -> tuple[RecordBook, dt.date, dict[str, dict[str, Any]]]:
    """The book, the day, and the models of all systems that learn."""
    return kept["book"], kept["on"], {slug: of_one(slug, kept)[2] for slug in PEOPLE}


def of_one(slug: str, kept: Kept) -> tuple[RecordBook, dt.date, dict[str, Any]]:
    """The book, the day, and the model of one system if it learns."""
    return kept["book"], kept["on"], {"model": kept[slug]} if slug in LEARNT else {}


def score_all(given: tuple[RecordBook, dt.date, dict[str, dict[str, Any]]]) -> Answer:
    """Every person system, one after the other; the book is taken as of the day once."""
    book, on, settings = afresh(given[0]), given[1], given[2]
    return Answer({"lists": np.array([system_named(slug).score(book, on=on, **more).is_flagged.sum() for slug, more in settings.items()])})


def score_one(slug: str, given: tuple[RecordBook, dt.date, dict[str, Any]]) -> Answer:
    """One system, from the whole book."""
    book, on, settings = given
    return answer_of(system_named(slug).score(afresh(book), on=on, **settings))


def answer_of(scored: Scored) -> Answer:
    """Score and flag of everybody."""
    return Answer({"score": scored.score, "flagged": scored.is_flagged})


def fit_one(slug: str, given: tuple[RecordBook, dt.date]) -> Answer:
    """Learning, from the whole book."""
    system_named(slug).fit(afresh(given[0]), until=given[1])
    return Answer({})


def by_pandas(slug: str, frames: person_scoring_peers.Frames) -> Answer:
    """The same rule in pandas."""
    score, flagged = PANDAS[slug](frames)
    return Answer({"score": score.to_numpy(dtype=float), "flagged": flagged.to_numpy(dtype=bool)})


def asked(slug: str, kept: Kept) -> tuple[Forest, dict[str, np.ndarray]]:
    """A forest, and what it is asked about."""
    book, on = kept["book"], kept["on"]
    told = system_named(slug).features(book, on=on, **ASKED[slug])
    spoken_of = ~np.isnan(told["CustodyAge"]) if slug == "hart" else told["crimes"] > 0
    return FORESTS[slug](kept[slug]), {name: values[spoken_of] for name, values in told.items()}


def voted(votes: np.ndarray) -> Answer:
    """Share of votes for the highest class, and whether it has most."""
    return Answer({"score": votes[:, -1], "flagged": most_voted(votes) == votes.shape[1] - 1})


def by_evenhand(given: tuple[Forest, dict[str, np.ndarray]]) -> Answer:
    """Evenhand's votes."""
    return voted(given[0].votes(given[1]))


def by_trees(given: tuple[Forest, dict[str, np.ndarray]]) -> Answer:
    """The same votes through each tree's `predict_proba`."""
    return voted(person_scoring_peers.tree_by_tree(given[0], as_matrix(given[1], given[0].names)))


def by_forest(given: tuple[Forest, dict[str, np.ndarray]]) -> Answer:
    """The same trees as one forest of scikit-learn's: the mean of their shares."""
    return voted(person_scoring_peers.as_scikit_learn(given[0]).predict_proba(as_matrix(given[1], given[0].names)))


def audited(given: tuple[RecordBook, Scored, Any]) -> Answer:
    """Every finding about one list."""
    book, scored, conduct = given
    found = audit_list(afresh(book), scored, reference="White", about=ABOUT, conduct=conduct, rule=made_up_rule())
    return Answer({"findings": np.array([len(found)])})


def a_list(kept: Kept, *, with_truth: bool) -> tuple[RecordBook, Scored, Any]:
    """The list of RFSDi, and what people truly did."""
    book = kept["book"]
    return book, system_named("rfsdi").score(book, on=kept["on"]), kept["conduct"] if with_truth else None


def looped(slug: str, world: Any) -> Answer:
    """Twenty half-years of being listed and watched."""
    life = run_feedback(world, system_named(slug).score, cycles=CYCLES, watch=WATCH)
    return Answer({"listed": life.listed.sum(axis=1), "rows": life.rows})


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """How many are spoken of and flagged, and how far each peer is from ours."""
    told: dict[str, dict[str, str]] = {name: {} for name in found}
    for case in BENCHMARK.cases:
        values = found.get(case.name, {})
        if "score" in values:
            told[case.name] = {"spoken of": f"{np.isfinite(values['score']).sum():,}", "flagged": f"{values['flagged'].sum():,}"}
            if OURS not in case.name and case.beside in found:
                told[case.name]["farthest from ours"] = beside(values, found[case.beside])
        if "listed" in values:
            told[case.name] = {"flagged": f"{values['listed'][-1]:,.0f}"}
        if "lists" in values:
            told[case.name] = {"flagged": f"{values['lists'].sum():,} on {len(values['lists'])} lists"}
    return told


def beside(values: dict[str, np.ndarray], ours: dict[str, np.ndarray]) -> str:
    """The largest difference in scores, of the largest score, and how many are spoken of or flagged otherwise."""
    both = np.isfinite(values["score"]) & np.isfinite(ours["score"])
    otherwise = int(((np.isfinite(values["score"]) != np.isfinite(ours["score"])) | (values["flagged"] != ours["flagged"])).sum())
    most = max(float(np.abs(ours["score"][both]).max(initial=0.0)), 1e-300)
    gap = float(np.abs(values["score"] - ours["score"])[both].max(initial=0.0)) / most
    return f"{percent(gap) if gap else 'equal'}; {otherwise:,} flagged otherwise"


def named(slug: str, does: str = "score") -> str:
    """The name of our case for a system."""
    return f"{OURS} {slug}, {does}"


ALL = f"{OURS}, all {len(PEOPLE)} systems, models given"


def cases() -> tuple[Case, ...]:
    """Scores of every system, fits of those that learn, peers, audits, loops."""
    scores = [Case(named(slug), partial(score_one, slug), prepare=partial(of_one, slug)) for slug in PEOPLE]
    fits = [Case(named(slug, "fit"), partial(fit_one, slug), prepare=lambda kept: (kept["book"], kept["on"]), beside=named(slug)) for slug in LEARNT]
    rules = [
        Case(f"pandas, {slug}", partial(by_pandas, slug), prepare=lambda kept: person_scoring_peers.frames_of(kept["book"], kept["on"]), beside=named(slug))
        for slug in PANDAS
    ]
    forests = [case for slug in FORESTS for case in forest_cases(slug)]
    audits = [
        Case("audit of the list of rfsdi", audited, prepare=partial(a_list, with_truth=False)),
        Case("audit of the list of rfsdi, with what is true", audited, prepare=partial(a_list, with_truth=True)),
    ]
    loops = [
        Case(f"feedback with {slug}, {CYCLES} half-years", partial(looped, slug), prepare=lambda kept: kept["world"], largest=MOST_LOOPED) for slug in LOOPED
    ]
    return (Case(ALL, score_all, prepare=everything, said="in one process, one after the other"), *scores, *fits, *rules, *forests, *audits, *loops)


def forest_cases(slug: str) -> list[Case]:
    """One forest asked in three ways."""
    ours, prepare, trees = named(slug, "votes"), partial(asked, slug), {"hart": 509, "knife-forest": 200}[slug]
    whom = {"hart": "everybody arrested in ten years", "knife-forest": "everybody with a crime on record"}[slug]
    return [
        Case(ours, by_evenhand, prepare=prepare, beside=ours, said=f"{trees} trees, {whom}, features made before the clock"),
        Case(f"scikit-learn, {slug}, a tree at a time", by_trees, prepare=prepare, beside=ours, said="the same trees and rows, `predict_proba` of each"),
        Case(f"scikit-learn, {slug}, as one forest", by_forest, prepare=prepare, beside=ours, said="the same trees: its mean of shares, which is no vote"),
    ]


BENCHMARK = Benchmark(
    slug="person_scoring",
    title="Scoring people",
    sizes={"quick": (20_000,), "plain": (100_000, 1_000_000), "full": (100_000, 1_000_000)},
    warm_up=20_000,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} people, ten years of records",
    cases=cases(),
)


if __name__ == "__main__":
    options = harness.asked(doing="Made-up people scored by every person system, audited, and listed and watched.")
    tables.show(harness.measured("person_scoring", mode=options.mode, repeats=options.repeats, keep=options.keep))
