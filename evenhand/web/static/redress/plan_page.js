// The plan: advice first, then the person's dates, the court clocks, and the steps in order, each with its letters.

import { inFull, said } from "./deadlines.js";
import { button, el, handOver, listOf } from "./dom.js";
import { ics } from "./letters.js";
import { fits, keyOf, lettersByRemedy } from "./letter_page.js";
import { plan } from "./routes.js";


const OTHERS = 6; // the stage at which those who got the results are asked

/** The person's plan, as it is today. */
export function planPage(ctx) {
  const { data, t } = ctx;
  const made = plan(data.law, data.routes, ctx.given(), ctx.today, lettersByRemedy(data.letters));
  return {
    title: t("plan.title"), nodes: [
      ctx.backLink(), el("h1", { tabindex: "-1" }, t("plan.title")), el("p.lead", {}, t("plan.lead", { n: made.steps.length })),
      el("p.soft", {}, t("plan.today", { day: inFull(ctx.today, data.law) }), " ", made.unreviewed), toolbar(ctx, made),
      gatesOf(ctx, made), datesOf(ctx, made), courtOf(ctx, made), solicitorOf(ctx, made), stepsOf(ctx, made), hopsOf(ctx), notesOf(ctx, made), ctx.footer(),
    ],
  };
}

function toolbar(ctx, made) {
  const { t } = ctx;
  const days = remindersOf(made);
  const save = () => handOver("dates.ics", "text/calendar", ics(days, ctx.data.letters.wording.reminder));
  return [
    el("p.tools", {}, button(t("plan.print"), () => window.print()), days.length > 0 && button(t("plan.reminders"), save),
      button(t("page.saved_file"), () => ctx.go({ view: "save" }))),
    days.length > 0 && el("p.help", {}, t("plan.reminders_help")),
  ];
}

/** Days worth a reminder: the day to aim for, else the last day; each once, from today on. */
function remindersOf(made) {
  const clocks = [...made.running, ...made.steps.flatMap((step) => step.clocks)].filter((clock) => clock.due && clock.day && clock.state !== "over");
  const days = clocks.map((clock) => (clock.whose === "yours" && clock.aim_for >= made.today ? clock.aim_for : clock.due));
  return [...new Set(days)].filter((day) => day >= made.today).sort();
}

function gatesOf({ t }, made) {
  if (!made.gates.length) return null;
  const gates = made.gates.map((gate) => el(`section.gate${gate.help ? `.${gate.help}` : ""}`, {}, el("h3", {}, gate.title),
    gate.says.map((line) => el("p", {}, line))));
  return el("section", { "aria-labelledby": "gates-title" }, el("h2", { id: "gates-title" }, t("plan.gates")), gates);
}

/** Every date that could be worked out, theirs and the person's, the nearest first. */
function datesOf(ctx, made) {
  const { data, t } = ctx;
  const every = new Map();
  for (const step of made.steps) for (const clock of step.clocks) if (clock.due && clock.day) every.set(`${clock.remedy} ${clock.clock} ${clock.due}`,
    [step, clock]);
  for (const clock of made.running) if (clock.due) every.set(`${clock.remedy} ${clock.clock} ${clock.due}`,
    [{ title: data.law.remedies[clock.remedy].title }, clock]);
  const rows = [...every.values()].filter(([, clock]) => clock.state !== "over").sort(([, one], [, other]) => (one.due < other.due ? -1 : 1));
  const items = rows.map(([step, clock]) => el(`li.date.${clock.state}`, {}, el("p.day", {}, inFull(clock.due, data.law)),
    el("p", {}, el("strong", {}, step.title), `. ${clock.whose === "yours" ? t("plan.yours") : t("plan.theirs")}: ${clock.title}.`),
      el("p.soft", {}, clock.says)));
  const missing = made.missing.map(({ question, asks }) => el("li", {}, button(asks, () => ctx.go({ view: "question", name: question, thenCheck: true }),
    "button.link")));
  return el("section.dates", { "aria-labelledby": "dates-title" }, el("h2", { id: "dates-title" }, t("plan.dates")),
    items.length ? el("ol.date-list", {}, items) : el("p", {}, t("plan.dates_none")),
    missing.length > 0 && [el("p", {}, t("plan.dates_missing")), el("ul", {}, missing)]);
}

