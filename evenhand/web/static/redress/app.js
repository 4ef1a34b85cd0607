// The questions, the steps, the letters and the checker, in one document. Everything is loaded first; then the page shuts its own
// line to the network, so that nothing typed can leave it. What is told lives in memory only, and is gone with the page.

import { asked, checkPage, firstOpen, given, questionPage } from "./ask.js";
import { button, el, wordsOf } from "./dom.js";
import { unpacked } from "./known.js";
import { lettersPage, letterPage } from "./letter_page.js";
import { planPage } from "./plan_page.js";
import { readerPage } from "./reader_page.js";
import { openPage, savePage } from "./save_page.js";
import { empty } from "./save.js";

const FILES = ["words", "law", "routes", "letters", "refusals", "systems"];
const VIEWS = {
  start: startPage, question: questionPage, check: checkPage, plan: planPage, letters: lettersPage, letter: letterPage, reader: readerPage, save: savePage,
  open: openPage,
};

const root = document.querySelector("#app");
const status = document.querySelector("#status");
let views = [{ view: "start" }];
let at = 0;
let ctx;

/** Everything the page will ever need, and then nothing more from anywhere. */
async function load() {
  const read = async (name) => (await fetch(new URL(`${name}.json`, import.meta.url), { credentials: "omit" })).json();
  const [words, law, routes, letters, refusals, systems] = await Promise.all(FILES.map(read));
  document.querySelector('link[rel="icon"]')?.remove(); // some browsers ask for it late
  document.head.append(el("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; script-src 'none'; connect-src 'none'" }));
  return { words, law, routes, letters, refusals, ...systems, systems: unpacked(systems.strings, systems.systems) };
}

/** Today by the person's own clock. */
function todayHere() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Shows a view in place of the one that stands there. */
function show(view) {
  if (view) views[at] = view;
  const { title, nodes } = VIEWS[views[at].view](ctx, views[at]);
  root.replaceChildren(...nodes.flat(Infinity).filter(Boolean));
  document.title = `${title} · ${ctx.t("page.title")}`;
  status.textContent = "";
  const top = root.querySelector(".summary") ?? root.querySelector("h1");
  top?.focus({ preventScroll: true });
  window.scrollTo({ top: 0, behavior: "instant" });
}

/** Goes on to a view; the browser's Back button comes back from it. What the browser keeps is a number, and nothing told. */
function go(view) {
  views = [...views.slice(0, at + 1), view];
  at += 1;
  window.history.pushState({ at }, "");
  show();
}

function startOver(state) {
  ctx.state = state;
  go({ view: "start" });
}

/** Where everything begins. */
function startPage({ data, state, t }) {
  const begun = Object.keys(state.answers).length > 0;
  const next = firstOpen(ctx);
  const onward = () => go(next ? { view: "question", name: next, isResumed: true } : { view: "check" });
  const begin = () => go({ view: "question", name: asked(ctx)[0] });
  const way = (says, help, view) => el("li", {}, button(says, () => go({ view }), "button.link"), help && el("p.help", {}, help));
  return {
    title: t("start.title"), nodes: [
      el("h1", { tabindex: "-1" }, t("start.title")), el("p.lead", {}, t("start.lead")),
      state.system && el("p.note", {}, t("start.system", { system: data.systems[state.system].title })),
      el("ul.facts-list", {}, t("start.facts").map((fact) => el("li", {}, fact))),
      el("p.note", {}, t("page.privacy")), el("p.warn", {}, t("start.shared")),
      el("p.go", {}, begun && button(t("start.resume"), onward, "button"), button(t("start.begin"), begin, begun ? "button.second" : "button")),
      el("ul.ways-list", {}, way(t("start.reader"), t("start.reader_help"), "reader"), way(t("start.letters"), t("start.letters_help"), "letters"),
        way(t("start.open"), null, "open"), begun && way(t("page.saved_file"), null, "save")),
    ],
  };
}

/** The system named in the address by a link from its own page; the address is then cleared. */
function systemFromAddress(data) {
  const found = /^#system=([a-z0-9-]{1,120})$/.exec(window.location.hash);
  if (window.location.hash) window.history.replaceState({ at: 0 }, "", window.location.pathname);
  return found && Object.hasOwn(data.systems, found[1]) ? found[1] : null;
}

async function begin() {
  const data = await load();
  const t = wordsOf(data.words);
  ctx = {
    data, t, today: todayHere(), state: { ...empty(), system: systemFromAddress(data) }, go, show, startOver,
    given: () => given(ctx),
    say: (text) => { status.textContent = text; },
    backLink: () => button(t("page.back"), () => window.history.back(), "button.back"),
    footer: () => el("p.keep", {}, button(t("page.saved_file"), () => go({ view: "save" }), "button.link"), " ",
      button(t("page.home"), () => go({ view: "start" }), "button.link")),
  };
  window.history.replaceState({ at: 0 }, "");
  window.addEventListener("popstate", (event) => {
    at = Math.min(Math.max(event.state?.at ?? 0, 0), views.length - 1);
    show();
  });
  document.documentElement.classList.add("started");
  show();
}

begin().catch((wrong) => {
  const says = root.dataset.broken;
  root.prepend(el("p.warn", { role: "alert" }, says));
  throw wrong;
});
