// The clocks of a step: drawn where the day is known, put in words where it is not; one that ran out is explained, not left out.
// The twin of evenhand/redress/route_clocks.py.

import { BadSetting, dayOf, deadline, filled, inFull } from "./deadlines.js";

const has = (held, key) => Object.hasOwn(held ?? {}, key);
const UNITS = ["months", "months_starting_with", "days", "days_starting_with", "days_starting_day_after", "working_days", "working_days_starting_with"];

/** Whose clocks they are: the law, the rules, the answers, today, and the nation if that is known. */
export class Situation {
  constructor(law, routes, answers, today, nation) {
    Object.assign(this, { law, routes, answers, today, nation });
  }

  /** A sentence of the wording by its keys. */
  word(...keys) {
    return keys.reduce((found, key) => found[key], this.routes.wording);
  }

  /** The day of an event, and the other event whose day stands in for it. */
  dayOf(event, thread) {
    const known = this.answers.known(thread);
    if (has(known, event)) return [known[event], null];
    for (const { remedy, clock } of this.routes.worked_out[event] ?? []) {
      const found = this.#workedOut(remedy, clock, known);
      if (found) return [found, this.law.remedies[remedy].clocks[clock].starts[0]];
    }
    const others = (this.routes.stand_ins[event] ?? []).filter((one) => has(known, one)).map((one) => [known[one], one]);
    return others.length ? others.sort(byDayThenName)[0] : [null, null];
  }

  #workedOut(remedy, clock, known) {
    if (this.nation && !this.law.remedies[remedy].nations.includes(this.nation)) return null;
    const drawn = reckoned(this.law, remedy, clock, known, this.nation);
    return typeof drawn === "string" ? null : drawn.due_strict;
  }
}

