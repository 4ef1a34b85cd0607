"""The route finder: every remedy reached, every route ends in a step, clocks from the event whatever the route, four nations right, never a block."""

from __future__ import annotations

import datetime
import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.redress.answers import checked_answers
from evenhand.redress.law import shipped_law
from evenhand.redress.route_reading import read_routes, routes_json, shipped_routes
from evenhand.redress.routes import plan
from evenhand.tables.errors import BadSetting

LAW, ROUTES = shipped_law(), shipped_routes()
TODAY = datetime.date(2026, 11, 26)
CHOICES = {name: one for name, one in ROUTES.questions.items() if one.kind != "day"}
DAYS = [name for name, one in ROUTES.questions.items() if one.kind == "day"]
NATIONS = ["england", "wales", "scotland", "northern-ireland", "unknown"]
COURTS = {"england": {"eq-county", "hra", "jr-ew"}, "wales": {"eq-county", "hra", "jr-ew"}, "scotland": {"eq-county", "hra", "jr-s"},
          "northern-ireland": {"eq-ni", "hra", "jr-ni"}}  # fmt: skip
SCORED = {"by-whom": ["police"], "what": ["listed"], "wants": ["know"], "investigation": "closed", "act": "2026-08-31"}


def steps_of(today=TODAY, **answers):
    return plan(LAW, {key.replace("_", "-"): value for key, value in answers.items()}, today).steps


def slugs(**answers):
    return [step.remedy for step in steps_of(**answers)]


def core():
    """The full product of the questions that shape a route, one answer of each; and of each thread, how far it got."""
    wholes = [{}]
    threads = {"asked-data": "answer-data", "asked-change": "answer-change", "asked-info": "answer-info", "complained-body": "answer-complaint",
               "complained-police": "answer-police", "complained-regulator": "answer-regulator"}  # fmt: skip
    wholes += [{"done": [done], name: answer} for done, name in threads.items() for answer in CHOICES[name].answers]
    for whom, what, wants in itertools.product(*(CHOICES[name].answers for name in ("by-whom", "what", "wants"))):
        for done in wholes:
            yield {"by-whom": [whom], "what": [what], "wants": [wants], **done}


def pairwise(seed=0):
    """Answers in which any two answers to any two questions meet: greedy, from drawn rows."""
    drawn = random.Random(seed)
    names = list(CHOICES)
    wanted = {((a, x), (b, y)) for a, b in itertools.combinations(names, 2) for x in CHOICES[a].answers for y in CHOICES[b].answers}
    while wanted:
        fixed = dict(next(iter(sorted(wanted))))
        rows = [{**{name: drawn.choice(list(CHOICES[name].answers)) for name in names}, **fixed} for _ in range(4)]
        best = max(rows, key=lambda row: sum(pair in wanted for pair in itertools.combinations(row.items(), 2)))
        wanted -= set(itertools.combinations(best.items(), 2))
        yield {name: [value] if CHOICES[name].kind == "many" else value for name, value in best.items()}


def offered_by(answers):
    """In each nation, the rules and remedies that answers lead to, before anything is drawn. No rule depends on the nation but by its remedies."""
    checked = checked_answers(ROUTES, answers)
    rules = [rule for rule in ROUTES.steps.values() if checked.holds(rule.when) and not (rule.unless and checked.holds(rule.unless))]
    wide = [bool(rule.uk_wide) and checked.holds(rule.uk_wide) for rule in rules]
    for nation in NATIONS[:4]:
        yield [(rule, slug) for rule, uk in zip(rules, wide, strict=True) for slug in rule.remedies if uk or nation in LAW.remedies[slug].nations]


def test_the_questions_and_steps_fit_together():
    assert read_routes()[1] == []


def test_every_remedy_rule_and_question_is_reached_and_every_route_ends_in_a_step():
    """Over the full product of body, event, wish and how far each thread got, in each nation: about 70,000 situations."""
    assert not any("nation" in case for rule in ROUTES.steps.values() for when in (rule.when, rule.unless, rule.uk_wide) for case in when)
    reached, used = set(), set()
    more = [{"unfair": "unfair", "by-whom": ["police"]}, {"hidden": "hidden", "done": ["asked-data"]},
            *({"machine": "machine", "what": ["decision"], "by-whom": [whom]} for whom in CHOICES["by-whom"].answers)]  # fmt: skip
    for answers in itertools.chain(core(), more):
        for found in offered_by(answers):
            assert found, answers
            used |= {id(rule) for rule, _ in found}
            reached |= {slug for _, slug in found}
    assert reached == set(LAW.remedies)
    assert [name for name, rule in ROUTES.steps.items() if id(rule) not in used] == []


