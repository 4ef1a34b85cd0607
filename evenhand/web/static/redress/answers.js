// What a person answered: which questions are asked of them, which conditions hold, which days are known.
// The twin of evenhand/redress/answers.py; tests/web/test_redress_twins.py holds the two against each other.

import { BadSetting, dayOf } from "./deadlines.js";

export const UNKNOWN = "unknown";

const has = (held, key) => Object.hasOwn(held ?? {}, key);

/** Names of the questions, in the order in which they are asked. */
export function inOrder(routes) {
  return routes.groups.flatMap((group) => group.questions);
}

/** Answers that have been checked; whatever was not answered is unknown. */
export class Answers {
  /**
   * @param {object} routes what routes.json holds
   * @param {Object<string, string|string[]|null>} given by question: one answer, a list of them, or a day
   */
  constructor(routes, given) {
    this.routes = routes;
    this.chosen = {};
    this.days = {};
    for (const [name, value] of Object.entries(given)) {
      if (!has(routes.questions, name)) throw new BadSetting(`There is no question '${name}'.`);
      const question = routes.questions[name];
      if (question.kind !== "day") this.chosen[name] = chosenOf(name, question, value);
      else if (value !== UNKNOWN && value !== null && value !== "") this.days[name] = dayOfAnswer(name, value);
    }
  }

  /** Whether a question is asked of this person. */
  isShown(name) {
    return this.holds(this.routes.questions[name].shown_if);
  }

  /** The answers to a choice: none if it is not asked, `unknown` if it was not answered. */
  of(name) {
    if (!this.isShown(name)) return [];
    return this.chosen[name]?.length ? this.chosen[name] : [UNKNOWN];
  }

  /** Whether a condition holds: any of its cases, or there is none. */
  holds(when) {
    if (!when?.length) return true;
    return when.some((one) => Object.entries(one).every(([name, wanted]) => this.of(name).some((key) => wanted.includes(key))));
  }

  /** Days that are known, by event: of what happened, and of one request or complaint. */
  known(thread) {
    const found = this.#askedDays(thread).filter(([name]) => has(this.days, name));
    return Object.fromEntries(found.map(([name, one]) => [one.event, this.days[name]]));
  }

  /** Events that did happen or may have, known or not, each with the question that asks for its day. */
  happened(thread) {
    return Object.fromEntries(this.#askedDays(thread).map(([name, one]) => [one.event, name]));
  }

  #askedDays(thread) {
    const every = inOrder(this.routes).map((name) => [name, this.routes.questions[name]]);
    return every.filter(([name, one]) => one.kind === "day" && (one.thread === undefined || one.thread === (thread ?? undefined)) && this.isShown(name));
  }
}

function chosenOf(name, question, value) {
  const values = typeof value === "string" ? [value] : value ?? [];
  if (!Array.isArray(values) || !values.every((one) => typeof one === "string")) throw new BadSetting(`The answer to '${name}' is no word and no list of words.`);
  for (const one of values) if (!has(question.answers, one)) throw new BadSetting(`'${one}' is no answer to '${name}'.`);
  if (question.kind === "one" && new Set(values).size > 1) throw new BadSetting(`'${name}' has one answer, and several were given.`);
  return Object.keys(question.answers).filter((key) => values.includes(key));
}

function dayOfAnswer(name, value) {
  try {
    dayOf(value);
  } catch (wrong) {
    throw new BadSetting(`The answer to '${name}' ${wrong.message}. Write the day so, or unknown.`);
  }
  return value;
}
