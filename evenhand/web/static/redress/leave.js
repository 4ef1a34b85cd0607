// Exit this page: a button, and the Shift key three times. The page is emptied first, and its place in the list of the Back
// button is taken by the page gone to. It cannot erase what the browser remembers, and the words beside the button say so.
// A plain script, not a module, so that it works from a disk as well; without it the button is a plain link.
(function () {
  "use strict";
  const WITHIN_MS = 5_000;
  const link = document.querySelector("a.exit");
  const said = document.querySelector(".exit-said");
  let pressed = [];

  function leave() {
    const address = link.href;
    document.title = "…";
    document.body.replaceChildren();
    window.location.replace(address);
  }

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") pressed = [];
    else if (!event.repeat) {
      pressed = [...pressed.filter((when) => event.timeStamp - when < WITHIN_MS), event.timeStamp];
      if (pressed.length === 3) leave();
      else said.textContent = said.dataset[pressed.length === 1 ? "once" : "twice"];
    }
  });
  // A page kept alive behind the Back button would still show what was typed.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
