// The steps of a plan: which remedies the answers lead to, each with its reasons, clocks, helper and what follows, in order.
// The twin of evenhand/redress/route_steps.py.

import { dayOf, filled, inFull } from "./deadlines.js";
import { clocksOf } from "./clocks.js";

const HELP = ["yourself", "caseworker", "solicitor"];
const has = (held, key) => Object.hasOwn(held ?? {}, key);
const meets = (some, others) => some.some((one) => others.includes(one));
const once = (some) => [...new Set(some)];

function holds(inForce, day) {
  const { from, to } = inForce ?? {};
  return (!from || from <= day) && (!to || day <= to);
}

/**
 * The steps that the answers lead to, in the order in which to take them.
 *
 * @param {import("./clocks.js").Situation} situation the law, the rules, the answers and the day
 * @param {string[]} nations where it may have happened
 * @param {{title: string, help: string}[]} gates those that call for help with every step
 * @param {Object<string, string[]>} letters ids of letters by remedy
 */
export function offered(situation, nations, gates, letters) {
  const steps = offersOf(situation, nations).map((offer) => stepOf(situation, offer, nations, gates, letters));
  const nearest = (step) => step.clocks.filter((clock) => clock.state === "soon" && clock.due).map((clock) => clock.due).sort()[0];
  const near = steps.filter(nearest).sort((one, other) => dayOf(nearest(one)) - dayOf(nearest(other)) || one.stage - other.stage);
  const far = steps.filter((step) => !nearest(step)).sort((one, other) => one.stage - other.stage);
  return withFirst([...near, ...far]);
}

/** Each step directly behind those it names under `first`, where it would come before them. */
function withFirst(steps) {
  const ordered = [...steps];
  for (const step of steps) {
    for (const before of [...step.first].reverse()) {
      for (const other of ordered.filter((one) => one.remedy === before.remedy)) {
        if (ordered.indexOf(other) <= ordered.indexOf(step)) continue;
        ordered.splice(ordered.indexOf(other), 1);
        ordered.splice(ordered.indexOf(step), 0, other);
      }
    }
  }
  return ordered;
}

function offersOf(situation, nations) {
  const found = new Map();
  for (const rule of situation.routes.steps) {
    if (!situation.answers.holds(rule.when) || (rule.unless?.length && situation.answers.holds(rule.unless))) continue;
    const ukWide = Boolean(rule.uk_wide?.length) && situation.answers.holds(rule.uk_wide);
    for (const [slug, onlyIf] of standing(situation, rule)) {
      if (!ukWide && !meets(situation.law.remedies[slug].nations, nations)) continue;
      const id = rule.thread ? `${slug}@${rule.thread}` : slug;
      if (!found.has(id)) found.set(id, { id, slug, thread: rule.thread ?? null, rules: [], ukWide: false, onlyIf });
      found.get(id).rules.push(rule);
      found.get(id).ukWide ||= ukWide;
    }
  }
  return [...found.values()];
}

/** The remedies of a rule that apply on their day; where the day is not known, each that may, and on what that depends. */
function standing(situation, rule) {
  return rule.remedies.flatMap((slug) => {
    const remedy = situation.law.remedies[slug];
    const [day] = situation.dayOf(remedy.picked_by, rule.thread ?? null);
    if (day === null && rule.remedies.length > 1 && mayHaveHappened(situation, remedy.picked_by, rule.thread)) return [[slug, depends(situation, slug)]];
    return holds(remedy.in_force, day ?? situation.today) ? [[slug, null]] : [];
  });
}

function mayHaveHappened(situation, event, thread) {
  const happened = situation.answers.happened(thread);
  return [event, ...(situation.routes.stand_ins[event] ?? [])].some((one) => has(happened, one));
}