function courtOf(ctx, made) {
  const rows = made.running.map((clock) => el("div", {}, el("dt", {}, ctx.data.law.remedies[clock.remedy].title),
    el("dd", {}, clock.says, checkedMark(ctx, clock))));
  return el("section", { "aria-labelledby": "court-title" }, el("h2", { id: "court-title" }, ctx.t("plan.court")), el("p", {}, made.running_says),
    el("dl.pairs", {}, rows));
}

function checkedMark({ data }, { is_checked: isChecked }) {
  return isChecked ? null : el("span.unchecked", {}, ` (${data.law.wording.unreviewed})`);
}

function solicitorOf({ t }, made) {
  const steps = made.steps.filter((step) => step.help === "solicitor" && !step.is_over);
  if (!steps.length) return null;
  const links = steps.map((step) => el("li", {}, el("a", { href: `#${anchor(step)}`, onclick: jump }, step.title)));
  return el("section", { "aria-labelledby": "solicitor-title" }, el("h2", { id: "solicitor-title" }, t("plan.solicitor_now")),
    el("p", {}, t("plan.solicitor_help")), el("ul", {}, links));
}

const anchor = (step) => `step-${step.id.replace("@", "-")}`;

/** Goes to a place on the page without a new entry for the Back button. */
function jump(event) {
  event.preventDefault();
  const place = document.getElementById(event.currentTarget.getAttribute("href").slice(1));
  place?.scrollIntoView();
  place?.querySelector("h3")?.focus();
}

function stepsOf(ctx, made) {
  const { t } = ctx;
  const steps = made.steps.map((step, number) => stepOf(ctx, made, step, number + 1));
  return el("section", { "aria-labelledby": "steps-title" }, el("h2", { id: "steps-title" }, t("plan.steps")), el("ol.steps", {}, steps));
}

function stepOf(ctx, made, step, number) {
  const { data, t } = ctx;
  const letters = lettersFor(ctx, made, step);
  const rows = [
    [t("plan.why"), step.why.map((line) => el("p", {}, line))],
    [t("plan.clock"), step.clocks.map((clock) => clockOf(ctx, clock))],
    [t("plan.cost"), [el("p", {}, step.fee)]],
    [t("plan.to"), step.to ? [el("p", {}, step.to)] : []],
    [t("plan.who"), [el("p", {}, step.help_says, " ", step.help_why.join(" "))]],
    [t("plan.letters"), letters.length ? [el("ul.letter-links", {}, letters.map(([id, hop]) => el("li", {},
      letterButton(ctx, id, hop, step.id.split("@")[1]))))] : []],
  ];
  const shown = rows.filter(([, inner]) => inner.length).map(([label, inner]) => el("div", {}, el("dt", {}, label), el("dd", {}, inner)));
  return el(`li.step.${step.help}${step.is_over ? ".over" : ""}`, { id: anchor(step) },
    el("p.kicker", {}, t("plan.step", { n: number }), " · ", step.stage_title), el("h3", { tabindex: "-1" }, step.title),
    step.is_over && el("p.warn", {}, t("plan.over")), step.only_if && el("p.note", {}, step.only_if),
    step.first.map((one) => el("p.note", {}, t("plan.first", one), one.basis.length > 0 && ` (${one.basis.join("; ")})`)),
    el("p", {}, step.summary), el("dl.pairs", {}, shown), moreOf(ctx, step), step.is_checked ? null : el("p.unchecked", {}, data.law.wording.unreviewed));
}

