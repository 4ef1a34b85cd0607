// Joins the refusal checker with what the person chose and what the register knows.

import { BadSetting } from "./deadlines.js";
import { checkRefusal as check, groundsCited, reply } from "./refusals.js";

export { BadSetting };

/** What the letter lacks. */
export function checkRefusal(ctx) {
  const { data, state, today } = ctx;
  const { text, kind, asked, received } = state.reader;
  const here = data.systems[state.system]?.facts?.[state.body] ?? {};
  const nations = data.bodies[state.body]?.nations ?? [];
  const chosen = state.answers.nation === "unknown" ? null : state.answers.nation ?? null;
  const nation = nations.length === 1 && nations[0] !== "uk" && nations[0] !== "abroad" ? nations[0] : chosen;
  return check(data.refusals, data.law, text, { kind, today, asked: asked || null, received: received || null, nation, known: here });
}

/** The grounds it names, each with what must be shown for it. */
export function groundsIn({ data, state, today }) {
  const { text, kind, received } = state.reader;
  return groundsCited(data.refusals, data.law, text, { kind, day: received || today }).map(([slug]) => data.law.grounds[slug]);
}

/** A draft answer. */
export function replyTo({ data, state, today }, found) {
  const system = data.systems[state.system];
  const facts = (system?.bodies[state.body] ?? system)?.slots.public ?? [];
  return reply(found, data.law, data.reply, { day: today, system: system?.title, body: data.bodies[state.body]?.title, facts });
}