/** For which days a remedy is, where it began or ended within the years that others of its rule cover. */
function depends(situation, slug) {
  const { law } = situation;
  const { in_force: span = {}, picked_by: event } = law.remedies[slug];
  const { title } = law.events[event];
  if (span.to) return filled(situation.word("only_before"), { event: title, to: inFull(span.to, law) });
  const isNewer = Object.values(law.remedies).some((other) => other.replaced_by?.includes(slug));
  return span.from && isNewer ? filled(situation.word("only_from"), { event: title, start: inFull(span.from, law) }) : null;
}

function stepOf(situation, offer, nations, gates, letters) {
  const { law, routes } = situation;
  const { slug, rules } = offer;
  const remedy = law.remedies[slug];
  const hides = rules.map((rule) => rule.hides ?? []).reduce((some, others) => some.filter((one) => others.includes(one)));
  const clocks = clocksOf(situation, slug, { thread: offer.thread, ukWide: offer.ukWide, hides });
  const stage = Math.min(...rules.map((rule) => rule.stage));
  const [help, helpWhy] = helpOf(situation, remedy, clocks, gates);
  const own = clocks.filter((clock) => clock.whose === "yours");
  const next = (slugs) => nextOf(situation, slugs ?? [], nations);
  return {
    id: offer.id, remedy: slug, title: remedy.title, summary: remedy.summary, stage, stage_title: routes.stages[stage].title,
    why: once(rules.map((rule) => rule.why)), clocks, help, help_says: situation.word("help", help), help_why: helpWhy, fee: remedy.fee,
    is_free: remedy.fee === routes.free_fee, letters: letters[slug] ?? [], to: remedy.addressed_to.says ?? null, nations: remedy.nations,
    only_if: offer.onlyIf ?? onlyNations(situation, remedy, nations, offer.ukWide), first: firstOf(law, rules), if_refused: next(remedy.if_refused),
    if_silent: next(remedy.if_silent), then: next(remedy.then), alongside: next(remedy.alongside), ends: remedy.ends, notes: remedy.notes ?? [],
    open: once([...rules.flatMap((rule) => rule.open ?? []), ...(remedy.verify ?? []).map((one) => law.questions[one].title)]),
    is_over: own.length > 0 && own.every((clock) => clock.state === "over"), is_checked: [remedy, ...clocks].every((one) => one.is_checked),
  };
}

/** Who should do it, and why: the most that any reason asks for. */
function helpOf(situation, remedy, clocks, gates) {
  const why = (...keys) => situation.word("help_why", ...keys);
  const found = [];
  if (remedy.solicitor === "needed") found.push(["solicitor", why(remedy.addressed_to.role === "court" ? "court" : "regime")]);
  else if (remedy.solicitor === "advised") found.push(["caseworker", why("advised")]);
  if (clocks.some((clock) => clock.state === "soon" && situation.routes.solicitor_labels.includes(clock.label))) found.push(["solicitor", why("little_time")]);
  found.push(...gates.map((gate) => [gate.help, filled(why("gate"), { title: gate.title })]));
  const most = Math.max(0, ...found.map(([help]) => HELP.indexOf(help)));
  return [HELP[most], found.map(([, says]) => says)];
}

function firstOf(law, rules) {
  return rules.flatMap((rule) => (rule.first ?? []).map((slug) => ({
    remedy: slug, title: law.remedies[slug].title, why: String(rule.first_why), basis: (rule.first_basis ?? []).map((one) => law.provisions[one].cite),
  })));
}

function nextOf(situation, slugs, nations) {
  const every = situation.law.remedies;
  // A remedy of an earlier law can no longer be what comes next: its event would have to lie after its end.
  const hasEnded = (one) => Boolean(one.in_force?.to) && one.in_force.to < situation.today && one.picked_by !== "decision-taken";
  return slugs.filter((slug) => meets(every[slug].nations, nations) && !hasEnded(every[slug])).map((slug) => ({ remedy: slug, title: every[slug].title }));
}

function onlyNations(situation, remedy, nations, ukWide) {
  if (ukWide || nations.every((one) => remedy.nations.includes(one))) return null;
  const names = remedy.nations.map((one) => situation.law.wording.nations[one]);
  return filled(situation.word("only_nations"), { nations: names.join(" or ") });
}
