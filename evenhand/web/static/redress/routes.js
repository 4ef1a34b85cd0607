// From a person's situation to steps in order. The same rules as evenhand/redress/routes.py, on the same routes.json and law.json;
// tests/web/test_redress_twins.py holds the two against each other. No network, nothing stored, nothing blocked.

import { filled } from "./deadlines.js";
import { Answers, inOrder, UNKNOWN } from "./answers.js";
import { clocksOf, Situation } from "./clocks.js";
import { offered } from "./steps.js";

const NATIONS = ["england", "wales", "scotland", "northern-ireland"];

/**
 * The steps open to a person.
 *
 * @param {object} law what law.json holds
 * @param {object} routes what routes.json holds
 * @param {Object<string, string|string[]>} given answers by question; anything left out is unknown
 * @param {string} today the day from which time left is counted, "2026-11-26"
 * @param {Object<string, string[]>} [letters] ids of letters by remedy
 * @returns {object} what `Plan.as_json()` gives in Python
 */
export function plan(law, routes, given, today, letters = {}) {
  const answers = new Answers(routes, given);
  const nations = NATIONS.filter((one) => answers.of("nation").some((key) => key === one || key === UNKNOWN));
  const situation = new Situation(law, routes, answers, today, nations.length === 1 ? nations[0] : null);
  const gates = Object.entries(routes.gates)
    .filter(([, one]) => answers.holds(one.when))
    .map(([id, one]) => ({ id, title: one.title, says: one.says, help: one.help ?? null }));
  const steps = offered(situation, nations, gates.filter((gate) => gate.help), letters);
  const running = runningOf(situation, nations);
  const ahead = Object.entries(answers.days)
    .filter(([, day]) => day > today)
    .map(([name]) => filled(situation.word("ahead"), { event: law.events[routes.questions[name].event].title }));
  return {
    today, nations, gates, notes: [...ahead, ...Object.values(routes.notes).filter((one) => answers.holds(one.when)).map((one) => one.says)], steps,
    path: pathOf(routes, steps), running, running_says: routes.always.says,
    solicitor: steps.filter((step) => step.help === "solicitor").map((step) => step.id),
    free: steps.filter((step) => step.is_free).map((step) => step.id),
    missing: missingOf(routes, [...running, ...steps.flatMap((step) => step.clocks)]), unreviewed: situation.word("unreviewed"),
  };
}

/** Clocks that run whatever the route: the nearest first, then those whose day is not known, then those that ran out. */
function runningOf(situation, nations) {
  const slugs = situation.routes.always.remedies.filter((slug) => situation.law.remedies[slug].nations.some((one) => nations.includes(one)));
  const rank = (one) => `${Number(one.state === "over")}${one.due ?? "9999"}`;
  return slugs.flatMap((slug) => clocksOf(situation, slug)).sort((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0));
}

function pathOf(routes, steps) {
  return Object.entries(routes.stages)
    .map(([number, stage]) => ({ stage: Number(number), title: stage.title, says: stage.says }))
    .sort((one, other) => one.stage - other.stage)
    .map((stage) => ({ ...stage, steps: steps.filter((step) => step.stage === stage.stage).map((step) => step.id) }));
}

function missingOf(routes, clocks) {
  const wanted = new Set(clocks.flatMap((clock) => clock.questions));
  return inOrder(routes).filter((name) => wanted.has(name)).map((name) => ({ question: name, asks: routes.questions[name].asks }));
}
