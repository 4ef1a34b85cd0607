// Saving a file, and opening one. Opening replaces what is on the page only once all of the file was read and checked.

import { el, field, handOver, summary } from "./dom.js";
import { canSeal, fitted, pack, Unreadable, unpack } from "./save.js";

const LARGEST = 4_000_000;

/** Saves everything told so far to a file that the person keeps. */
export function savePage(ctx, { error = null }) {
  const { state, t } = ctx;
  const first = el("input", { type: "password", autocomplete: "new-password", maxlength: 1_000 });
  const again = el("input", { type: "password", autocomplete: "new-password", maxlength: 1_000 });
  const send = async (event) => {
    event.preventDefault();
    if (canSeal() && first.value !== again.value) return ctx.show({ view: "save", error: t("save.differ") });
    const { asked, ...kept } = state;
    handOver(`${t("save.name")}.json`, "application/json", await pack(kept, canSeal() ? first.value : ""));
    return ctx.say(t("save.done"));
  };
  const boxes = canSeal()
    ? [field("passphrase", t("save.passphrase"), first, t("save.passphrase_help"), error), field("again", t("save.again"), again)]
    : el("p.note", {}, t("save.none_here"));
  return {
    title: t("save.title"), nodes: [
      ctx.backLink(), error && summary(t, error, "passphrase"), el("h1", { tabindex: "-1" }, t("save.title")), el("p.lead", {}, t("save.lead")),
        el("p.warn", {}, t("start.shared")),
      el("form", { novalidate: true, onsubmit: send }, boxes, el("p.help", {}, t("save.plain")), el("button", { type: "submit" }, t("save.go"))),
    ],
  };
}

/** Opens such a file. */
export function openPage(ctx, { error = null }) {
  const { t } = ctx;
  const file = el("input", { type: "file", accept: ".json,application/json" });
  const passphrase = el("input", { type: "password", autocomplete: "off", maxlength: 1_000 });
  const send = async (event) => {
    event.preventDefault();
    const [chosen] = file.files;
    if (!chosen) return ctx.show({ view: "open", error: { says: t("open.no_file"), at: "file" } });
    try {
      if (chosen.size > LARGEST) throw new Unreadable("large");
      const found = fitted(await unpack(await chosen.text(), passphrase.value), ctx.data);
      ctx.startOver(found.state);
      if (found.dropped) ctx.say(t("open.dropped", { n: found.dropped }));
      else ctx.say(t("open.done"));
    } catch (wrong) {
      if (!(wrong instanceof Unreadable)) throw wrong;
      keepFile(ctx, file, wrong.code);
    }
    return null;
  };
  const wrong = error && (error.at === "file" ? [error.says, null] : [null, error.says]);
  return {
    title: t("open.title"), nodes: [
      ctx.backLink(), error && summary(t, error.says, error.at), el("h1", { tabindex: "-1" }, t("open.title")), el("p.lead", {}, t("open.lead")),
      el("form", { novalidate: true, onsubmit: send }, field("file", t("open.file"), file, null, wrong?.[0]),
        field("passphrase", t("open.passphrase"), passphrase, t("open.passphrase_help"), wrong?.[1]), el("button", { type: "submit" }, t("open.go"))),
    ],
  };
}

/** Says what is wrong; the file stays chosen, so that another passphrase can be tried. */
function keepFile(ctx, file, code) {
  const at = code === "wrong" || code === "needs" ? "passphrase" : "file";
  ctx.show({ view: "open", error: { says: ctx.t(`open.${code}`), at } });
  document.getElementById("file").files = file.files;
}
