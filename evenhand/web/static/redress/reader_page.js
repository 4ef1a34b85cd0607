// The refusal checker: paste their letter, see what it lacks, and change the draft of an answer.

import { bodyOptions, systemOptions } from "./ask.js";
import { button, dayFields, dayTyped, el, field, handOver, listOf, summary } from "./dom.js";
import { docx } from "./docx.js";
import { BadSetting, checkRefusal, groundsIn, replyTo } from "./reading.js";

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** Their letter goes in; what it lacks comes out below. */
export function readerPage(ctx, { error = null, found = null }) {
  const { data, state, t } = ctx;
  const held = state.reader;
  const kinds = Object.entries(data.kinds).map(([key, says]) => {
    const input = el("input", { type: "radio", name: "kind", id: `kind-${key}`, value: key, checked: held.kind === key });
    return el("div.choice", {}, input, el("label", { for: `kind-${key}` }, says));
  });
  const text = el("textarea", { rows: 12, maxlength: 200_000, dir: "auto", autocomplete: "off", spellcheck: "false" });
  text.value = held.text ?? "";
  const days = Object.fromEntries(["asked", "received"].map((key) => [key, dayFields(`day-${key}`, t, held[key] ?? "")]));
  const system = el("select", {}, systemOptions(ctx));
  system.value = state.system ?? "";
  const body = el("select", {}, bodyOptions(ctx));
  body.value = state.body ?? "";
  const send = (event) => {
    event.preventDefault();
    Object.assign(held, { text: text.value, draft: "" });
    const kind = document.querySelector('input[name="kind"]:checked')?.value;
    if (kind) held.kind = kind;
    for (const [key, boxes] of Object.entries(days)) held[key] = dayTyped(boxes) || "";
    [state.system, state.body] = [system.value || null, body.value || null];
    if (!kind) return ctx.show({ view: "reader", error: { says: t("question.choose"), at: `kind-${Object.keys(data.kinds)[0]}` } });
    if (Object.values(days).some((boxes) => dayTyped(boxes) === null)) return ctx.show({ view: "reader",
      error: { says: t("question.no_day"), at: "day-asked-day" } });
    return read(ctx);
  };
  const day = (key) => el("fieldset.field", {}, el("legend", {}, t(`reader.${key}`)), days[key]);
  return {
    title: t("reader.title"), nodes: [
      ctx.backLink(), error && summary(t, error.says, error.at), el("h1", { tabindex: "-1" }, t("reader.title")), el("p.lead", {}, t("reader.lead")),
      el("form", { novalidate: true, onsubmit: send }, el("fieldset.field", {}, el("legend", {}, t("reader.kind")), el("div.choices", {}, kinds)),
        field("their-letter", t("reader.text"), text, t("reader.text_help")), day("asked"), day("received"), field("reader-system", t("reader.system"), system),
        field("reader-body", t("reader.body"), body), el("button", { type: "submit" }, t("reader.go"))),
      found && foundOf(ctx, found), ctx.footer(),
    ],
  };
}

function read(ctx) {
  try {
    const found = checkRefusal(ctx);
    ctx.state.reader.draft = replyTo(ctx, found);
    ctx.go({ view: "reader", found });
    document.getElementById("found-title").focus();
  } catch (wrong) {
    if (!(wrong instanceof BadSetting)) throw wrong;
    ctx.show({ view: "reader", error: { says: wrong.message, at: "their-letter" } });
  }
  return null;
}

function foundOf(ctx, found) {
  const { state, t } = ctx;
  const says = found.length === 0 ? t("reader.found_none") : found.length === 1 ? t("reader.found_one") : t("reader.found_n", { n: found.length });
  const grounds = groundsIn(ctx);
  const draft = el("textarea.draft-box", { rows: 18, lang: "en", dir: "ltr", maxlength: 200_000 });
  draft.value = state.reader.draft ?? "";
  draft.addEventListener("input", () => { state.reader.draft = draft.value; });
  const tools = el("p.tools", {}, button(t("letter.word"), () => handOver("letter.docx", WORD, docx(draft.value))),
    button(t("letter.text"), () => handOver("letter.txt", "text/plain;charset=utf-8", draft.value)));
  return el("section.found", { "aria-labelledby": "found-title" }, el("h2", { id: "found-title", tabindex: "-1" }, t("reader.found")),
    el("p.lead", {}, says), el("p.note", {}, t("reader.care")),
    el("ol.faults", {}, found.map((one) => fault(ctx, one))),
    grounds.length > 0 && [el("h3", {}, t("reader.grounds")), listOf(grounds.map((one) => `${one.title}. ${one.needs}`))],
    el("h2", {}, t("reader.draft")), field("draft", t("reader.draft"), draft, t("reader.draft_help")), tools,
      el("p.unchecked", {}, ctx.data.law.wording.unreviewed));
}

function fault({ data, t }, one) {
  const points = one.counter_points.map(({ says, basis }) => `${says}${basis.length ? ` (${basis.join("; ")})` : ""}`);
  return el("li", {}, el("h3", {}, one.title), el("p", {}, one.explanation), one.lacking.length > 1 && listOf(one.lacking),
    one.excerpt && el("p.soft", {}, `${t("reader.words")}: `, el("q", { dir: "auto" }, one.excerpt)),
    one.provisions.length > 0 && el("p.soft", {}, `${t("reader.rests")}: ${one.provisions.join("; ")}`),
    points.length > 0 && el("details", {}, el("summary", {}, t("reader.say"), el("span.hidden", {}, `: ${one.title}`)), listOf(points)),
    one.is_checked ? null : el("p.unchecked", {}, data.law.wording.unreviewed));
}
