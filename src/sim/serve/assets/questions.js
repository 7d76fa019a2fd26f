"use strict";
// Questions and outputs: save what the levers show, ask it at length, open what is stored.
globalThis.questions = (() => {
  const { element, setText } = globalThis.odds;
  const EVERY = 1500; // ms between looks at a question under way
  const WATCH = 120_000; // ms for which a comparison is waited for
  let page = null; // {ask, state, restore}
  let board = null;
  let timer = 0;
  let listed = ""; // the outputs that are shown, as text
  let watchUntil = 0; // ms: a comparison may be stored until then
  let chosen = []; // folders of outputs to be compared, two at most
  const COMPARABLE = new Set(["run", "whatif", "sweep"]); // what sim diff takes

  async function call(path, body) {
    try {
      await page.ask(path, body);
      setText(board.fault, "");
    } catch (error) {
      setText(board.fault, error.message);
    }
    await look();
  }

  async function look() {
    clearTimeout(timer);
    let all;
    try {
      all = await (await page.ask("/questions", {})).json();
    } catch {
      timer = setTimeout(look, 4 * EVERY);
      return;
    }
    showQuestions(all);
    showRun(all.run);
    const text = JSON.stringify(all.outputs);
    if (text !== listed) showOutputs(all.outputs); // a list that is the same keeps what is chosen and focused in it
    listed = text;
    if ((all.run && all.run.code === null) || Date.now() < watchUntil) timer = setTimeout(look, EVERY);
  }

  function makeButton(text, label, onClick) {
    const button = element("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", onClick);
    return button;
  }

  function showQuestions({ questions, folder }) {
    const items = questions.map((each) => element("li", {}, `${each.text} `,
      each.game ? element("a", { href: `/seat#game=${encodeURIComponent(each.game)}`, "aria-label": `Look back on the game: ${each.text}` }, "Look back")
        : makeButton("Show", `Show: ${each.text}`, () => page.restore(each.state)), " ",
      makeButton("Ask at length", `Ask at length: ${each.text}`, () => call("/questions/start", { name: each.name, runs: Number(board.runs.value) }))));
    const none = element("p", {}, "None is saved yet: move a lever, give the question its words, and save it; or play a game to its end.");
    const where = element("p", { class: "group-note" }, `In ${folder}, for sim whatif --config-dir=${folder}`);
    board.saved.replaceChildren(...(items.length ? [element("ul", { class: "question-list" }, ...items), where] : [none]));
  }

  function showRun(run) {
    if (!run) return board.run.replaceChildren();
    const percent = Math.round(100 * (run.done || 0));
    if (run.code === null) {
      board.run.replaceChildren(element("label", {}, `Asking: ${run.question} (${run.runs.toLocaleString("en")} pairs) `,
        element("progress", { max: 100, value: percent }, `${percent} %`)),
        makeButton("Stop", "Stop asking", () => call("/questions/stop", {})));
    } else {
      const ended = run.code === 0 ? "Done" : `Ended early: ${run.message}`;
      board.run.replaceChildren(element("p", {}, `${ended}: ${run.question}`));
    }
  }

  // --- Outputs: each opens its page, and two of one command and battle stand side by side.

  function canStandBeside(each, other) {
    return COMPARABLE.has(each.command) && (!other || (each.command === other.command && each.scenario === other.scenario));
  }

  function makeCheckbox(each, outputs) {
    const box = element("input", { type: "checkbox", name: "folder", value: each.folder, form: "compare",
      "aria-label": `Compare ${each.folder}` });
    box.checked = chosen.includes(each.folder);
    const first = outputs.find((other) => other.folder === chosen[0]);
    box.disabled = !canStandBeside(each, first) || (chosen.length === 2 && !box.checked);
    box.addEventListener("change", () => {
      chosen = box.checked ? [...chosen, each.folder] : chosen.filter((folder) => folder !== each.folder);
      showOutputs(outputs);
      board.outputs.querySelector(`input[value="${each.folder}"]`)?.focus();
    });
    return box;
  }

  function makeOutputRow(each, outputs) {
    const form = element("form", { method: "post", target: "_blank", action: `/outputs/${each.folder}/report.html` },
      element("input", { type: "hidden", name: "token", value: globalThis.server.readToken() }));
    if (each.has_page) form.append(element("button", { "aria-label": `Open the page of ${each.folder}` }, "Open"));
    return element("tr", {}, element("th", { scope: "row" }, each.question), element("td", {}, `sim ${each.command}`),
      element("td", {}, each.scenario), element("td", { class: "number" }, each.runs ? each.runs.toLocaleString("en") : ""),
      element("td", {}, each.written.slice(0, 16).replace("T", " ")), element("td", {}, form),
      element("td", {}, ...(COMPARABLE.has(each.command) ? [makeCheckbox(each, outputs)] : [])));
  }

  function showOutputs(outputs) {
    chosen = chosen.filter((folder) => outputs.some((each) => each.folder === folder));
    const heads = ["question", "by", "battle", "battles", "written", "page", "compare"].map((head) => element("th", { scope: "col" }, head));
    const table = element("table", {}, element("caption", {}, "Outputs that are stored, the newest first"),
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...outputs.map((each) => makeOutputRow(each, outputs))));
    board.outputs.replaceChildren(outputs.length ? table : element("p", {}, "No output is stored yet."));
    board.compare.hidden = !outputs.some((each) => COMPARABLE.has(each.command));
    board.compareButton.disabled = chosen.length !== 2;
  }

  function create(container, given) {
    page = given;
    const text = element("input", { type: "text", maxlength: 300, size: 44, required: "", placeholder: "What if …?" });
    const runs = element("input", { type: "number", min: 100, max: 100000, step: 100, value: 2000 });
    const form = element("form", { class: "question-form" }, element("label", {}, "The question in words", text),
      element("button", {}, "Save the question"), element("label", {}, "Pairs, when asked at length", runs));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      call("/questions/save", { ...page.state(), text: text.value });
    });
    board = { runs, fault: element("p", { role: "alert" }), saved: element("div"), run: element("div", { class: "long-run", role: "status" }),
      outputs: element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Outputs that are stored" }) };
    board.compareButton = element("button", {}, "Compare the two side by side");
    board.compare = element("form", { id: "compare", class: "compare", method: "post", target: "_blank", action: "/outputs/compare.html" },
      element("input", { type: "hidden", name: "token", value: globalThis.server.readToken() }), board.compareButton,
      element("small", {}, " Choose two of one command and one battle in the list; what differs, and what came of it, is shown in a tab of its own."));
    board.compare.addEventListener("submit", () => {
      watchUntil = Date.now() + WATCH;
      timer = setTimeout(look, EVERY);
    });
    container.replaceChildren(form, board.fault, board.saved, board.run, board.outputs, board.compare);
    look();
  }

  return { create };
})();
