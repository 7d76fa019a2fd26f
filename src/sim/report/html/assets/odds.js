"use strict";
// Odds as a table whose numbers are patched in place. It does not know where they come from: a server's stream, or a
// grid of battles fought beforehand.
globalThis.odds = (() => {
  const MINUS = "−";
  const MAX_DIGITS = 20; // of a number as text

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  // No more digits than half the width of an interval supports.
  const countDigits = (halfWidth) => (halfWidth >= 2 || halfWidth === 0 ? 0 : 1);

  // As many more as an interval that leaves out 0 needs to show that it does: 1.3 (0.2 to 2.4), not 1 (0 to 2).
  function countClearDigits(halfWidth, low, high) {
    const nearest = Math.max(low, -high);
    let digits = countDigits(halfWidth);
    while (digits < MAX_DIGITS && nearest > 0 && Number(nearest.toFixed(digits)) === 0) digits += 1;
    return digits;
  }

  function format(value, halfWidth, digits = countDigits(halfWidth)) {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", MINUS);
  }

  function formatSigned(value, halfWidth, digits) {
    const text = format(value, halfWidth, digits);
    return value > 0 && Number(text) !== 0 ? `+${text}` : text;
  }

  function interval([, low, high], scale, digits) {
    if (low === undefined) return "";
    const half = (scale * (high - low)) / 2;
    return `${format(scale * low, half, digits)} to ${format(scale * high, half, digits)}`;
  }

  function makeRow(label, columns) {
    const bar = element("span", { class: "odds-bar", "aria-hidden": "true" });
    bar.append(element("span", { class: "band" }), element("span", { class: "mark" }), element("span", { class: "before" }));
    const cells = Object.fromEntries(columns.map((name) => [name, element("td", { class: `number ${name}` })]));
    const head = element("th", { scope: "row" }, label.text);
    if (label.is_event) head.append(bar);
    else head.append(element("span", { class: "unit" }, ` (${label.unit})`));
    const row = element("tr", { class: label.is_event ? "event" : "count" }, head, ...Object.values(cells));
    for (const cell of Object.values(cells)) cell.append(element("b"), element("small"));
    return { label, row, bar, cells };
  }

  function setCell(cell, text, small) {
    setText(cell.firstChild, text);
    setText(cell.lastChild, small);
  }

  function showRow(made, values) {
    const scale = made.label.is_event ? 100 : 1;
    const half = (triple) => (triple.length > 1 ? (scale * (triple[2] - triple[1])) / 2 : 0);
    for (const name of ["changed", "base"]) {
      const value = values[name];
      if (value) setCell(made.cells[name], format(scale * value[0], half(value)), interval(value, scale));
    }
    const difference = values.difference;
    if (!difference) {
      // a single battle has nothing to differ from
    } else if (values.moved && values.moved[0] + values.moved[1] === 0) setCell(made.cells.difference, "0", "no pair differs");
    else {
      const digits = countClearDigits(half(difference), scale * difference[1], scale * difference[2]);
      setCell(made.cells.difference, formatSigned(scale * difference[0], half(difference), digits), interval(difference, scale, digits));
    }
    const clear = difference && (difference[1] > 0 || difference[2] < 0);
    made.row.classList.toggle("clear", Boolean(clear));
    if (!made.label.is_event) return;
    const [mean, low = mean, high = mean] = values.changed;
    made.bar.style.setProperty("--low", `${100 * low}%`);
    made.bar.style.setProperty("--high", `${100 * high}%`);
    made.bar.style.setProperty("--at", `${100 * values.changed[0]}%`);
    made.bar.style.setProperty("--before", values.base ? `${100 * values.base[0]}%` : "-10%");
  }

  // A table into a container; `show` patches its numbers.
  function create(container, labels, captions) {
    const columns = captions.base ? ["changed", "base", "difference"] : ["changed"];
    const heads = ["outcome", ...columns.map((name) => captions[name] || name)];
    const rows = labels.map((label) => makeRow(label, columns));
    const table = element("table", { class: "odds-table" });
    table.append(element("caption", {}, captions.caption));
    const headRow = element("tr");
    for (const head of heads) headRow.append(element("th", { scope: "col" }, head));
    const body = element("tbody");
    body.append(...rows.map((made) => made.row));
    table.append(element("thead", {}, headRow), body);
    container.replaceChildren(table);
    return {
      show(values, isPreliminary) {
        table.classList.toggle("preliminary", Boolean(isPreliminary));
        rows.forEach((made, n) => showRow(made, values[n]));
      },
    };
  }

  return { create, element, setText, format };
})();
