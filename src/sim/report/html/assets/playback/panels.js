"use strict";
// The text beside the map: losses so far, what was reported of the day, the diary, where every force is.
(() => {
  const { findIndex, findValue } = window.playbackParts;
  const byId = (id) => document.getElementById(id);

  function addCells(row, texts) {
    texts.forEach((text, n) => {
      const cell = document.createElement(n ? "td" : "th");
      if (!n) cell.scope = "row";
      cell.textContent = text;
      row.append(cell);
    });
    return row;
  }

  function addItem(parent, strong, text, small) {
    const line = document.createElement("li");
    if (strong) {
      const head = document.createElement("time");
      head.textContent = strong;
      line.append(head, " ");
    }
    line.append(text);
    if (small) {
      const note = document.createElement("small");
      note.textContent = ` ${small}`;
      line.append(note);
    }
    parent.append(line);
    return line;
  }

  function makePanels(data, clock) {
    const stepEnds = data.ensemble ? data.ensemble.hours.map((hour) => [hour]) : [];
    for (const side of data.sides) {
      byId("toll").append(addCells(document.createElement("tr"), [`${side.short} ${side.people}`, "", ""]));
    }

    // Which columns the table of losses has for what is shown.
    function nameColumns(shown) {
      byId("second-column").textContent = shown.kind === "ensemble" ? "killed, middle 90 %" : "wounded";
      byId("toll-caption").textContent = { ensemble: "Losses so far, over all battles", record: "Losses as reported so far" }[shown.kind]
        || "Losses so far in this battle";
      byId("diary-title").textContent = shown.kind === "replay" ? "The diary of this battle" : "The diary";
    }

    function showLosses(shown, hour) {
      [...byId("toll").children].forEach((row, side) => {
        const [first, second] = findLosses(shown, side, hour);
        row.children[1].textContent = first;
        row.children[2].textContent = second;
      });
    }

    function findLosses(shown, side, hour) {
      if (shown.kind === "record") return ["killed", "wounded"].map((measure) => quoteCounts(measure, side, hour));
      if (shown.kind === "replay") {
        const { killed, wounded } = shown.replay;
        const index = Math.min(Math.floor(hour), killed[side].length - 1);
        return [killed[side][index], wounded[side][index]];
      }
      const index = findStep(hour);
      const [low, median, high] = index < 0 ? [0, 0, 0] : data.ensemble.killed_quantiles[index][side];
      return [median, `${low} to ${high}`];
    }

    // The latest count that each source gave of the losses since the beginning, with its name.
    function quoteCounts(measure, side, hour) {
      const latest = new Map();
      for (const entry of data.timeline) {
        const isCount = entry.measure === measure && entry.side === side && entry.start_hour <= 0 && !entry.places.length;
        if (isCount && entry.end_hour <= hour) latest.set(entry.source, entry.phrase);
      }
      return latest.size ? [...latest].map(([source, phrase]) => `${phrase} (${source})`).join("; ") : "not reported";
    }

    // The last step of time that is over; chances are known for the ends of steps.
    function findStep(hour) {
      return findIndex(stepEnds, hour + 1e-6);
    }

    function showTimeline(shown, hour) {
      const list = byId("record");
      list.replaceChildren();
      const today = clock.findDay(hour);
      const entries = data.timeline.filter((entry) => clock.findDay(Math.max(entry.end_hour - 0.01, 0)) === today);
      for (const entry of entries) {
        const frequency = entry.percent_true === "" ? "not simulated" : `true in ${entry.percent_true} of 100 battles`;
        const line = addItem(list, "", `${entry.statement}.`, `${entry.source}; ${entry.citation}; ${frequency}`);
        if (shown.kind !== "replay" || entry.percent_true === "") continue;
        const isTrue = shown.replay.true_claims.includes(entry.claim);
        line.classList.add(isTrue ? "held" : "missed");
        line.lastChild.textContent += isTrue ? "; true in this one" : "; not in this one";
      }
      if (!entries.length) addItem(list, "", "Nothing is reported of this day.", "");
    }

    function showDiary(shown, hour) {
      const list = byId("diary");
      list.replaceChildren();
      if (shown.kind !== "replay") {
        addItem(list, "", "Choose a battle to read its diary.", "");
        return;
      }
      const today = clock.findDay(hour);
      shown.replay.diary.forEach(([when, text], n) => {
        if (clock.findDay(Math.max(when - 0.01, 0)) !== today) return;
        const sentence = n === 0 ? "The battle begins; the forces stand as the map shows." : text;
        addItem(list, clock.formatTime(when), sentence, "").dataset.hour = n === 0 ? 0 : when;
      });
    }

    function scrollDiary(hour) {
      let latest = null;
      for (const line of byId("diary").children) {
        if (line.dataset.hour === undefined) continue;
        line.hidden = Number(line.dataset.hour) > hour;
        line.classList.remove("now");
        if (!line.hidden) latest = line;
      }
      if (!latest) return;
      latest.classList.add("now");
      const list = latest.parentElement;
      list.scrollTop = latest.offsetTop - list.offsetTop - list.clientHeight + latest.offsetHeight + 8;
    }

    function showConditions(shown, hour) {
      const parts = [clock.describeLight(hour)];
      if (shown.kind === "replay") {
        if (findValue(shown.replay.fog, hour, 0)) parts.push("fog");
        if (findValue(shown.replay.rain, hour, 0)) parts.push("rain");
      } else if (shown.kind === "ensemble") {
        parts.push(`chances at the end of ${data.ensemble.each_step}`);
      } else {
        parts.push("each place as it was last reported");
      }
      byId("clock").textContent = `${clock.formatDay(hour)}, ${clock.formatTime(hour)}`;
      byId("sky").textContent = parts.join(", ");
    }

    // Every force with its place and strength at this hour, as a table; made only while it is open.
    function showForces(shown, hour) {
      const parent = byId("forces");
      parent.hidden = shown.kind !== "replay";
      if (parent.hidden || !parent.open) return;
      const rows = shown.replay.positions.map((steps, force) => {
        const index = findIndex(steps, hour);
        const [place, people] = index < 0 ? [-1, 0] : steps[index].slice(1);
        const where = index < 0 ? "not yet here" : place < 0 ? "on the march, or gone" : data.places[place].name;
        const { name, side, source } = data.forces[force];
        return addCells(document.createElement("tr"), [name, data.sides[side].short, where, String(people), source]);
      });
      byId("forces-rows").replaceChildren(...rows);
    }

    return { nameColumns, showLosses, showTimeline, showDiary, scrollDiary, showConditions, showForces, findStep };
  }

  Object.assign(window.playbackParts, { makePanels });
})();
