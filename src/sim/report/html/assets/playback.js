"use strict";
// The playback: one replay of those in the page, or the probabilities over all battles, at any hour.
(() => {
  const source = document.getElementById("playback-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const byId = (id) => document.getElementById(id);
  const player = byId("player");
  const canvas = byId("canvas");
  const tracks = byId("tracks");
  const slider = byId("when");
  const which = byId("which");
  const start = new Date(data.start + "Z"); // local time, without a zone
  const HOUR = 3600e3;
  const INCIDENT_HOURS = 1.5; // hours for which a strike stays visible
  const ECHELONS = [[50, "•••"], [250, "I"], [1000, "II"], [Infinity, "X"]];
  const pen = canvas.getContext("2d");
  const track = tracks.getContext("2d");
  const narrow = matchMedia("(max-width: 36rem)"); // as in the style sheet
  const outlines = new Map(); // path data: its path
  for (const sheet of data.sheets) {
    for (const spot of sheet.places) if (spot) outlines.set(spot.outline, new Path2D(spot.outline));
  }
  let colours = {};
  let sheet = data.sheets[0];
  let view = null; // {scale: pixels a unit of the sheet, ratio: dots a pixel}
  let trackBackground = null; // the tracks without the line at the present hour
  let selected = -1; // index of the replay; -1 shows the probabilities over all battles
  let now = 0; // hours since the battle began
  let day = null; // the day whose sentences are shown
  let playing = 0;

  // --- Series: lists of [hour, ...] in order of time

  function lastIndex(series, hour) {
    let low = 0;
    let high = series.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (series[middle][0] <= hour) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function valueAt(series, hour, otherwise) {
    const index = lastIndex(series, hour);
    return index < 0 ? otherwise : series[index][1];
  }

  // --- Time

  const pad = (number) => String(number).padStart(2, "0");
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];

  // Hours are elapsed ones; the clock may be put forward or back in between.
  function byClock(hour) {
    return data.clock_changes.reduce((sum, [at, shift]) => (hour >= at ? sum + shift : sum), hour);
  }

  function moment(hour) {
    return new Date(start.getTime() + Math.round(byClock(hour) * 60) * 60e3);
  }

  function dayOf(hour) {
    const shift = start.getUTCHours() + start.getUTCMinutes() / 60;
    return Math.floor((byClock(hour) + shift) / 24);
  }

  function dayName(hour) {
    const at = moment(hour);
    return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  }

  function clockTime(hour) {
    const at = moment(hour);
    return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  }

  function describeLight(hour) {
    let moon = null;
    for (const [dawn, rise, fall, dusk, lit, moonrise, moonset] of data.daylight) {
      if (hour >= rise && hour < fall) return "day";
      if (hour >= dawn && hour < dusk) return hour < rise ? "dawn" : "dusk";
      const afterRise = hour >= moonrise;
      const beforeSet = hour < moonset;
      if (hour >= dusk) moon = (moonrise < moonset ? afterRise && beforeSet : afterRise || beforeSet) ? lit : null;
    }
    return moon === null ? "night, Moon down" : `night, Moon ${Math.round(100 * moon)} % lit`;
  }

  // --- Colours of the present theme

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    for (const name of ["first", "second", "contested", "ink", "paper", "faded", "hair", "alarm", "land"]) {
      colours[name] = read(name);
    }
    colours.onSecond = colours.paper;
    colours.hatched = hatch(colours.second, colours.paper);
    colours.strokes = [colours.ink, colours.onSecond];
  }

  function hatch(colour, line) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const ink = tile.getContext("2d");
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 6, 6);
    ink.strokeStyle = line;
    ink.lineWidth = 1;
    ink.beginPath();
    for (const shift of [-6, 0, 6]) {
      ink.moveTo(shift - 1, 7);
      ink.lineTo(shift + 7, -1);
    }
    ink.stroke();
    return pen.createPattern(tile, "repeat");
  }

  const fillColour = (side) => (side === 0 ? colours.first : colours.hatched);
  const lineColour = (side) => (side === 0 ? colours.first : colours.second);

  // --- The map

  function resize() {
    const box = canvas.parentElement.getBoundingClientRect();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    sheet = data.sheets[narrow.matches ? 1 : 0];
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(((box.width * sheet.height) / sheet.width) * ratio);
    view = { scale: box.width / sheet.width, ratio };
    resizeTracks(ratio);
  }

  function at(place) {
    const spot = sheet.places[place];
    return spot && [spot.x, spot.y];
  }

  function drawPlace(spot, shares) {
    const size = spot.radius;
    const outline = outlines.get(spot.outline);
    pen.save();
    pen.translate(spot.x, spot.y);
    pen.rotate((spot.bearing * Math.PI) / 180);
    pen.scale(size, size);
    pen.save();
    pen.clip(outline);
    pen.fillStyle = colours.paper;
    pen.fillRect(-2, -2, 4, 4);
    let turn = -Math.PI / 2;
    shares.forEach((share, state) => {
      if (share <= 0) return;
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.arc(0, 0, 2, turn, turn + 2 * Math.PI * share);
      turn += 2 * Math.PI * share;
      pen.save();
      pen.clip();
      pen.scale(1 / size, 1 / size);
      pen.fillStyle = [colours.first, colours.contested, colours.hatched][state];
      pen.fillRect(-2 * size, -2 * size, 4 * size, 4 * size);
      pen.restore();
    });
    pen.restore();
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1.4 / size;
    if (spot.is_estimated) pen.setLineDash([3 / size, 2 / size]);
    pen.stroke(outline);
    pen.restore();
  }

  function drawPlaces(shares) {
    sheet.places.forEach((spot, index) => {
      if (spot) drawPlace(spot, shares(index));
    });
  }

  function groupForces(replay, hour) {
    const groups = new Map();
    replay.positions.forEach((steps, force) => {
      const index = lastIndex(steps, hour);
      if (index < 0 || steps[index][1] < 0 || steps[index][2] <= 0) return;
      const side = data.forces[force].side;
      const key = 2 * steps[index][1] + side;
      const group = groups.get(key) || { place: steps[index][1], side, people: 0, arms: new Set() };
      group.people += steps[index][2];
      data.forces[force].arms.forEach((arm) => group.arms.add(arm));
      groups.set(key, group);
    });
    return groups;
  }

  function drawUnit(x, y, side, people, arms) {
    const [wide, tall] = sheet.unit_size;
    pen.save();
    pen.translate(x, y);
    pen.fillStyle = colours.paper;
    pen.fillRect(-wide / 2 - 1.5, -tall / 2 - 1.5, wide + 3, tall + 3);
    pen.fillStyle = fillColour(side);
    pen.fillRect(-wide / 2, -tall / 2, wide, tall);
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1.4;
    pen.strokeRect(-wide / 2, -tall / 2, wide, tall);
    pen.strokeStyle = colours.strokes[side];
    pen.beginPath();
    pen.moveTo(-wide / 2, -tall / 2);
    pen.lineTo(wide / 2, tall / 2);
    pen.moveTo(-wide / 2, tall / 2);
    pen.lineTo(wide / 2, -tall / 2);
    pen.stroke();
    if (arms.has("armour")) {
      pen.beginPath();
      pen.ellipse(0, 0, wide * 0.36, tall * 0.28, 0, 0, 2 * Math.PI);
      pen.stroke();
    }
    if (arms.has("artillery")) {
      pen.fillStyle = pen.strokeStyle;
      pen.beginPath();
      pen.arc(0, 0, tall * 0.17, 0, 2 * Math.PI);
      pen.fill();
    }
    const type = sheet === data.sheets[0] ? 11.5 : 9;
    if (sheet === data.sheets[0]) write(ECHELONS.find(([most]) => people <= most)[1], 0, -tall / 2 - 6, 9);
    write(String(people), 0, tall / 2 + type * 0.62, type);
    pen.restore();
  }

  function write(text, x, y, size) {
    pen.font = `600 ${size}px ${colours.type}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.paper;
    pen.strokeText(text, x, y);
    pen.fillStyle = colours.ink;
    pen.fillText(text, x, y);
  }

  function drawPositions(replay, hour) {
    const groups = [...groupForces(replay, hour).values()];
    for (const group of groups) {
      const spot = sheet.places[group.place];
      if (!spot) continue;
      const [x, y] = spot.slots[group.side];
      pen.strokeStyle = colours.faded;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(spot.x, spot.y);
      pen.lineTo(x, y);
      pen.stroke();
    }
    drawPlaces((place) => {
      const second = valueAt(replay.control_steps[place], hour, 0);
      return [1 - second, 0, second];
    });
    for (const group of groups) {
      const spot = sheet.places[group.place];
      if (spot) drawUnit(...spot.slots[group.side], group.side, group.people, group.arms);
    }
  }

  function pointOnRoute(route, share) {
    const points = route.map(at);
    if (points.some((point) => !point)) return null;
    const lengths = points.slice(1).map((point, n) => Math.hypot(point[0] - points[n][0], point[1] - points[n][1]));
    let left = share * lengths.reduce((sum, length) => sum + length, 0);
    for (let n = 0; n < lengths.length; n += 1) {
      if (left <= lengths[n]) {
        const part = lengths[n] ? left / lengths[n] : 0;
        const [from, to] = [points[n], points[n + 1]];
        return { points, spot: [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part] };
      }
      left -= lengths[n];
    }
    return { points, spot: points[points.length - 1] };
  }

  function drawMarches(replay, hour) {
    for (const march of replay.marches) {
      if (hour < march.departs || hour >= march.arrives) continue;
      const point = pointOnRoute(march.route, (hour - march.departs) / (march.arrives - march.departs));
      if (!point) continue;
      pen.strokeStyle = lineColour(march.side);
      pen.lineWidth = 2;
      pen.setLineDash([5, 4]);
      pen.beginPath();
      point.points.forEach(([x, y], n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
      pen.setLineDash([]);
      drawUnit(point.spot[0], point.spot[1], march.side, march.people, new Set(data.forces[march.force].arms));
    }
  }

  function drawAssaults(replay, hour) {
    for (const assault of replay.assaults) {
      if (hour < assault.start_hour || hour >= assault.end_hour) continue;
      const spot = at(assault.place);
      if (!spot) continue;
      const size = 1.75 * sheet.places[assault.place].radius;
      pen.strokeStyle = colours.alarm;
      pen.lineWidth = 0.15 * size;
      pen.beginPath();
      pen.arc(spot[0], spot[1], size, 0, 2 * Math.PI);
      pen.stroke();
      write("✕", spot[0], spot[1], size);
    }
  }

  const SIGNS = { strike: "▼", shells: "∴", bomb: "✹", ambush: "‹›" };

  function drawIncidents(replay, hour) {
    for (const incident of replay.incidents) {
      const age = hour - incident.hour;
      if (age < 0 || age >= INCIDENT_HOURS) continue;
      const spot = at(incident.place);
      if (!spot) continue;
      const sign = incident.succeeded ? SIGNS[incident.kind] : "◌";
      const killed = incident.killed > 0 ? ` ${incident.killed}†` : "";
      const size = 1.5 * sheet.places[incident.place].radius;
      write(sign + killed, spot[0], spot[1] - 1.6 * size - age * 4, size);
    }
  }

  // --- The tracks: reports above, the replay below

  const GUTTER = 68; // pixels for the names of the tracks

  function trackX(wide, hour) {
    return GUTTER + ((wide - GUTTER - 8) * hour) / data.end_hours;
  }

  function resizeTracks(ratio) {
    const wide = tracks.getBoundingClientRect().width;
    tracks.width = Math.round(wide * ratio);
    tracks.height = Math.round(64 * ratio);
    trackBackground = document.createElement("canvas");
    trackBackground.width = tracks.width;
    trackBackground.height = tracks.height;
    const ink = trackBackground.getContext("2d");
    ink.scale(ratio, ratio);
    const x = (hour) => trackX(wide, Math.min(Math.max(hour, 0), data.end_hours));
    ink.fillStyle = colours.land;
    ink.fillRect(0, 0, wide, 64);
    ink.fillStyle = colours.hair;
    let dusk = 0;
    for (const [dawn, , , next] of data.daylight) {
      ink.globalAlpha = 0.35;
      ink.fillRect(x(dusk), 0, x(dawn) - x(dusk), 64);
      dusk = next;
    }
    ink.fillRect(x(dusk), 0, x(data.end_hours) - x(dusk), 64);
    ink.globalAlpha = 1;
    ink.fillStyle = colours.faded;
    ink.fillRect(0, 31.5, wide, 1);
    drawTimelineTrack(ink, x);
    label(ink, "reported", 16);
    label(ink, selected >= 0 ? "simulated" : "killed", 48);
    if (selected >= 0) drawReplayTrack(ink, x, data.replays[selected]);
    else drawEnsembleTrack(ink, x);
  }

  function label(ink, text, y) {
    ink.font = `600 10px ${colours.type}`;
    ink.textAlign = "left";
    ink.textBaseline = "middle";
    ink.lineWidth = 3;
    ink.strokeStyle = colours.land;
    ink.strokeText(text, 4, y);
    ink.fillStyle = colours.faded;
    ink.fillText(text, 4, y);
  }

  function drawTimelineTrack(ink, x) {
    const shapes = { loss: "●", control: "■", event: "▲" };
    const rows = { loss: 8, control: 17, event: 26 };
    ink.font = `8px ${colours.type}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    for (const entry of data.timeline) {
      ink.fillStyle = colours.ink;
      ink.globalAlpha = 0.55;
      ink.fillRect(x(entry.start_hour), rows[entry.kind] - 0.5, x(entry.end_hour) - x(entry.start_hour), 1);
      ink.globalAlpha = 1;
      ink.fillText(shapes[entry.kind], x(entry.end_hour), rows[entry.kind]);
    }
  }

  function drawReplayTrack(ink, x, replay) {
    for (const assault of replay.assaults) {
      ink.fillStyle = lineColour(assault.side);
      ink.fillRect(x(assault.start_hour), assault.side === 0 ? 37 : 44, Math.max(x(assault.end_hour) - x(assault.start_hour), 2), 5);
    }
    ink.font = `8px ${colours.type}`;
    ink.textAlign = "center";
    ink.fillStyle = colours.ink;
    for (const incident of replay.incidents) {
      if (incident.kind === "strike" || incident.kind === "shells") ink.fillRect(x(incident.hour), 53, 1, 3);
      else ink.fillText("▲", x(incident.hour), 59);
    }
    replay.control_steps.forEach((steps) => steps.forEach(([hour, share], n) => {
      if (n && (share === 0 || share === 1)) ink.fillText("■", x(hour), 59);
    }));
  }

  function drawEnsembleTrack(ink, x) {
    if (!data.ensemble) return;
    const most = Math.max(1, ...data.ensemble.killed_quantiles.flat().map((each) => each[2]));
    for (const side of [0, 1]) {
      ink.strokeStyle = lineColour(side);
      ink.lineWidth = 1.6;
      ink.beginPath();
      ink.moveTo(x(0), 61);
      data.ensemble.hours.forEach((hour, n) => ink.lineTo(x(hour), 61 - (26 * data.ensemble.killed_quantiles[n][side][1]) / most));
      ink.stroke();
    }
  }

  function drawTracks(hour) {
    const ratio = view.ratio;
    const wide = tracks.width / ratio;
    track.setTransform(1, 0, 0, 1, 0, 0);
    track.drawImage(trackBackground, 0, 0);
    track.setTransform(ratio, 0, 0, ratio, 0, 0);
    const x = trackX(wide, hour);
    track.fillStyle = colours.alarm;
    track.fillRect(x - 1, 0, 2, 64);
  }

  // --- Text beside the map

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

  function showTimeline(hour) {
    const list = byId("record");
    list.replaceChildren();
    const today = dayOf(hour);
    const entries = data.timeline.filter((entry) => dayOf(Math.max(entry.end_hour - 0.01, 0)) === today);
    for (const entry of entries) {
      const frequency = entry.percent_true === "" ? "not simulated" : `true in ${entry.percent_true} of 100 battles`;
      const line = addItem(list, "", `${entry.statement}.`, `${entry.source}; ${entry.citation}; ${frequency}`);
      if (selected < 0 || entry.percent_true === "") continue;
      const isTrue = data.replays[selected].true_claims.includes(entry.claim);
      line.classList.add(isTrue ? "held" : "missed");
      line.lastChild.textContent += isTrue ? "; true in this one" : "; not in this one";
    }
    if (!entries.length) addItem(list, "", "Nothing is reported of this day.", "");
  }

  function showDiary(hour) {
    const list = byId("diary");
    list.replaceChildren();
    if (selected < 0) {
      addItem(list, "", "Choose a battle above to read its diary.", "");
      return;
    }
    const today = dayOf(hour);
    data.replays[selected].diary.forEach(([when, text], n) => {
      if (dayOf(Math.max(when - 0.01, 0)) !== today) return;
      addItem(list, clockTime(when), text, "").dataset.hour = n === 0 ? 0 : when;
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

  function showLosses(hour) {
    const rows = byId("toll").children;
    for (const side of [0, 1]) {
      const cells = rows[side].children;
      if (selected >= 0) {
        const replay = data.replays[selected];
        const index = Math.min(Math.floor(hour), replay.killed[side].length - 1);
        cells[1].textContent = replay.killed[side][index];
        cells[2].textContent = replay.wounded[side][index];
      } else if (data.ensemble) {
        const index = ensembleDay(hour);
        const [low, median, high] = index < 0 ? [0, 0, 0] : data.ensemble.killed_quantiles[index][side];
        cells[1].textContent = median;
        cells[2].textContent = `${low} to ${high}`;
      }
    }
  }

  function ensembleDay(hour) {
    let index = -1;
    while (index + 1 < data.ensemble.hours.length && data.ensemble.hours[index + 1] <= hour + 1e-6) index += 1;
    return index;
  }

  function showConditions(hour) {
    const parts = [describeLight(hour)];
    if (selected >= 0) {
      const replay = data.replays[selected];
      if (valueAt(replay.fog, hour, 0)) parts.push("fog");
      if (valueAt(replay.rain, hour, 0)) parts.push("rain");
    } else {
      parts.push(`chances are told for the end of ${data.ensemble.each_step}`);
    }
    byId("clock").textContent = `${dayName(hour)}, ${clockTime(hour)}`;
    byId("sky").textContent = parts.join(", ");
  }

  // --- A step

  function draw(hour) {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(view.ratio * view.scale, 0, 0, view.ratio * view.scale, 0, 0);
    if (selected < 0) {
      const index = ensembleDay(hour);
      drawPlaces((place) => data.ensemble.control_probabilities[Math.max(index, 0)][place]);
    } else {
      const replay = data.replays[selected];
      drawPositions(replay, hour);
      drawMarches(replay, hour);
      drawAssaults(replay, hour);
      drawIncidents(replay, hour);
    }
    drawTracks(hour);
  }

  function show(hour) {
    now = Math.min(Math.max(hour, 0), data.end_hours);
    draw(now);
    showConditions(now);
    showLosses(now);
    const today = `${selected} ${dayOf(Math.max(now - 0.01, 0))}`;
    if (today !== day) {
      day = today;
      showTimeline(Math.max(now - 0.01, 0));
      showDiary(Math.max(now - 0.01, 0));
    }
    scrollDiary(now);
    slider.value = String(Math.floor(now));
    slider.setAttribute("aria-valuetext", `${dayName(now)}, ${clockTime(now)}`);
  }

  function selectReplay(index) {
    selected = index;
    day = null;
    const replay = index < 0 ? null : data.replays[index];
    byId("why").textContent = replay ? `Replication ${replay.replication}: ${replay.reasons.join("; ")}.` : "";
    byId("second-column").textContent = replay ? "wounded" : "killed, middle 90 %";
    byId("diary-title").textContent = replay ? "The diary of this battle" : "The diary";
    resize();
    show(now);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    byId("play").textContent = "Play";
  }

  function play() {
    if (playing) return stop();
    if (now >= data.end_hours) now = 0;
    let before = performance.now();
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

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = event.shiftKey ? 24 : 1;
    const whole = Math.round(now);
    const steps = {
      ArrowLeft: () => show(whole - by),
      ArrowRight: () => show(whole + by),
      Home: () => show(0),
      End: () => show(data.end_hours),
      " ": play,
    };
    if (!steps[event.key] || event.target.tagName === "SELECT") return;
    if (event.key === " " && event.target.tagName === "BUTTON") return;
    event.preventDefault();
    if (event.key !== " ") stop();
    steps[event.key]();
  }

  // --- Setting up

  function addOption(index, text) {
    const option = document.createElement("option");
    option.value = String(index);
    option.textContent = text;
    which.append(option);
  }

  function initialize() {
    colours.type = getComputedStyle(document.body).fontFamily;
    data.replays.forEach((replay, n) => addOption(n, replay.labels.join(", ")));
    if (data.ensemble && data.ensemble.n_battles > 1) addOption(-1, `the chance over ${data.ensemble.n_battles} battles`);
    for (const side of data.sides) {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = `${side.short} ${side.people}`;
      row.append(head, document.createElement("td"), document.createElement("td"));
      byId("toll").append(row);
    }
    slider.max = String(Math.ceil(data.end_hours));
    player.hidden = false;
    readColours();
    which.addEventListener("change", () => selectReplay(Number(which.value)));
    slider.addEventListener("input", () => {
      stop();
      show(Number(slider.value));
    });
    byId("play").addEventListener("click", play);
    byId("back").addEventListener("click", () => show(Math.ceil(now) - 1));
    byId("on").addEventListener("click", () => show(Math.floor(now) + 1));
    player.addEventListener("keydown", onKey);
    document.documentElement.addEventListener("themechange", () => {
      readColours();
      resize();
      show(now);
    });
    new ResizeObserver(() => {
      resize();
      show(now);
    }).observe(canvas.parentElement);
    selectReplay(Number(which.value));
  }

  window.playback = { draw: show, hours: data.end_hours, at: () => now };
  initialize();
})();