def test_every_question_is_shown_to_someone():
    shown = {name for row in pairwise() for checked in [checked_answers(ROUTES, row)] for name in ROUTES.questions if checked.is_shown(name)}
    assert shown == set(ROUTES.questions)


def test_every_plan_stands_for_any_two_answers():
    """Any two answers to any two questions meet in some plan; each has steps, a free one among them, and the courts' clocks of its nations."""
    drawn = random.Random(1)
    for number, row in enumerate(pairwise()):
        days = {name: (TODAY - datetime.timedelta(days=drawn.randrange(900))).isoformat() for name in DAYS if drawn.random() < 0.5}
        found = plan(LAW, {**row, **days}, TODAY)
        assert found.steps, row
        assert found.free, row
        wanted = set().union(*(COURTS[nation] for nation in found.nations))
        assert {clock.remedy for clock in found.running} == wanted
        assert [step.id for step in found.steps] == list(dict.fromkeys(step.id for step in found.steps))
        assert all(step.why and step.ends and step.fee and step.help_says and (step.letters is not None) for step in found.steps)
        assert all(clock.says and clock.formula for step in found.steps for clock in step.clocks)
        assert not any("{" in text for step in found.steps for text in (*step.why, *step.help_why, *(clock.says for clock in step.clocks)))
        if number % 20 == 0:
            assert json.loads(json.dumps(found.as_json()))["steps"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_answers_block_or_break_a_plan(data):
    answers = {}
    for name, question in ROUTES.questions.items():
        if question.kind == "day":
            value = data.draw(st.one_of(st.none(), st.just("unknown"), st.dates(datetime.date(1600, 1, 1), datetime.date(2199, 12, 31)).map(str)))
        elif question.kind == "many":
            value = data.draw(st.lists(st.sampled_from(list(question.answers)), max_size=4))
        else:
            value = data.draw(st.sampled_from(list(question.answers)))
        answers[name] = value
    today = data.draw(st.dates(datetime.date(2026, 2, 5), datetime.date(2027, 6, 1)))
    found = plan(LAW, answers, today)
    assert found.steps
    assert found.running


@pytest.mark.parametrize("nation", NATIONS[:4])
def test_clocks_of_courts_run_from_the_day_it_happened_whatever_else_goes_on(nation):
    """Specification C5: EqA, HRA and judicial review run while data protection steps are still going."""
    plain = plan(LAW, {"nation": nation, "act": "2026-08-31"}, TODAY)
    busy = plan(LAW, {"nation": nation, "act": "2026-08-31", **SCORED, "done": ["asked-data", "complained-body"], "answer-data": "refused",
                      "data-request-received": "2026-09-10", "data-reply-received": "2026-10-12"}, TODAY)  # fmt: skip
    dates = {(clock.remedy, clock.due) for clock in plain.running}
    assert dates == {(clock.remedy, clock.due) for clock in busy.running}
    assert {slug for slug, _ in dates} == COURTS[nation]
    assert all(clock.day == datetime.date(2026, 8, 31) for clock in plain.running)


def test_golden_dates_are_drawn_by_the_engine():
    """Specification C3: vectors 11, 12 and 14."""
    running = {clock.remedy: clock for clock in plan(LAW, {"nation": "england", "act": "2026-08-31"}, TODAY).running}
    assert running["eq-county"].due == datetime.date(2027, 2, 27)
    assert running["jr-ew"].due == datetime.date(2026, 11, 30)
    assert running["hra"].due == datetime.date(2027, 8, 30)
    assert list(plan(LAW, {"nation": "england", "act": "2026-08-31"}, TODAY).running)[0].remedy == "jr-ew"


@pytest.mark.parametrize("nation", NATIONS[:4])
@pytest.mark.parametrize("wish", ["know", "correct", "delete", "stop"])
def test_the_court_for_data_stands_before_judicial_review(nation, wish):
    """R (Strain) v Chief Constable of Greater Manchester [2023] EWCA Civ 240: section 167 is the other way that must be tried."""
    for day in ("2026-08-31", "2025-01-01", "unknown"):
        found = steps_of(nation=nation, by_whom=["police"], what=["listed"], wants=[wish], act=day)
        order = [step.remedy for step in found]
        review = next(step for step in found if step.remedy.startswith("jr-"))
        assert order.index("dp-court-167") < order.index(review.remedy)
        assert "Strain" in review.first[0].why
        assert review.first[0].basis


def test_what_runs_out_first_stands_in_front():
    found = steps_of(nation="england", by_whom=["police"], what=["searched", "listed"], wants=["complain"], unfair="unfair", act="2026-06-20",
                     done=["complained-police"], answer_police="refused", police_outcome_told="2026-11-10")  # fmt: skip
    near = [step.nearest for step in found if step.nearest]
    assert [step.remedy for step in found][:1] == ["pol-review-ew"]
    assert near == sorted(near)
    review = found[0]
    assert review.clocks[0].due == datetime.date(2026, 12, 8)
    assert review.clocks[0].state == "soon"
    assert review.help == "solicitor"


def test_a_clock_that_ran_out_is_explained_and_not_hidden():
    found = plan(LAW, {"nation": "england", "what": ["listed"], "unfair": "unfair", "act": "2025-01-15"}, TODAY)
    over = {clock.remedy: clock for clock in found.running if clock.state == "over"}
    assert set(over) == {"eq-county", "hra", "jr-ew"}
    assert "Tuesday 14 July 2026" not in over["eq-county"].says
    assert "Monday 14 July 2025" in over["eq-county"].says
    assert "may still let you in" in over["eq-county"].says
    step = next(step for step in found.steps if step.remedy == "eq-county")
    assert step.is_over
    assert step.help == "solicitor"


def test_a_day_that_is_not_known_is_put_in_words():
    found = plan(LAW, {"nation": "england", "what": ["listed"], "act": "unknown"}, TODAY)
    assert {clock.state for clock in found.running} == {"day-unknown"}
    assert any("6 months from the day it happened, with that day as the first" in clock.says for clock in found.running)
    assert {"question": "act", "asks": "On which day did it happen?"} in found.missing


def test_a_day_stands_in_and_says_so():
    found = plan(LAW, {"nation": "england", "what": ["searched"], "search": "2026-10-01"}, TODAY)
    review = next(clock for clock in found.running if clock.remedy == "jr-ew")
    assert (review.day, review.stands_in) == (datetime.date(2026, 10, 1), "search")
    assert "We used the day you were searched instead" in review.says


@pytest.mark.parametrize(
    ("nation", "has", "lacks"),
    [
        ("england", {"pol-complaint-ew", "foi-request", "eq-county", "jr-ew", "search-record-ew"}, {"pol-poni", "foisa-request", "eq-ni"}),
        ("scotland", {"pol-complaint-s", "foisa-request", "eq-county", "jr-s", "search-record-s"}, {"pol-poni", "foi-request", "eq-ni"}),
        ("northern-ireland", {"pol-poni", "foi-request", "eq-ni", "eq-ni-s75", "jr-ni", "search-record-ni"}, {"eq-county", "eq-eass", "psed"}),
    ],
)  # fmt: skip
def test_each_nation_has_its_own_steps(nation, has, lacks):
    found = set(slugs(nation=nation, by_whom=["police"], what=["searched", "listed"], wants=["complain", "others", "system"], unfair="unfair"))
    assert has <= found
    assert not lacks & found


def test_who_reviews_a_police_complaint():
    done = {"done": ["complained-police"], "answer_police": "refused", "by_whom": ["police"]}
    assert "pol-review-ew" in slugs(nation="wales", **done)
    assert "pol-pirc" in slugs(nation="scotland", **done)
    assert not {"pol-review-ew", "pol-pirc"} & set(slugs(nation="northern-ireland", **done))


def test_a_body_of_the_whole_kingdom_follows_its_act_in_scotland():
    done = {"done": ["asked-info"], "answer_info": "waiting", "info_request_received": "2026-06-01"}
    found = steps_of(nation="scotland", by_whom=["department"], wants=["system"], **done)
    asked = next(step for step in found if step.id == "foi-request@info")
    assert asked.clocks[0].state == "late"
    assert asked.only_if is None
    assert "foisa-request" not in [step.remedy for step in found]


def test_plain_silence_goes_straight_to_the_regulator_but_not_in_scotland():
    silent = {"done": ["asked-info"], "answer_info": "silent", "by_whom": ["police"], "info_request_received": "2026-06-01"}
    england = slugs(nation="england", **silent)
    assert "foi-ic" in england
    assert "foi-review" not in england
    scotland = steps_of(nation="scotland", **silent)
    review = next(step for step in scotland if step.remedy == "foisa-review")
    own = [clock for clock in review.clocks if clock.whose == "yours"]
    assert [clock.clock for clock in own] == ["ask-after-silence"]
    assert own[0].day == datetime.date(2026, 6, 30)
    assert "foisa-sic" not in [step.remedy for step in scotland]


@pytest.mark.parametrize(("day", "wanted"), [("2026-02-04", ["dp-adm-p3-old"]), ("2026-02-05", ["dp-adm-p3"]), ("unknown", ["dp-adm-p3", "dp-adm-p3-old"])])
def test_the_day_of_a_decision_picks_the_rule(day, wanted):
    found = steps_of(nation="england", by_whom=["police"], what=["decision"], machine="machine", decision_taken=day, act="unknown")
    chosen = [step for step in found if step.remedy.startswith("dp-adm-p3")]
    assert sorted(step.remedy for step in chosen) == wanted
    assert all((step.only_if is not None) == (day == "unknown") for step in chosen)


def test_the_complaint_to_the_controller_begins_on_its_day():
    given_ = {"by_whom": ["police"], "done": ["asked-data"], "answer_data": "refused"}
    before = [step.remedy for step in steps_of(datetime.date(2026, 6, 18), **given_)]
    after = [step.remedy for step in steps_of(datetime.date(2026, 6, 19), **given_)]
    assert "dp-complain-ctrl" not in before
    assert "dp-complain-ctrl" in after


@pytest.mark.parametrize("thread", ["data", "change"])
@pytest.mark.parametrize("answer", ["refused", "silent"])
def test_what_the_law_names_as_next_is_offered_next(thread, answer):
    """The steps after a refusal or silence are those that records/law names for the request itself."""
    remedy = LAW.remedies["dp-access-p3" if thread == "data" else "dp-rectify-p3"]
    wanted = remedy.if_refused if answer == "refused" else remedy.if_silent
    found = slugs(nation="england", by_whom=["police"], wants=["correct"], done=[f"asked-{thread}"], **{f"answer_{thread}": answer})
    assert set(wanted) <= set(found)


@pytest.mark.parametrize("gate", [{"investigation": "open"}, {"immigration": "worried"}, {"under-18": "child"}, {"seen": "seen"}, {"helper": "someone"}])
def test_a_gate_gives_advice_and_takes_no_step_away(gate):
    calm = {"investigation": "closed", "immigration": "settled", "under-18": "adult", "seen": "private", "helper": "myself"}
    without, with_gate = (plan(LAW, {**SCORED, **calm, **more}, TODAY) for more in ({}, gate))
    assert not without.gates
    assert len(with_gate.gates) == 1
    assert with_gate.gates[0].says
    assert [step.id for step in without.steps] == [step.id for step in with_gate.steps]
    if with_gate.gates[0].help == "solicitor":
        assert set(with_gate.solicitor) == {step.id for step in with_gate.steps}


def test_the_standard_path():
    """Specification C5, for a person who was searched and scored, asked, was refused, and complained."""
    found = plan(LAW, {"nation": "england", "by-whom": ["police"], "what": ["searched", "listed", "shared"], "wants": ["correct", "delete", "complain"],
                       "done": ["asked-data"], "answer-data": "refused", "unfair": "unfair", "act": "2026-09-20"}, TODAY)  # fmt: skip
    stages = {stage.stage: {one.partition("@")[0] for one in stage.steps} for stage in found.path}
    assert list(stages) == list(range(1, 11))
    assert stages[2] == {"search-record-ew"}
    assert "dp-access-gdpr" in stages[6]
    assert {"dp-rectify-p3", "dp-erase-p3"} <= stages[7]
    assert {"dp-complain-ctrl", "pol-complaint-ew"} <= stages[8]
    assert {"dp-check-ic", "dp-complain-ic"} <= stages[9]
    assert {"dp-court-167", "eq-county", "hra", "jr-ew"} <= stages[10]


def test_courts_need_a_solicitor_and_letters_cost_nothing():
    found = plan(LAW, {**SCORED, "nation": "england", "unfair": "unfair", "act": "2025-01-01"}, TODAY)
    assert {"jr-ew", "hra", "eq-county", "dp-court-167"} <= set(found.solicitor)
    assert {"dp-access-p3", "dp-info-p3"} <= set(found.free)
    assert not set(found.free) & set(found.solicitor)


@pytest.mark.parametrize(
    ("answers", "says"),
    [({"nation": "france"}, "Choose from"), ({"nations": "wales"}, "nearest is 'nation'"), ({"act": "soon"}, "day in full"), ({"act": "2026-02-30"}, "no day"),
     ({"nation": ["england", "wales"]}, "one answer"), ({"what": 3}, "no word"), ({"what": [{}]}, "no word"), ([], "no list|not a list")],
)  # fmt: skip
def test_an_answer_that_answers_nothing_is_told(answers, says):
    with pytest.raises(BadSetting, match=says):
        plan(LAW, answers, TODAY)


def test_the_compiled_routes_are_whole_and_the_same_each_time():
    held = json.loads(routes_json())
    assert routes_json() == routes_json()
    assert len(held["steps"]) == len(ROUTES.steps)
    assert set(held["questions"]) == set(ROUTES.questions)
    assert held["stages"]["10"]["title"]
    assert held["soon_days"] == 42
