"""What one file of questions and steps cannot show: whether they fit each other and the law.

- names: every question, answer, remedy, clock, event, thread and provision that is named exists
- questions: each is listed once, asked only of what was asked before, reached by some answers, and of use
- steps: every remedy of the law is offered by some step
- wording: every sentence that a plan needs is there
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reasons import UNITS, slots_of

if TYPE_CHECKING:
    from .law import Law
    from .route_rules import Routes, When
    from .rule_files import RuleFiles

Where = dict[tuple[str, str], str]
WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("fill_in",): ("formula",), ("not_started",): ("formula",), ("if_today",): ("day",), ("no_period",): ("standard",), ("stands_in",): ("wanted", "used"),
    ("yours", "running"): ("due", "aim", "left"), ("yours", "soon"): ("due", "left"), ("yours", "over"): ("due",),
    ("theirs", "waiting"): ("strict", "certain"), ("theirs", "between"): ("certain",), ("theirs", "late"): ("certain",),
    ("left", "one"): (), ("left", "many"): ("n",), ("left", "none"): (),
    ("over_label", "hard"): (), ("over_label", "discretionary"): (), ("over_label", "guide"): (), ("not_reckoned",): ("why",), ("ahead",): ("event",),
    **{("formulas", unit, many): ("n", "event") for many in ("one", "many") for unit in (*UNITS, "years", "years_starting_with")},
    ("more_days",): ("formula", "n"), ("at_latest",): ("standard", "formula"), ("no_count",): ("standard", "event"),
    ("only_before",): ("event", "to"), ("only_from",): ("event", "start"), ("only_nations",): ("nations",),
    ("help", "yourself"): (), ("help", "caseworker"): (), ("help", "solicitor"): (),
    ("help_why", "court"): (), ("help_why", "regime"): (), ("help_why", "advised"): (), ("help_why", "little_time"): (), ("help_why", "gate"): ("title",),
    ("free",): (), ("unreviewed",): (),
}  # fmt: skip
"""Every sentence, by its keys, and what it may name."""


def check_routes(routes: Routes, law: Law, files: RuleFiles, where: Where) -> None:
    """Put down every problem between the files.

    Args:
        routes: as read.
        law: what they name.
        files: the files, which collect the problems.
        where: of each question and step, its file.
    """
    _check_questions(routes, law, files, where)
    _check_steps(routes, law, files, where)
    _check_settings(routes, law, files)
    for kind, file in (("gates", "gates.yml"), ("notes", "notes.yml")):
        for key, one in getattr(routes, kind).items():
            _check_when(routes, files, file, (key, "when"), one.when)
    for keys, slots in WORDS.items():
        try:
            sentence = routes.word(*keys)
        except (KeyError, TypeError):
            files.add("wording.yml", keys[:1], f"`{' '.join(keys)}` lacks its sentence.")
            continue
        for slot in sorted(slots_of(sentence) - set(slots)):
            files.add("wording.yml", keys[:1], f"Nothing fills {{{slot}}} in `{' '.join(keys)}`. It may name: {', '.join(slots) or 'nothing'}.")


def _check_when(routes: Routes, files: RuleFiles, file: str, path: tuple[str | int, ...], when: When, *, before: list[str] | None = None) -> None:
    for number, case in enumerate(when):
        for name, wanted in case.items():
            question = routes.questions.get(name)
            if question is None or question.kind == "day":
                files.add(file, (*path, number, name), f"There is no question `{name}` with answers to choose from.")
                continue
            if before is not None and name not in before:
                files.add(file, (*path, number, name), f"`{name}` is asked later, so nothing can depend on it here.")
            for one in wanted:
                if one not in question.answers:
                    files.add(file, (*path, number, name), f"`{one}` is no answer to `{name}`. Answers are: {', '.join(question.answers)}.")


def _check_questions(routes: Routes, law: Law, files: RuleFiles, where: Where) -> None:
    order = routes.in_order()
    for name in sorted({one for one in order if order.count(one) > 1}):
        files.add("questions.yml", (), f"`{name}` is asked twice.")
    for name in sorted(set(order) - set(routes.questions)):
        files.add("questions.yml", (), f"There is no question `{name}`.")
    reached: list[str] = []
    for name, question in routes.questions.items():
        if name not in order:
            files.add(where["questions", name], (name,), "It is in no group of questions.yml, so nobody is asked.")
        if question.event and question.event not in law.events:
            files.add(where["questions", name], (name, "event"), f"There is no event `{question.event}` in the law.")
        if question.thread and question.thread not in routes.settings.threads:
            files.add(where["questions", name], (name, "thread"), f"There is no thread `{question.thread}`.")
    for name in [one for one in order if one in routes.questions]:
        shown_if = routes.questions[name].shown_if
        _check_when(routes, files, where["questions", name], (name, "shown_if"), shown_if, before=order[: order.index(name)])
        if not shown_if or any(set(case) <= set(reached) for case in shown_if):
            reached.append(name)
        else:
            files.add(where["questions", name], (name, "shown_if"), "No answers lead to this question.")
    used = {name for when in _every_when(routes) for case in when for name in case}
    for name, question in routes.questions.items():
        if question.kind != "day" and name not in used:
            files.add(where["questions", name], (name,), "Nothing depends on the answer, so it need not be asked.")


def _every_when(routes: Routes) -> list[Any]:
    parts: list[Any] = [*routes.gates.values(), *routes.notes.values()]
    return [part.when for part in parts] + [when for rule in routes.steps.values() for when in (rule.when, rule.unless, rule.uk_wide)]


def _check_steps(routes: Routes, law: Law, files: RuleFiles, where: Where) -> None:
    offered: set[str] = set()
    for name, rule in routes.steps.items():
        file = where["steps", name]
        offered.update(rule.remedies)
        for key in ("when", "unless", "uk_wide"):
            _check_when(routes, files, file, (name, key), getattr(rule, key))
        for key, wanted, known, what in (
            ("remedies", rule.remedies, law.remedies, "remedy"), ("first", rule.first, law.remedies, "remedy"),
            ("first_basis", rule.first_basis, law.provisions, "provision"), ("thread", filter(None, [rule.thread]), routes.settings.threads, "thread"),
        ):  # fmt: skip
            for one in wanted:
                if one not in known:
                    files.add(file, (name, key), f"There is no {what} `{one}`.")
        clocks = {clock for one in rule.remedies if one in law.remedies for clock in law.remedies[one].clocks}
        for one in set(rule.hides) - clocks:
            files.add(file, (name, "hides"), f"None of its remedies has a clock `{one}`.")
        if rule.stage not in routes.settings.stages:
            files.add(file, (name, "stage"), f"settings.yml has no stage {rule.stage}.")
        if rule.first and not (rule.first_why and rule.first_basis):
            files.add(file, (name, "first"), "Say why under `first_why`, and where it stands under `first_basis`.")
    for slug in sorted(law.remedies.keys() - offered):
        files.add("settings.yml", (), f"No step offers the remedy `{slug}` of the law.")


def _check_settings(routes: Routes, law: Law, files: RuleFiles) -> None:
    settings = routes.settings
    for slug in settings.always.remedies:
        if slug not in law.remedies:
            files.add("settings.yml", ("always", "remedies"), f"There is no remedy `{slug}`.")
    for key, held in (("stand_ins", settings.stand_ins), ("worked_out", settings.worked_out)):
        for event in {*held, *(one for some in settings.stand_ins.values() for one in some)}:
            if event not in law.events:
                files.add("settings.yml", (key,), f"There is no event `{event}` in the law.")
    for event, clocks in settings.worked_out.items():
        for one in clocks:
            if one.remedy not in law.remedies or one.clock not in law.remedies[one.remedy].clocks:
                files.add("settings.yml", ("worked_out", event), f"There is no clock `{one.clock}` of `{one.remedy}`.")
