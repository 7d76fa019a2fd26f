"use strict";
// The explorer: levers in the address, one request for odds under way, the newest positions next.
(() => {
  const { element, setText } = globalThis.odds;
  const { ask, readLines, takeToken, explain } = globalThis.server;
  const byId = (id) => document.getElementById(id);
  const PAIRS = 2000;
  const SVG = "http://www.w3.org/2000/svg";
  const STATES = ["first", "contested", "second"];
  let parts = null; // what the server says of the page
  let table = null;
  let positions = {}; // of the levers that are moved
  let settings = {}; // law, calibrated, readings
  let wanted = false; // whether something has moved since the last request
  let running = false;
  let shown = null; // what ends the request under way, once it has shown a line
  let isOutdated = false; // whether the sections below are of other settings
  let marks = []; // of the map: {place, group}
  const inputs = new Map(); // lever: function that shows its position

  // --- The address: #law=…&reading.NAME=…&LEVER=…

  function readAddress() {
    const values = new URLSearchParams(location.hash.slice(1));
    const found = { settings: {}, levers: {} };
    for (const [name, value] of values) {
      if (name === "law") found.settings.law = value;
      else if (name === "calibrated") found.settings.calibrated = value === "true";
      else if (name.startsWith("reading.")) (found.settings.readings ??= {})[name.slice(8)] = value;
      else found.levers[name] = value;
    }
    return found;
  }

  function writeAddress() {
    const values = new URLSearchParams();
    if (settings.law !== parts.settings.law) values.set("law", settings.law);
    if (settings.calibrated !== parts.settings.calibrated) values.set("calibrated", String(settings.calibrated));
    for (const [name, option] of Object.entries(settings.readings)) {
      if (option !== parts.choices.readings[name].default) values.set(`reading.${name}`, option);
    }
    for (const [id, value] of Object.entries(positions)) values.set(id, String(value));
    const text = values.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname);
  }

  function parsePosition(lever, text) {
    if (lever.kind === "switch") return text === "true";
    if (lever.kind === "choice") return text in lever.options ? text : lever.default;
    const value = Number(text);
    return value >= lever.low && value <= lever.high ? value : lever.default;
  }

  // --- Requests

  async function fetchOdds() {
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      const stop = new AbortController();
      try {
        const response = await ask("/odds", { settings, levers: positions, pairs: PAIRS }, stop.signal);
        for await (const line of readLines(response)) {
          if (line.error) showFault(line.error);
          else if (line.is_last) setText(byId("stage"), "");
          else showOdds(line);
          if (wanted) break;
          shown = stop;
        }
      } catch (error) {
        if (!stop.signal.aborted) showFault(explain(error));
      }
      shown = null;
      stop.abort();
      if (!wanted && isOutdated) await refreshSections();
    }
    running = false;
  }

  function changeSettings() {
    isOutdated = true;
    setText(byId("sections-note"), "The sections below are still of the settings before; they follow in a moment.");
    move();
  }

  // The sections below, of the battle as it is written by other settings; the whole page, if there are other levers now.
  async function refreshSections() {
    isOutdated = false;
    let fresh;
    try {
      fresh = await (await ask("/parts", { settings })).json();
    } catch (error) {
      showFault(explain(error));
      return;
    }
    if (JSON.stringify([fresh.levers, fresh.labels]) !== JSON.stringify([parts.levers, parts.labels])) {
      location.reload();
      return;
    }
    globalThis.playback?.stop();
    const page = new DOMParser().parseFromString(fresh.html, "text/html");
    const made = [...page.querySelectorAll("section.as-written")];
    const old = [...document.querySelectorAll("section.as-written")];
    old[0].before(...made.map((section) => document.adoptNode(section)));
    for (const section of old) section.remove();
    fillNavigation();
    beginSections();
    setText(byId("sections-note"), "");
    setText(byId("announcement"), "The sections below are of the settings that are chosen now.");
    document.documentElement.dataset.refreshed = String(Number(document.documentElement.dataset.refreshed || 0) + 1);
  }

  function move() {
    writeAddress();
    wanted = true;
    shown?.abort(); // its next line would come after hundreds of battles that nobody waits for
    delete document.documentElement.dataset.pairs;
    byId("reset").disabled = !Object.keys(positions).length;
    showWhatCanMove();
    fetchOdds();
  }

  // How the battle begins can't change from a later moment on; a lever that has moved can still be put back.
  function showWhatCanMove() {
    const isLater = "since" in positions;
    for (const lever of parts.levers) {
      if (lever.is_initial) byId(`lever-${lever.id}`).disabled = isLater && !(lever.id in positions);
    }
    for (const note of byId("levers").querySelectorAll(".rest-note")) note.hidden = !isLater;
  }

  // --- What is shown

  function showFault(text) {
    byId("fault").hidden = !text;
    setText(byId("fault"), text);
  }

  const HOW_TO_READ = "Below: battles in 100, or losses; in small print, what chance alone may do.";

  function showOdds(line) {
    showFault("");
    table.show(line.rows, line.is_preliminary);
    const moved = Object.keys(positions).length > 0;
    setText(byId("sentence"), line.sentences[0] || "Move a lever: the battle is fought again while you do, with the same luck.");
    if (byId("caveat")) byId("caveat").hidden = settings.calibrated;
    setText(byId("second-sentence"), line.sentences[1] || (moved ? "" : HOW_TO_READ));
    setText(byId("count"), `${line.pairs.toLocaleString("en")} pairs of battles`);
    setText(byId("stage"), line.is_preliminary ? "a first look, more are being fought" : line.pairs < PAIRS ? "and more are being fought" : "");
    byId("explore").classList.toggle("preliminary", line.is_preliminary);
    showControl(line);
    showClaims(line, moved);
    if (line.pairs === 200 || line.pairs === PAIRS) setText(byId("announcement"), `${line.sentences[0] || ""} ${line.pairs} pairs.`);
    document.documentElement.dataset.pairs = String(line.pairs);
  }

  function wedge(start, end, radius = 2) {
    const rim = (turn) => [radius * Math.sin(2 * Math.PI * turn), -radius * Math.cos(2 * Math.PI * turn)];
    if (end - start >= 1 - 1e-9) return `M${-radius} 0A${radius} ${radius} 0 1 0 ${radius} 0A${radius} ${radius} 0 1 0 ${-radius} 0Z`;
    const [x0, y0] = rim(start);
    const [x1, y1] = rim(end);
    return `M0 0L${x0} ${y0}A${radius} ${radius} 0 ${end - start > 0.5 ? 1 : 0} 1 ${x1} ${y1}Z`;
  }

  function showControl(line) {
    const numbers = new Map(parts.labels.places.map((place, n) => [place.id, n]));
    for (const mark of marks) {
      const counts = line.control.changed[numbers.get(mark.place)];
      const key = counts.join();
      if (mark.key === key) continue;
      mark.key = key;
      let start = 0;
      const paths = [];
      counts.forEach((count, state) => {
        const share = count / line.pairs;
        if (share > 0) {
          const path = document.createElementNS(SVG, "path");
          path.setAttribute("class", STATES[state]);
          path.setAttribute("d", wedge(start, start + share));
          paths.push(path);
        }
        start += share;
      });
      mark.wedges.replaceChildren(...paths);
      const percent = counts.map((count) => Math.round((100 * count) / line.pairs));
      const sides = parts.labels.sides;
      const name = parts.labels.places[numbers.get(mark.place)].name;
      setText(mark.title, `${name}: ${sides[0]} ${percent[0]} %, contested ${percent[1]} %, ${sides[1]} ${percent[2]} %`);
    }
    parts.labels.places.forEach((place, n) => {
      const cells = controlCells[n];
      const [base, changed] = [line.control.base[n], line.control.changed[n]];
      const text = (counts) => counts.map((count) => Math.round((100 * count) / line.pairs)).join(" / ");
      setText(cells[0], text(changed));
      setText(cells[1], text(base));
      cells[0].parentElement.hidden = base.some((count) => count === line.pairs) && changed.some((count) => count === line.pairs);
    });
  }

  let controlCells = [];
  function makeControlTable() {
    const order = `${parts.labels.sides[0]} / contested / ${parts.labels.sides[1]}`;
    const body = element("tbody");
    controlCells = parts.labels.places.map((place) => {
      const cells = [element("td", { class: "number" }), element("td", { class: "number" })];
      body.append(element("tr", {}, element("th", { scope: "row" }, place.name), ...cells));
      return cells;
    });
    const heads = ["place", "with the change", "as it is written"].map((head) => element("th", { scope: "col" }, head));
    byId("control-now").replaceChildren(
      element("table", {}, element("caption", {}, `Battles in 100 at the end: ${order}. Places that never change hands are left out.`),
        element("thead", {}, element("tr", {}, ...heads)), body));
  }

  function showClaims(line, moved) {
    const lists = [];
    const add = (claims, heading) => {
      if (!claims.length) return;
      const items = claims.map((claim) => element("li", {}, `${claim.statement} `,
        element("small", {}, `holds in ${Math.round(100 * claim.changed)} of 100 battles, before in ${Math.round(100 * claim.base)}`)));
      lists.push(element("p", { class: "claims-heading" }, heading), element("ul", { class: "claims-now" }, ...items));
    };
    add(line.claims.filter((claim) => claim.high < 0), "These claims now fit worse:");
    add(line.claims.filter((claim) => claim.low > 0), "These fit better:");
    const none = moved ? `No claim fits better or worse, as far as ${line.pairs.toLocaleString("en")} pairs can tell.` : "Nothing has moved yet.";
    byId("claims-now").replaceChildren(...(lists.length ? lists : [element("p", {}, none)]));
  }

  // --- Levers

  function formatPosition(lever, value) {
    if (String(value) in lever.options) return lever.options[String(value)];
    if (lever.unit === "percent") return `${value} %`;
    if (value === 0) return "as written";
    const [days, hours] = [Math.floor(Math.abs(value) / 24), Math.abs(value) % 24];
    const words = [days && `${days} day${days === 1 ? "" : "s"}`, hours && `${hours} h`];
    return `${words.filter(Boolean).join(" ")} ${value > 0 ? "later" : "earlier"}`;
  }

  function setPosition(lever, value) {
    if (value === lever.default) delete positions[lever.id];
    else positions[lever.id] = value;
  }

  function makeRange(lever) {
    const input = element("input", { type: "range", id: `lever-${lever.id}`, min: lever.low, max: lever.high, step: lever.step });
    const output = element("output", { for: input.id });
    const show = (value) => {
      input.value = String(value);
      const text = formatPosition(lever, value);
      setText(output, text);
      input.setAttribute("aria-valuetext", text);
      input.closest(".lever")?.classList.toggle("moved", value !== lever.default);
    };
    input.addEventListener("input", () => {
      const value = Number(input.value);
      show(value);
      setPosition(lever, value);
      move();
    });
    inputs.set(lever.id, show);
    const note = lever.note ? [element("small", {}, lever.note)] : [];
    return element("div", { class: "lever range" }, element("label", { for: input.id }, lever.label), output, input, ...note);
  }

  function makeSwitch(lever) {
    const input = element("input", { type: "checkbox", id: `lever-${lever.id}` });
    const show = (value) => {
      input.checked = value;
      input.closest(".lever")?.classList.toggle("moved", value !== lever.default);
    };
    input.addEventListener("change", () => {
      show(input.checked);
      setPosition(lever, input.checked);
      move();
    });
    inputs.set(lever.id, show);
    const label = element("label", { for: input.id }, lever.label);
    if (lever.note) label.append(element("small", {}, ` ${lever.note}`));
    return element("div", { class: "lever switch" }, input, label);
  }

  function makeSelect(id, label, options, onChange) {
    const select = element("select", { id });
    for (const [value, text] of Object.entries(options)) select.append(element("option", { value }, text));
    select.addEventListener("change", () => onChange(select.value));
    return [select, element("div", { class: "lever choice" }, element("label", { for: id }, label), select)];
  }

  function makeChoice(lever) {
    const [select, made] = makeSelect(`lever-${lever.id}`, lever.label, lever.options, (value) => {
      made.classList.toggle("moved", value !== lever.default);
      setPosition(lever, value);
      move();
    });
    inputs.set(lever.id, (value) => {
      select.value = value;
      made.classList.toggle("moved", value !== lever.default);
    });
    return made;
  }

  function makeGroup(title, isOpen, note) {
    const group = element("details", { class: "lever-group" }, element("summary", {}, title));
    if (note) group.append(element("p", { class: "group-note" }, note));
    group.open = isOpen;
    return group;
  }

  // Why levers of a group rest while the changes set in later: one note, of which each of them is described.
  function explainRest(group, lever) {
    const id = `rest-${group.querySelector("summary").textContent.replaceAll(/\W+/g, "-")}`;
    if (!group.querySelector(".rest-note")) {
      const text = "These rest: how a battle begins can't change in its midst. Put “From”, in the last group of levers, back to the beginning to move them.";
      group.querySelector("summary").after(element("p", { class: "group-note rest-note", id, hidden: "" }, text));
    }
    group.querySelector(`[id="lever-${lever.id}"]`).setAttribute("aria-describedby", id);
  }

  const OPEN_GROUPS = 3;
  function makeLevers() {
    const groups = new Map();
    for (const lever of parts.levers) {
      if (!groups.has(lever.group)) groups.set(lever.group, makeGroup(lever.group, groups.size < OPEN_GROUPS));
      const make = { range: makeRange, switch: makeSwitch, choice: makeChoice }[lever.kind];
      groups.get(lever.group).append(make(lever));
      if (lever.is_initial) explainRest(groups.get(lever.group), lever);
      inputs.get(lever.id)(lever.id in positions ? positions[lever.id] : lever.default);
      if (lever.id in positions) groups.get(lever.group).open = true;
    }
    byId("levers").append(...groups.values(), makeSettings());
  }

  function makeSettings() {
    const group = makeGroup("How it is fought and read", false, "These hold for both: the battle with the change, and as it is written.");
    const [law, lawRow] = makeSelect("setting-law", "Law of attrition", parts.choices.laws, (value) => {
      settings.law = value;
      changeSettings();
    });
    law.value = settings.law;
    group.append(lawRow);
    if (parts.choices.calibration) {
      const options = { true: `calibrated: ${parts.choices.calibration}`, false: "as assumed before any claim was seen" };
      const [source, row] = makeSelect("setting-calibrated", "Unknowns", options, (value) => {
        settings.calibrated = value === "true";
        changeSettings();
      });
      source.value = String(settings.calibrated);
      group.append(row);
    }
    for (const [name, reading] of Object.entries(parts.choices.readings)) {
      const [select, row] = makeSelect(`reading-${name}`, reading.question, reading.options, (value) => {
        settings.readings[name] = value;
        changeSettings();
      });
      select.value = settings.readings[name] || reading.default;
      group.append(row);
    }
    return group;
  }

  function reset() {
    positions = {};
    for (const lever of parts.levers) inputs.get(lever.id)(lever.default);
    move();
  }

  // The page as it was when a question was saved: settings too, so that it is loaded again.
  function restore(state) {
    settings = { ...settings, ...state.settings };
    positions = { ...state.levers };
    writeAddress();
    scrollTo(0, 0);
    location.reload();
  }

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      setText(byId("copy"), "Copied");
    } catch {
      setText(byId("copy"), "It is in the address bar");
    }
    setTimeout(() => setText(byId("copy"), "Copy the link"), 2000);
  }

  // --- Setting up

  function collectMarks() {
    for (const sheet of document.querySelectorAll("#map-now [data-places]")) {
      const places = sheet.dataset.places.split(" ");
      sheet.querySelectorAll(".marks > g").forEach((group, n) => {
        marks.push({ place: places[n], title: group.querySelector("title"), wedges: group.querySelector("g[clip-path]"), key: "" });
      });
    }
  }

  function fillNavigation() {
    byId("sections").querySelectorAll("[data-section]").forEach((item) => item.remove());
    for (const section of document.querySelectorAll("main > section[id]")) {
      const title = section.querySelector("h1, h2").textContent.replace(", as it is written", "");
      const link = element("a", { href: `#${section.id}` }, section.id === "explore" ? "Explore" : title);
      link.addEventListener("click", (event) => { // the address keeps the levers
        event.preventDefault();
        section.scrollIntoView();
        section.setAttribute("tabindex", "-1");
        section.focus({ preventScroll: true });
      });
      byId("sections").append(element("li", { "data-section": section.id }, link));
    }
  }

  function loadScript(name) {
    const script = element("script", { src: `/assets/${name}` });
    document.body.append(script);
  }

  function beginSections() {
    if (byId("playback-data")) loadScript("playback.js");
    if (byId("claim-rows")) loadScript("claims.js");
  }

  async function begin() {
    takeToken();
    const address = readAddress();
    try {
      const response = await ask("/parts", Object.keys(address.settings).length ? { settings: address.settings } : {});
      parts = await response.json();
    } catch (error) {
      setText(byId("waiting"), explain(error));
      return;
    }
    document.title = parts.title;
    byId("content").innerHTML = parts.html;
    settings = { ...parts.settings, ...address.settings, readings: { ...parts.settings.readings, ...address.settings.readings } };
    for (const lever of parts.levers) {
      if (lever.id in address.levers) setPosition(lever, parsePosition(lever, address.levers[lever.id]));
    }
    const captions = { changed: "with the change", base: "as it is written", caption: "Battles in 100, or people on average; below each its 95% interval" };
    table = globalThis.odds.create(byId("odds"), parts.labels.rows, captions);
    collectMarks();
    makeControlTable();
    makeLevers();
    fillNavigation();
    byId("levers").addEventListener("submit", (event) => event.preventDefault());
    byId("reset").addEventListener("click", reset);
    byId("copy").addEventListener("click", copyLink);
    globalThis.questions.create(byId("question-board"), { ask, state: () => ({ settings, levers: positions }), restore });
    beginSections();
    move();
  }

  begin();
})();
