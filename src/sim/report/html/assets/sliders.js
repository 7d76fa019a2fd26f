"use strict";
// Sliders over a grid of battles fought beforehand: the same odds as the explorer's, from the page itself.
(() => {
  const source = document.getElementById("grid-data");
  if (!source) return;
  const { create, element, setText } = globalThis.odds;
  const grid = JSON.parse(source.textContent);
  const form = document.getElementById("grid-sliders");
  const count = document.getElementById("grid-count");
  const table = create(document.getElementById("grid-odds"), grid.rows, grid.captions);
  const at = grid.levers.map(() => 0);

  function show() {
    const cell = grid.cells[at.join()];
    document.getElementById("grid-odds").hidden = !cell;
    setText(count, cell ? `${cell.pairs.toLocaleString("en")} battles each` : "Nobody fought here: move a slider on.");
    if (cell) table.show(cell.rows, false);
  }

  grid.levers.forEach((lever, n) => {
    const id = `grid-lever-${n}`;
    const input = element("input", { type: "range", id, min: 0, max: lever.positions.length - 1, step: 1, value: 0 });
    const output = element("output", { for: id }, lever.positions[0]);
    input.setAttribute("aria-valuetext", lever.positions[0]);
    input.addEventListener("input", () => {
      at[n] = Number(input.value);
      setText(output, lever.positions[at[n]]);
      input.setAttribute("aria-valuetext", lever.positions[at[n]]);
      show();
    });
    form.append(element("div", { class: "lever range" }, element("label", { for: id }, lever.label), output, input));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
