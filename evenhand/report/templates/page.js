// A convenience only: browsers that cannot open <details> for print by style alone get them opened here.
addEventListener("beforeprint", function () { document.querySelectorAll("details").forEach(function (d) { if (!d.open) { d.open = true; d.dataset.wasShut = "yes"; } }); });
addEventListener("afterprint", function () { document.querySelectorAll("details[data-was-shut]").forEach(function (d) { d.open = false; delete d.dataset.wasShut; }); });