function moreOf({ t }, step) {
  const titles = (some) => listOf([...new Set(some.map((one) => one.title))]);
  const parts = [
    [t("plan.refused"), titles(step.if_refused)], [t("plan.silent"), titles(step.if_silent)], [t("plan.then"), titles(step.then)],
    [t("plan.alongside"), titles(step.alongside)], [t("plan.ends"), el("p", {}, step.ends)], [t("plan.notes"), listOf(step.notes)],
      [t("plan.open"), listOf(step.open)],
  ];
  const shown = parts.filter(([, inner]) => inner).map(([label, inner]) => [el("h4", {}, label), inner]);
  const hidden = el("span.hidden", {}, `: ${step.title}`);
  return el("details", {}, el("summary", {}, t("plan.more"), hidden), shown, el("p", {},
    el("a", { href: `step/${step.remedy}.html`, target: "_blank", rel: "noopener" }, t("plan.law"))));
}

function clockOf(ctx, clock) {
  const { data, t } = ctx;
  const reasons = (clock.deadline?.readings ?? []).map((way) => el("li", {}, `${inFull(way.due, data.law)}: `,
    way.reasons.map((one) => said(one, data.law)).join(" ")));
  return el(`div.clock.${clock.state}`, {}, el("p", {}, el("strong", {}, `${clock.title[0].toUpperCase()}${clock.title.slice(1)}: `), clock.says),
    reasons.length > 0 && el("details", {}, el("summary", {}, t("plan.how"), el("span.hidden", {}, `: ${clock.title}`)), el("ul", {}, reasons)));
}

/** Letters of a step, each with whom it goes to where that is another body: those that fit, reminders where they are late, and those to others. */
function lettersFor(ctx, made, step) {
  const { letters } = ctx.data.letters;
  const thread = step.id.split("@")[1];
  const isLate = step.clocks.some((clock) => clock.whose === "theirs" && ["late", "between"].includes(clock.state));
  const ours = step.remedy === "chase" ? made.steps.filter((one) => one.id.endsWith(`@${thread}`)).map((one) => one.remedy) : isLate ? [step.remedy] : [];
  const reminders = Object.keys(letters).filter((id) => letters[id].is_reminder && ours.includes(letters[id].remedy));
  const own = step.letters.filter((id) => !letters[id].is_second_hop);
  const fit = own.filter((id) => fits(ctx, id));
  const found = step.stage === OTHERS ? othersFor(ctx, step) : (fit.length ? fit : own).map((id) => [id, null]);
  return [...found, ...reminders.filter((id) => fits(ctx, id)).map((id) => [id, null])];
}

/** Letters to those who are on record as getting the results, else the same letter without a name. */
function othersFor({ data, state }, step) {
  const { letters } = data.letters;
  const hops = (data.systems[state.system]?.bodies[state.body]?.hops ?? []).filter((hop) => letters[hop.letter].remedy === step.remedy);
  return hops.length ? hops.map((hop) => [hop.letter, hop]) : step.letters.filter((id) => letters[id].is_second_hop).map((id) => [id, null]);
}

function letterButton(ctx, id, hop = null, thread = null) {
  const { title } = ctx.data.letters.letters[id];
  const says = hop ? `${hop.title}: ${title}` : title;
  return button(says, () => ctx.go({ view: "letter", key: keyOf(id, hop), thread }), "button.link");
}

/** Everyone on record as getting what the system says, and why some of them cannot be written to. */
function hopsOf(ctx) {
  const { data, state, t } = ctx;
  const held = data.systems[state.system]?.bodies[state.body];
  if (!held || !(held.hops.length + held.unreached.length)) return null;
  const links = held.hops.map((hop) => el("li", {}, letterButton(ctx, hop.letter, hop)));
  const others = held.unreached.map((one) => `${one.title}: ${one.why_not}`);
  return el("section", { "aria-labelledby": "hops-title" }, el("h2", { id: "hops-title" }, t("plan.hops")),
    el("p", {}, t("plan.hops_help", { system: data.systems[state.system].title })), el("ul.letter-links", {}, links),
    others.length > 0 && el("details", {}, el("summary", {}, t("plan.unreached")), listOf(others)));
}

function notesOf({ t }, made) {
  if (!made.notes.length) return null;
  return el("section", { "aria-labelledby": "notes-title" }, el("h2", { id: "notes-title" }, t("plan.notes")), listOf(made.notes));
}