function byDayThenName(one, other) {
  const [a, b] = [one.join(" "), other.join(" ")];
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Every clock of a remedy that matters to a person, the person's own first.
 *
 * @param {Situation} situation whose
 * @param {string} slug of the remedy
 * @param {{thread?: string|null, ukWide?: boolean, hides?: string[]}} [more] which request it carries on; whether the nation matters
 */
export function clocksOf(situation, slug, { thread = null, ukWide = false, hides = [] } = {}) {
  const held = situation.law.remedies[slug];
  const nation = ukWide ? null : situation.nation;
  const found = Object.entries(held.clocks ?? {})
    .filter(([key, clock]) => !hides.includes(key) && !(nation && clock.nations?.length && !clock.nations.includes(nation)))
    .map(([key]) => clockOf(situation, slug, held, key, thread, nation));
  return [...found.filter((one) => one.whose === "yours"), ...found.filter((one) => one.whose !== "yours")];
}

function clockOf(situation, slug, remedy, key, thread, nation) {
  const clock = remedy.clocks[key];
  const event = clock.starts[0];
  const [day, standsIn] = situation.dayOf(event, thread);
  const happened = situation.answers.happened(thread);
  const formula = formulaOf(situation, clock, event);
  const base = {
    remedy: slug, clock: key, title: clock.title, whose: clock.whose, label: clock.label ?? null, started_by: event, day, stands_in: standsIn, formula,
    due: null, due_strict: null, aim_for: null, days_left: null, deadline: null, if_today: null, verify: [], is_checked: false, questions: [],
  };
  if (!clock.period) return { ...base, state: "no-period", says: filled(situation.word("no_period"), { standard: clock.standard }),
    verify: clock.verify ?? [] };
  if (day === null) {
    const others = [event, ...(situation.routes.stand_ins[event] ?? [])];
    const asking = others.filter((one) => has(happened, one)).map((one) => happened[one]);
    if (!asking.length) return notStarted(situation, base, nation);
    return { ...base, state: "day-unknown", says: filled(situation.word("fill_in"), { formula }), questions: asking.slice(0, 1) };
  }
  const known = situation.answers.known(thread);
  const picked = has(known, remedy.picked_by) ? { [remedy.picked_by]: known[remedy.picked_by] } : {};
  const drawn = reckoned(situation.law, slug, key, { ...picked, [event]: day }, nation);
  if (typeof drawn === "string") return { ...base, state: "not-reckoned", says: filled(situation.word("not_reckoned"), { why: drawn }) };
  return drawnClock(situation, base, drawn);
}

/** The engine's answer, or why there is none. */
function reckoned(law, slug, key, events, nation) {
  try {
    return deadline(law, slug, key, events, { nation });
  } catch (wrong) {
    if (!(wrong instanceof BadSetting)) throw wrong;
    return wrong.message;
  }
}

function drawnClock(situation, base, drawn) {
  const isYours = drawn.whose === "yours";
  const due = isYours ? drawn.due : drawn.overdue_certain;
  const left = dayOf(due) - dayOf(situation.today);
  const state = stateOf(situation, drawn, left);
  const days = { due, aim: drawn.aim_for, strict: drawn.due_strict, certain: drawn.overdue_certain };
  const slots = Object.fromEntries(Object.entries(days).filter(([, day]) => day).map(([key, day]) => [key, inFull(day, situation.law)]));
  slots.left = counted(situation.word("left"), left);
  let says = filled(situation.word(drawn.whose, state), slots);
  if (state === "running" || state === "soon") says = says[0].toUpperCase() + says.slice(1);
  if (state === "over") says += ` ${situation.word("over_label", String(drawn.label))}`;
  if (base.stands_in) {
    const { events } = situation.law;
    says += ` ${filled(situation.word("stands_in"), { wanted: events[base.started_by].title, used: events[base.stands_in].title })}`;
  }
  return {
    ...base, state, says, due, due_strict: drawn.due_strict, aim_for: drawn.aim_for, days_left: left, deadline: drawn, verify: drawn.verify,
    is_checked: drawn.is_checked,
  };
}

function stateOf(situation, drawn, left) {
  if (drawn.whose === "yours") return left < 0 ? "over" : left <= situation.routes.soon_days ? "soon" : "running";
  return left < 0 ? "late" : situation.today <= drawn.due_strict ? "waiting" : "between";
}

/** A clock that only starts once the step is taken; what it would be if that were today is shown. */
function notStarted(situation, base, nation) {
  let says = filled(situation.word("not_started"), { formula: base.formula });
  const drawn = reckoned(situation.law, base.remedy, base.clock, { [base.started_by]: situation.today }, nation);
  if (typeof drawn === "string") return { ...base, state: "not-started", says };
  const due = drawn.whose === "yours" ? drawn.due : drawn.overdue_certain;
  if (due) says += ` ${filled(situation.word("if_today"), { day: inFull(due, situation.law) })}`;
  return { ...base, state: "not-started", says, if_today: drawn, verify: drawn.verify, is_checked: drawn.is_checked };
}

/** How a clock is counted, in words. */
function formulaOf(situation, clock, event) {
  const { title } = situation.law.events[event];
  if (!clock.period) return filled(situation.word("no_count"), { standard: clock.standard, event: title });
  let unit = UNITS.find((one) => clock.period[one] !== undefined);
  let n = clock.period[unit];
  if (unit.startsWith("months") && n % 12 === 0) [unit, n] = [unit.replace("months", "years"), n / 12];
  let formula = filled(situation.word("formulas", unit, n === 1 ? "one" : "many"), { n: String(n), event: title });
  if (clock.period.then_days) formula = filled(situation.word("more_days"), { formula, n: String(clock.period.then_days) });
  return clock.standard ? filled(situation.word("at_latest"), { standard: clock.standard, formula }) : formula;
}

/** A number of days in words. */
function counted(words, number) {
  return number <= 0 ? words.none : number === 1 ? words.one : filled(words.many, { n: String(number) });
}
