// Search in the browser, by the index that Pagefind made when the site was written. Nothing typed here is sent anywhere.
// A plain script, not a module: browsers run no module from the disk, and there it must be able to say why it cannot search.
(function () {
  "use strict";
  const PAGE = 20;
  const form = document.getElementById("search");
  const box = document.getElementById("q");
  const status = document.getElementById("status");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const kinds = document.getElementById("kinds");
  const root = new URL("../", document.baseURI);
  let pagefind, found = [], shown = 0, turn = 0;

  function say(text) { status.textContent = text; }

  async function open() {
    if (pagefind) return true;
    if (location.protocol === "file:") {
      say("Search needs a web server: browsers let no page read an index from the disk. In the site's folder, run  python -m http.server  and open the address it shows. Names from A to Z can be read as they are.");
      return false;
    }
    try {
      pagefind = await import(new URL("pagefind/pagefind.js", root).href);
      const options = { baseUrl: root.pathname, excerptLength: 28, ranking: { pageLength: 0.1, termFrequency: 0.7 } };
      await pagefind.options(options);
      await pagefind.init();
      for (let number = 2; number <= Number(form.dataset.parts); number += 1) {
        await pagefind.mergeIndex(new URL(`pagefind/part-${number}/`, root).href, options);
      }
      offer((await pagefind.filters()).kind || {});
      return true;
    } catch (wrong) {
      pagefind = undefined;
      say("The search index could not be opened here. Names from A to Z can be read without it.");
      return false;
    }
  }

  function offer(counts) {
    if (kinds.dataset.offered) return;
    kinds.dataset.offered = "yes";
    for (const name of Object.keys(counts).sort()) {
      const label = document.createElement("label"), tick = document.createElement("input");
      tick.type = "checkbox"; tick.value = name; tick.name = "kind";
      tick.addEventListener("change", look);
      label.append(tick, " " + name);
      kinds.append(label);
    }
    kinds.hidden = Object.keys(counts).length === 0;
  }

  // What Pagefind hands back is text with <mark> around matches: only that mark is let through, the rest is text.
  function marked(into, excerpt) {
    const held = new DOMParser().parseFromString(excerpt, "text/html").body;
    for (const node of held.childNodes) {
      if (node.nodeName === "MARK") {
        const mark = document.createElement("mark");
        mark.textContent = node.textContent;
        into.append(mark);
      } else into.append(node.textContent);
    }
  }

  async function showMore() {
    const own = turn, part = await Promise.all(found.slice(shown, shown + PAGE).map((one) => one.data()));
    if (own !== turn) return;
    let first;
    for (const one of part) {
      const item = document.createElement("li"), title = document.createElement("h2"), link = document.createElement("a");
      title.className = "row-title";
      link.href = one.url;
      link.textContent = one.meta.title || one.url;
      title.append(link);
      const kind = document.createElement("p"), text = document.createElement("p");
      kind.className = "facts";
      kind.textContent = (one.filters.kind || []).join(", ");
      marked(text, one.excerpt);
      item.append(title, kind, text);
      list.append(item);
      first = first || link;
    }
    if (shown > 0 && first) first.focus();
    shown += part.length;
    more.hidden = shown >= found.length;
  }

  async function look() {
    const own = ++turn, words = box.value.trim();
    const chosen = Array.from(kinds.querySelectorAll("input:checked"), (one) => one.value);
    list.replaceChildren(); more.hidden = true; found = []; shown = 0;
    if (!words) { say(""); return; }
    if (!(await open())) return;
    say("Looking …");
    const answer = await pagefind.search(words, chosen.length ? { filters: { kind: { any: chosen } } } : {});
    if (own !== turn || !answer) return;
    found = answer.results;
    await showMore();
    if (own === turn) say(found.length === 0 ? `Nothing found for “${words}”.` : `${found.length} ${found.length === 1 ? "page" : "pages"} found for “${words}”.`);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (location.protocol !== "file:") history.replaceState(null, "", "?" + new URLSearchParams({ q: box.value }));
    look();
  });
  more.addEventListener("click", showMore);
  box.value = new URLSearchParams(location.search).get("q") || "";
  if (box.value) look(); else if (location.protocol === "file:") open();
})();
