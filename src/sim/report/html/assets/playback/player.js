"use strict";
// The playback: one replay of those in the page, the chances over all battles or the documented course, at any hour.
(() => {
  const source = document.getElementById("playback-data");
  if (!source) return;
  const { findIndex, findValue, makeClock, makeMap, makeTracks, makeCard, makePanels, readColours } = window.playbackParts;
  const data = JSON.parse(source.textContent);
  const byId = (id) => document.getElementById(id);
  const slider = byId("when");
  const which = byId("which");
  const clock = makeClock(data);
  const map = makeMap(byId("canvas"), data);
  const tracks = makeTracks(byId("tracks"), data);
  const panels = makePanels(data, clock);
  const card = makeCard(map, data, describePlace);
  const narrow = matchMedia("(max-width: 36rem)"); // as in the style sheet
  let colours = {};
  let shown = { kind: "replay", replay: data.replays[0] }; // or kind ensemble or record, without a replay
  let now = 0; // hours since the battle began
  let day = null; // the day whose sentences are shown
  let playing = 0;
  let linking = 0;

  // --- A step

  function findShares(place, hour) {
    if (shown.kind === "ensemble") return data.ensemble.control_probabilities[Math.max(panels.findStep(hour), 0)][place];
    const steps = data.record.control[place];
    return steps[Math.max(findIndex(steps, hour), 0)].slice(1);
  }

  function draw(hour) {
    if (shown.kind === "replay") map.drawReplay(colours, shown.replay, hour);
    else map.drawShares(colours, (place) => findShares(place, hour));
    if (shown.kind === "record") {
      const places = data.timeline.filter((entry) => isReportedAt(entry, hour)).flatMap((entry) => entry.places);
      new Set(places).forEach(map.drawReport);
    }
    tracks.draw(hour);
  }

  // Whether a report tells of this hour; one of a moment is shown for the six hours after it.
  function isReportedAt(entry, hour) {
    return entry.end_hour - entry.start_hour <= 48 && hour >= entry.start_hour && hour < Math.max(entry.end_hour, entry.start_hour + 6);
  }

  function show(hour) {
    now = Math.min(Math.max(hour, 0), data.end_hours);
    draw(now);
    panels.showConditions(shown, now);
    panels.showLosses(shown, now);
    panels.showForces(shown, now);
    const today = `${which.value} ${clock.findDay(Math.max(now - 0.01, 0))}`;
    if (today !== day) {
      day = today;
      panels.showTimeline(shown, Math.max(now - 0.01, 0));
      panels.showDiary(shown, Math.max(now - 0.01, 0));
    }
    panels.scrollDiary(now);
    slider.value = String(Math.floor(now));
    slider.setAttribute("aria-valuetext", `${clock.formatDay(now)}, ${clock.formatTime(now)}`);
  }

  function select(key) {
    const replay = data.replays.find((each) => each.key === key);
    shown = replay ? { kind: "replay", replay } : { kind: key === "record" ? "record" : "ensemble" };
    which.value = key;
    day = null;
    byId("why").textContent = describeChoice();
    panels.nameColumns(shown);
    resize();
    show(now);
  }

  function describeChoice() {
    if (shown.kind === "replay") return `Replication ${shown.replay.replication}: ${shown.replay.reasons.join("; ")}.`;
    if (shown.kind === "record") return "What sources reported, and no simulation. Rings: where something is reported at this hour.";
    return `How often each side holds each place, over ${data.ensemble.n_battles.toLocaleString("en")} battles.`;
  }

  // What can be said of a place now, for the card: who holds it, which fight goes on, what is reported of it.
  function describePlace(place) {
    const sentences = [];
    if (shown.kind === "replay") {
      const second = findValue(shown.replay.control_steps[place], now, 0);
      const held = [1 - second, second].map((share, side) => `${data.sides[side].short} ${Math.round(100 * share)} %`);
      sentences.push(`held by ${held.filter((text) => !text.endsWith(" 0 %")).join(", ")}`);
      const fight = shown.replay.assaults.find((each) => each.place === place && now >= each.start_hour && now < each.end_hour);
      if (fight) sentences.push(`assault by ${data.sides[fight.side].short} since ${clock.formatTime(fight.start_hour)}`);
    } else {
      const names = [data.sides[0].short, "contested", data.sides[1].short];
      const shares = findShares(place, now).map((share, state) => [share, names[state]]).filter(([share]) => share > 0);
      if (shown.kind === "ensemble") sentences.push(shares.map(([share, name]) => `${name}: ${Math.round(100 * share)} of 100`).join(", "));
      else sentences.push(`last reported: ${shares.map(([, name]) => name).join(", or ")}`);
    }
    const reports = data.timeline.filter((entry) => entry.places.includes(place) && isReportedAt(entry, now));
    return [...sentences, ...reports.slice(0, 2).map((entry) => `${entry.source}: ${entry.statement}.`)];
  }

  // --- Controls

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    byId("play").textContent = "Play";
  }

  function play() {
    if (playing) {
      stop();
      return keepLink();
    }
    if (now >= data.end_hours) now = 0;
    let before = performance.now();
    card.hide();
    byId("play").textContent = "Stop";
    const step = (time) => {
      const pace = Number(byId("pace").value);
      show(now + (pace * Math.max(time - before, 0)) / 1000);
      before = time;
      if (now >= data.end_hours) stop();
      else playing = requestAnimationFrame(step);
    };
    playing = requestAnimationFrame(step);
  }

  function move(hour) {
    stop();
    show(hour);
    keepLink();
  }

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = event.shiftKey ? 24 : 1;
    const whole = Math.round(now);
    const steps = { ArrowLeft: whole - by, ArrowRight: whole + by, Home: 0, End: data.end_hours };
    if (event.target.tagName === "SELECT" || !(event.key === " " || event.key in steps)) return;
    if (event.key === " " && ["BUTTON", "SUMMARY", "A"].includes(event.target.tagName)) return;
    event.preventDefault();
    if (event.key === " ") play();
    else move(steps[event.key]);
  }

  // --- Links: #battle=249&hour=77, or battle=all for the chances and battle=record for the documented course

  function keepLink() {
    clearTimeout(linking);
    linking = setTimeout(() => {
      const link = `#battle=${which.value}&hour=${Math.round(100 * now) / 100}`;
      if ("keepsAddress" in byId("player").dataset) history.replaceState(null, "", link);
      byId("link").href = link;
    }, 200);
  }

  function followLink() {
    if (!slider.isConnected || !location.hash.startsWith("#battle=")) return false;
    const asked = new URLSearchParams(location.hash.slice(1));
    const hour = Number(asked.get("hour"));
    if (![...which.options].some((option) => option.value === asked.get("battle")) || !Number.isFinite(hour)) return false;
    stop();
    now = Math.min(Math.max(hour, 0), data.end_hours);
    select(asked.get("battle"));
    byId("link").href = location.hash;
    return true;
  }

  // --- Setting up

  function addOption(key, text) {
    const option = document.createElement("option");
    option.value = key;
    option.textContent = text;
    which.append(option);
  }

  function resize() {
    map.resize(narrow.matches);
    tracks.resize(colours, shown.replay || null);
  }

  // Unless other battles have come in the place of these.
  function redraw() {
    if (!slider.isConnected) return;
    resize();
    show(now);
  }

  function initialize() {
    document.documentElement.classList.add("scripted");
    for (const replay of data.replays) addOption(replay.key, `Battle ${replay.replication}: ${replay.labels.join(", ")}`);
    if (data.ensemble && data.ensemble.n_battles > 1) addOption("all", `All ${data.ensemble.n_battles.toLocaleString("en")} battles: the chance of each holder`);
    addOption("record", "The documented course, as reported");
    slider.max = String(Math.ceil(data.end_hours));
    colours = readColours(map.pen);
    which.addEventListener("change", () => {
      card.hide();
      select(which.value);
      keepLink();
    });
    slider.addEventListener("input", () => move(Number(slider.value)));
    byId("play").addEventListener("click", play);
    byId("back").addEventListener("click", () => move(Math.ceil(now) - 1));
    byId("on").addEventListener("click", () => move(Math.floor(now) + 1));
    byId("tracks").addEventListener("click", (event) => move(Math.round(tracks.findHour(event.offsetX))));
    byId("forces").addEventListener("toggle", () => show(now));
    byId("player").addEventListener("keydown", onKey);
    card.listen(byId("map-layers"));
    addEventListener("hashchange", followLink);
    document.documentElement.addEventListener("themechange", () => {
      colours = readColours(map.pen);
      redraw();
    });
    new ResizeObserver(redraw).observe(byId("map-layers"));
    if (followLink()) byId("playback").scrollIntoView();
    else select(which.value);
  }

  window.playback = { draw: show, hours: data.end_hours, at: () => now, stop };
  initialize();
})();
