"use strict";
// The commander's seat: the game is in the address, every move is on the server's disk before the next stop is shown.
(() => {
  const { element, setText } = globalThis.odds;
  const { ask, readLines, readToken, takeToken, explain } = globalThis.server;
  const byId = (id) => document.getElementById(id);
  let game = null; // {game, moves, is_over, side, html} as the server has it
  let busy = false;

  function readAddress() {
    return new URLSearchParams(location.hash.slice(1)).get("game");
  }

  function showFault(text) {
    byId("fault").hidden = !text;
    setText(byId("fault"), text);
  }

  // One request at a time; what goes wrong is said, and the page stays as it is.
  async function request(path, body) {
    if (busy) return null;
    busy = true;
    byId("game").setAttribute("aria-busy", "true");
    try {
      const answer = await (await ask(path, body)).json();
      showFault("");
      return answer;
    } catch (error) {
      showFault(explain(error));
      return null;
    } finally {
      busy = false;
      byId("game").removeAttribute("aria-busy");
    }
  }

  function show(html, focus) {
    byId("game").innerHTML = html;
    const found = focus && byId("game").querySelector(focus);
    if (!found) return;
    found.focus({ preventScroll: true });
    if (focus === "h1") scrollTo(0, 0);
  }

  // --- A game

  async function showGames() {
    const answer = await request("/seat/games", {});
    if (!answer) return;
    document.title = "Command a side";
    show(answer.html);
    byId("begin").addEventListener("submit", begin);
  }

  async function begin(event) {
    event.preventDefault();
    const form = new FormData(byId("begin"));
    const answer = await request("/seat/begin", {
      side: form.get("side"), other: form.get("other"), pace: form.get("pace"), replication: Number(form.get("replication")),
    });
    if (!answer) return;
    history.pushState(null, "", `#game=${encodeURIComponent(answer.game)}`);
    showGame(answer, "h1");
  }

  async function openGame(name) {
    const answer = await request("/seat/show", { game: name });
    if (answer) showGame(answer);
    else if (!game) show("");
  }

  function showGame(answer, focus) {
    const before = game;
    game = answer;
    if (game.is_over) return lookBack();
    const hands = game.are_two_players && (!before || before.side !== game.side);
    if (hands) coverStop(focus);
    else showStop(focus);
  }

  // A phone shows the first lines of a long list, so that what can be decided stands in its first view.
  const NARROW = matchMedia("(max-width: 36rem)");

  function showStop(focus) {
    show(game.html, focus);
    for (const list of byId("game").querySelectorAll("details.folded")) list.open = !NARROW.matches;
    numberChoices();
    document.title = byId("moment").textContent;
    document.documentElement.dataset.moves = String(game.moves);
  }

  // --- Number keys: 1 to 9 are the choices that are seen, 0 is to go on. Who uses single keys for something else turns them off.

  const KEYS_SETTING = "sim-number-keys";
  const areKeysOn = () => localStorage.getItem(KEYS_SETTING) !== "off";

  function numberChoices() {
    for (const label of byId("game").querySelectorAll("kbd.shortcut")) label.remove();
    for (const button of byId("game").querySelectorAll("[aria-keyshortcuts]")) button.removeAttribute("aria-keyshortcuts");
    if (!byId("number-keys")) return;
    byId("number-keys").checked = areKeysOn();
    if (!areKeysOn()) return;
    const seen = [...document.querySelectorAll(".decide .choices button")].filter((button) => button.checkVisibility());
    seen.slice(0, 9).forEach((button, n) => addKey(button, String(n + 1)));
    addKey(document.querySelector(".go .main-button"), "0");
  }

  function addKey(button, key) {
    button.setAttribute("aria-keyshortcuts", key);
    button.prepend(element("kbd", { class: "shortcut", "aria-hidden": "true" }, key));
  }

  function pressKey(event) {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (isTyping || event.ctrlKey || event.altKey || event.metaKey || event.repeat || !/^[0-9]$/.test(event.key)) return;
    const button = document.querySelector(`#game [aria-keyshortcuts="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    move(button.dataset.move);
  }

  // To another part of the stop; the address keeps the game.
  function jump(event, goal) {
    event.preventDefault();
    goal.scrollIntoView();
    goal.focus({ preventScroll: true });
  }

  // Two persons at one machine: the seat is handed over before anything of the other side is seen.
  function coverStop(focus) {
    const whose = new DOMParser().parseFromString(game.html, "text/html").querySelector(".whose").textContent;
    const button = element("button", { type: "button", class: "main-button" }, "Show what this side knows");
    button.addEventListener("click", () => showStop("h1"));
    const cover = element("section", { class: "seat cover" }, element("h1", { tabindex: "-1" }, whose),
      element("p", {}, "The other side should look away."), button);
    byId("game").replaceChildren(cover);
    document.documentElement.dataset.moves = String(game.moves);
    if (focus) cover.querySelector("h1").focus();
  }

  async function move(choice) {
    const answer = await request("/seat/move", { game: game.game, moves: game.moves, move: choice });
    if (!answer) return;
    const isNext = choice === "next" || choice === "rest";
    showGame(answer, isNext || !answer.is_made ? "h1" : "#decide-title");
    if (!answer.is_made) showFault("This game went on elsewhere: here is where it stands now. Nothing was done by your last click.");
    else if (!isNext) setText(byId("announcement"), choice === "undo" ? "Taken back." : `Decided: ${answer.decided}.`);
  }

  // --- After the end

  async function lookBack() {
    document.title = "The battle is over";
    document.documentElement.dataset.moves = String(game.moves);
    const bar = element("progress", { max: "100", value: "0", "aria-label": "How many battles are fought" });
    const what = element("p", { class: "group-note" }, "");
    show("");
    byId("game").append(element("section", { class: "seat" }, element("h1", { tabindex: "-1" }, "The battle is over"),
      element("p", { role: "status" }, "It is compared with many battles: with your orders and with others, with your luck and with other luck."), bar, what));
    byId("game").querySelector("h1").focus();
    try {
      for await (const line of readLines(await ask("/seat/review", { game: game.game }))) {
        if (line.error) showFault(line.error);
        else if (line.html) showReview(line.html);
        else {
          bar.value = line.battles ? (100 * line.done) / line.battles : 0;
          setText(what, line.course ? `${line.done.toLocaleString("en")} of ${line.battles.toLocaleString("en")} battles, now ${line.course}` : "");
        }
      }
    } catch (error) {
      showFault(explain(error));
    }
  }

  function showReview(html) {
    show(html, "h1");
    for (const field of document.querySelectorAll("input[name=token]")) field.value = readToken();
    if (byId("playback-data")) document.body.append(element("script", { src: "/assets/playback.js" }));
    document.documentElement.dataset.review = "shown";
  }

  // --- Setting up

  function follow() {
    const name = readAddress();
    if (name && (!game || game.game !== name)) openGame(name);
    else if (!name && !location.hash) showGames();
  }

  byId("game").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-move]");
    if (button) move(button.dataset.move);
    const link = event.target.closest("a.jump");
    if (link) jump(event, byId(link.hash.slice(1)));
  });
  byId("game").addEventListener("toggle", numberChoices, true); // a group that is opened shows more choices
  byId("game").addEventListener("change", (event) => {
    if (event.target.id !== "number-keys") return;
    localStorage.setItem(KEYS_SETTING, event.target.checked ? "on" : "off");
    numberChoices();
  });
  document.addEventListener("keydown", pressKey);
  // Another game is another page: nothing of the one before stays in it.
  for (const type of ["hashchange", "popstate"]) {
    addEventListener(type, () => {
      if (!location.hash.startsWith("#battle=") && readAddress() !== (game && game.game)) location.reload();
    });
  }
  takeToken();
  follow();
})();
