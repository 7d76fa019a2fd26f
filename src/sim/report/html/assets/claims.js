"use strict";
// The filter of claims: by words, by source, in either order, the first dozen until a reader asks for all.
(() => {
  const list = document.getElementById("claim-rows");
  if (!list) return;
  const byId = (id) => document.getElementById(id);
  const rows = [...list.querySelectorAll(".claim")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const nFirst = Number(list.dataset.first);
  let showsAll = rows.length <= nFirst;

  function filter() {
    const words = byId("claim-words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const source = byId("claim-source").value;
    const matching = rows.filter((row) =>
      (!source || row.dataset.source === source) && words.every((word) => texts.get(row).includes(word)));
    const shown = new Set(showsAll ? matching : matching.slice(0, nFirst));
    for (const row of rows) row.hidden = !shown.has(row);
    byId("claim-all").hidden = shown.size === matching.length;
    byId("claim-all").textContent = `Show all ${matching.length}`;
    byId("claim-count").textContent = `${shown.size} of ${rows.length} claims`;
  }

  function sort() {
    const key = byId("claim-order").value;
    rows.sort((a, b) => a.dataset[key] - b.dataset[key]);
    list.append(...rows);
    filter();
  }

  // A link to a claim shows it, whatever is filtered away.
  function reveal() {
    const row = rows.find((each) => `#${each.id}` === location.hash);
    if (!row) return;
    row.hidden = false;
    row.scrollIntoView();
  }

  byId("claim-words").addEventListener("input", filter);
  byId("claim-source").addEventListener("change", filter);
  byId("claim-order").addEventListener("change", sort);
  byId("claim-all").addEventListener("click", () => {
    showsAll = true;
    filter();
  });
  byId("claim-filter").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  byId("claim-filter").hidden = false;
  filter();
  reveal();
})();
