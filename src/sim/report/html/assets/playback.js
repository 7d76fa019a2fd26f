"use strict";
// The playback: one battle of those in the page, or the chances over all battles, at any hour.
(() => {
  const source = document.getElementById("playback-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const find = (id) => document.getElementById(id);
  const player = find("player");
  const canvas = find("canvas");
  const tracks = find("tracks");
  const slider = find("when");
  const which = find("which");
  const begins = new Date(data.begins + "Z"); // local time, reckoned without a zone
  const HOUR = 3600e3;
  const FADES = 1.5; // hours for which a strike stays to be seen
  const ECHELONS = [[50, "•••"], [250, "I"], [1000, "II"], [Infinity, "X"]];
  const pen = canvas.getContext("2d");
  const track = tracks.getContext("2d");
  const narrow = matchMedia("(max-width: 36rem)"); // as in the style sheet
  const outlines = new Map(); // path data: its path
  for (const board of data.boards) {
    for (const spot of board.places) if (spot) outlines.set(spot.outline, new Path2D(spot.outline));
  }
  let colours = {};
  let board = data.boards[0];
  let view = null; // {scale: pixels a unit of the board, ratio: dots a pixel}
  let under = null; // the tracks without the moment
  let chosen = -1; // which battle; -1 is the chance over all
  let now = 0; // hours since the battle began
  let day = null; // the day whose sentences are shown
  let playing = 0;

  // --- Series: lists of [hour, ...] in order of time

  function last(series, hour) {
    let low = 0;
    let high = series.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (series[middle][0] <= hour) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function value(series, hour, otherwise) {
    const found = last(series, hour);
    return found < 0 ? otherwise : series[found][1];
  }

  // --- Time

  const pad = (number) => String(number).padStart(2, "0");
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];

  function moment(hour) {
    return new Date(begins.getTime() + Math.round(hour * 60) * 60e3);
  }

  function dayOf(hour) {
    const shift = begins.getUTCHours() + begins.getUTCMinutes() / 60;
    return Math.floor((hour + shift) / 24);
  }

  function dayName(hour) {
    const at = moment(hour);
    return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  }

  function clockTime(hour) {
    const at = moment(hour);
    return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  }

  function light(hour) {
    let moon = 0;
    for (const [dawn, rise, fall, dusk, lit] of data.light) {
      if (hour >= rise && hour < fall) return "day";
      if (hour >= dawn && hour < dusk) return hour < rise ? "dawn" : "dusk";
      if (hour >= dusk) moon = lit;
    }
    return `night, Moon ${Math.round(100 * moon)} % lit`;
  }

  // --- What a page's colours are now

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

  const fillOf = (side) => (side === 0 ? colours.first : colours.hatched);
  const solid = (side) => (side === 0 ? colours.first : colours.second);

  // --- The map

  function fit() {
    const box = canvas.parentElement.getBoundingClientRect();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    board = data.boards[narrow.matches ? 1 : 0];
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(((box.width * board.height) / board.width) * ratio);
    view = { scale: box.width / board.width, ratio };
    fitTracks(ratio);
  }

  function at(place) {
    const spot = board.places[place];
    return spot && [spot.x, spot.y];
  }

  function drawPlace(spot, shares) {
    const size = spot.radius;
    const outline = outlines.get(spot.outline);
    pen.save();
    pen.translate(spot.x, spot.y);
    pen.rotate((spot.turn * Math.PI) / 180);
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
    if (spot.estimated) pen.setLineDash([3 / size, 2 / size]);
    pen.stroke(outline);
    pen.restore();
  }

  function drawPlaces(shares) {
    board.places.forEach((spot, index) => {
      if (spot) drawPlace(spot, shares(index));
    });
  }

  function standing(battle, hour) {
    const found = new Map();
    battle.stands.forEach((steps, force) => {
      const index = last(steps, hour);
      if (index < 0 || steps[index][1] < 0 || steps[index][2] <= 0) return;
      const side = data.forces[force].side;
      const key = 2 * steps[index][1] + side;
      const group = found.get(key) || { place: steps[index][1], side, people: 0, arms: new Set() };
      group.people += steps[index][2];
      data.forces[force].arms.forEach((arm) => group.arms.add(arm));
      found.set(key, group);
    });
    return found;
  }

  function drawUnit(x, y, side, people, arms) {
    const [wide, tall] = board.unit;
    pen.save();
    pen.translate(x, y);
    pen.fillStyle = colours.paper;
    pen.fillRect(-wide / 2 - 1.5, -tall / 2 - 1.5, wide + 3, tall + 3);
    pen.fillStyle = fillOf(side);
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
    const type = board === data.boards[0] ? 11.5 : 9;
    if (board === data.boards[0]) write(ECHELONS.find(([most]) => people <= most)[1], 0, -tall / 2 - 6, 9);
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

  function drawStanding(battle, hour) {
    const groups = [...standing(battle, hour).values()];
    for (const group of groups) {
      const spot = board.places[group.place];
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
      const second = value(battle.line[place], hour, 0);
      return [1 - second, 0, second];
    });
    for (const group of groups) {
      const spot = board.places[group.place];
      if (spot) drawUnit(...spot.slots[group.side], group.side, group.people, group.arms);
    }
  }

  function alongWay(way, share) {
    const points = way.map(at);
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

  function drawMarches(battle, hour) {
    for (const march of battle.marches) {
      if (hour < march.leaves || hour >= march.arrives) continue;
      const found = alongWay(march.way, (hour - march.leaves) / (march.arrives - march.leaves));
      if (!found) continue;
      pen.strokeStyle = solid(march.side);
      pen.lineWidth = 2;
      pen.setLineDash([5, 4]);
      pen.beginPath();
      found.points.forEach(([x, y], n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
      pen.setLineDash([]);
      drawUnit(found.spot[0], found.spot[1], march.side, march.people, new Set(data.forces[march.force].arms));
    }
  }

  function drawFights(battle, hour) {
    for (const fight of battle.fights) {
      if (hour < fight.begins || hour >= fight.ends) continue;
      const spot = at(fight.place);
      if (!spot) continue;
      const size = 1.75 * board.places[fight.place].radius;
      pen.strokeStyle = colours.alarm;
      pen.lineWidth = 0.15 * size;
      pen.beginPath();
      pen.arc(spot[0], spot[1], size, 0, 2 * Math.PI);
      pen.stroke();
      write("✕", spot[0], spot[1], size);
    }
  }

  const SIGNS = { strike: "▼", shells: "∴", bomb: "✹", ambush: "‹›" };

  function drawFlashes(battle, hour) {
    for (const flash of battle.flashes) {
      const age = hour - flash.at;
      if (age < 0 || age >= FADES) continue;
      const spot = at(flash.place);
      if (!spot) continue;
      const sign = flash.hit ? SIGNS[flash.kind] : "◌";
      const killed = flash.killed > 0 ? ` ${flash.killed}†` : "";
      const size = 1.5 * board.places[flash.place].radius;
      write(sign + killed, spot[0], spot[1] - 1.6 * size - age * 4, size);
    }
  }

  // --- The tracks: the record above, the battle below

  const GUTTER = 68; // pixels for the names of the tracks

  function along(wide, hour) {
    return GUTTER + ((wide - GUTTER - 8) * hour) / data.ends;
  }

  function fitTracks(ratio) {
    const wide = tracks.getBoundingClientRect().width;
    tracks.width = Math.round(wide * ratio);
    tracks.height = Math.round(64 * ratio);
    under = document.createElement("canvas");
    under.width = tracks.width;
    under.height = tracks.height;
    const ink = under.getContext("2d");
    ink.scale(ratio, ratio);
    const x = (hour) => along(wide, Math.min(Math.max(hour, 0), data.ends));
    ink.fillStyle = colours.land;
    ink.fillRect(0, 0, wide, 64);
    ink.fillStyle = colours.hair;
    let dusk = 0;
    for (const [dawn, , , next] of data.light) {
      ink.globalAlpha = 0.35;
      ink.fillRect(x(dusk), 0, x(dawn) - x(dusk), 64);
      dusk = next;
    }
    ink.fillRect(x(dusk), 0, x(data.ends) - x(dusk), 64);
    ink.globalAlpha = 1;
    ink.fillStyle = colours.faded;
    ink.fillRect(0, 31.5, wide, 1);
    drawRecord(ink, x);
    label(ink, "reported", 16);
    label(ink, chosen >= 0 ? "simulated" : "killed", 48);
    if (chosen >= 0) drawOwn(ink, x, data.battles[chosen]);
    else drawChance(ink, x);
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

  function drawRecord(ink, x) {
    const shapes = { loss: "●", control: "■", event: "▲" };
    const rows = { loss: 8, control: 17, event: 26 };
    ink.font = `8px ${colours.type}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    for (const entry of data.record) {
      ink.fillStyle = colours.ink;
      ink.globalAlpha = 0.55;
      ink.fillRect(x(entry.begins), rows[entry.kind] - 0.5, x(entry.ends) - x(entry.begins), 1);
      ink.globalAlpha = 1;
      ink.fillText(shapes[entry.kind], x(entry.ends), rows[entry.kind]);
    }
  }

  function drawOwn(ink, x, battle) {
    for (const fight of battle.fights) {
      ink.fillStyle = solid(fight.side);
      ink.fillRect(x(fight.begins), fight.side === 0 ? 37 : 44, Math.max(x(fight.ends) - x(fight.begins), 2), 5);
    }
    ink.font = `8px ${colours.type}`;
    ink.textAlign = "center";
    ink.fillStyle = colours.ink;
    for (const flash of battle.flashes) {
      if (flash.kind === "strike" || flash.kind === "shells") ink.fillRect(x(flash.at), 53, 1, 3);
      else ink.fillText("▲", x(flash.at), 59);
    }
    battle.line.forEach((steps) => steps.forEach(([hour, share], n) => {
      if (n && (share === 0 || share === 1)) ink.fillText("■", x(hour), 59);
    }));
  }

  function drawChance(ink, x) {
    if (!data.chance) return;
    const most = Math.max(1, ...data.chance.killed.flat().map((each) => each[2]));
    for (const side of [0, 1]) {
      ink.strokeStyle = solid(side);
      ink.lineWidth = 1.6;
      ink.beginPath();
      ink.moveTo(x(0), 61);
      data.chance.hours.forEach((hour, n) => ink.lineTo(x(hour), 61 - (26 * data.chance.killed[n][side][1]) / most));
      ink.stroke();
    }
  }

  function drawTracks(hour) {
    const ratio = view.ratio;
    const wide = tracks.width / ratio;
    track.setTransform(1, 0, 0, 1, 0, 0);
    track.drawImage(under, 0, 0);
    track.setTransform(ratio, 0, 0, ratio, 0, 0);
    const x = along(wide, hour);
    track.fillStyle = colours.alarm;
    track.fillRect(x - 1, 0, 2, 64);
  }

  // --- Words

  function item(parent, strong, text, small) {
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

  function tellRecord(hour) {
    const list = find("record");
    list.replaceChildren();
    const today = dayOf(hour);
    const said = data.record.filter((entry) => dayOf(Math.max(entry.ends - 0.01, 0)) === today);
    for (const entry of said) {
      const held = entry.held === "" ? "not simulated" : `true in ${entry.held} of 100 battles`;
      const line = item(list, "", `${entry.says}.`, `${entry.source}; ${entry.at}; ${held}`);
      if (chosen < 0 || entry.held === "") continue;
      const holds = data.battles[chosen].holds.includes(entry.claim);
      line.classList.add(holds ? "held" : "missed");
      line.lastChild.textContent += holds ? "; true in this one" : "; not in this one";
    }
    if (!said.length) item(list, "", "Nothing is reported of this day.", "");
  }

  function tellDiary(hour) {
    const list = find("diary");
    list.replaceChildren();
    if (chosen < 0) {
      item(list, "", "Choose a battle above to read its diary.", "");
      return;
    }
    const today = dayOf(hour);
    data.battles[chosen].diary.forEach(([when, text], n) => {
      if (dayOf(Math.max(when - 0.01, 0)) !== today) return;
      item(list, clockTime(when), text, "").dataset.hour = n === 0 ? 0 : when;
    });
  }

  function turnTo(hour) {
    let latest = null;
    for (const line of find("diary").children) {
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

  function tellToll(hour) {
    const rows = find("toll").children;
    for (const side of [0, 1]) {
      const cells = rows[side].children;
      if (chosen >= 0) {
        const battle = data.battles[chosen];
        const index = Math.min(Math.floor(hour), battle.killed[side].length - 1);
        cells[1].textContent = battle.killed[side][index];
        cells[2].textContent = battle.wounded[side][index];
      } else if (data.chance) {
        const index = chanceDay(hour);
        const [low, median, high] = index < 0 ? [0, 0, 0] : data.chance.killed[index][side];
        cells[1].textContent = median;
        cells[2].textContent = `${low} to ${high}`;
      }
    }
  }

  function chanceDay(hour) {
    let index = -1;
    while (index + 1 < data.chance.hours.length && data.chance.hours[index + 1] <= hour + 1e-6) index += 1;
    return index;
  }

  function tellSky(hour) {
    const parts = [light(hour)];
    if (chosen >= 0) {
      const battle = data.battles[chosen];
      if (value(battle.fog, hour, 0)) parts.push("fog");
      if (value(battle.rain, hour, 0)) parts.push("rain");
    } else {
      parts.push("chances are told for the end of each day");
    }
    find("clock").textContent = `${dayName(hour)}, ${clockTime(hour)}`;
    find("sky").textContent = parts.join(", ");
  }

  // --- A step

  function draw(hour) {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(view.ratio * view.scale, 0, 0, view.ratio * view.scale, 0, 0);
    if (chosen < 0) {
      const index = chanceDay(hour);
      drawPlaces((place) => data.chance.control[Math.max(index, 0)][place]);
    } else {
      const battle = data.battles[chosen];
      drawStanding(battle, hour);
      drawMarches(battle, hour);
      drawFights(battle, hour);
      drawFlashes(battle, hour);
    }
    drawTracks(hour);
  }

  function show(hour) {
    now = Math.min(Math.max(hour, 0), data.ends);
    draw(now);
    tellSky(now);
    tellToll(now);
    const today = `${chosen} ${dayOf(Math.max(now - 0.01, 0))}`;
    if (today !== day) {
      day = today;
      tellRecord(Math.max(now - 0.01, 0));
      tellDiary(Math.max(now - 0.01, 0));
    }
    turnTo(now);
    slider.value = String(Math.floor(now));
    slider.setAttribute("aria-valuetext", `${dayName(now)}, ${clockTime(now)}`);
  }

  function choose(index) {
    chosen = index;
    day = null;
    const battle = index < 0 ? null : data.battles[index];
    find("why").textContent = battle ? `Replication ${battle.replication}: ${battle.says.join("; ")}.` : "";
    find("second-column").textContent = battle ? "wounded" : "killed, middle 90 %";
    find("diary-title").textContent = battle ? "The diary of this battle" : "The diary";
    fit();
    show(now);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    find("play").textContent = "Play";
  }

  function play() {
    if (playing) return stop();
    if (now >= data.ends) now = 0;
    let before = performance.now();
    find("play").textContent = "Stop";
    const step = (time) => {
      const pace = Number(find("pace").value);
      show(now + (pace * Math.max(time - before, 0)) / 1000);
      before = time;
      if (now >= data.ends) stop();
      else playing = requestAnimationFrame(step);
    };
    playing = requestAnimationFrame(step);
  }

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = event.shiftKey ? 24 : 1;
    const whole = Math.round(now);
    const steps = {
      ArrowLeft: () => show(whole - by),
      ArrowRight: () => show(whole + by),
      Home: () => show(0),
      End: () => show(data.ends),
      " ": play,
    };
    if (!steps[event.key] || event.target.tagName === "SELECT") return;
    if (event.key === " " && event.target.tagName === "BUTTON") return;
    event.preventDefault();
    if (event.key !== " ") stop();
    steps[event.key]();
  }

  // --- Setting up

  function option(index, text) {
    const made = document.createElement("option");
    made.value = String(index);
    made.textContent = text;
    which.append(made);
  }

  function setUp() {
    colours.type = getComputedStyle(document.body).fontFamily;
    data.battles.forEach((battle, n) => option(n, battle.names.join(", ")));
    if (data.chance && data.chance.battles > 1) option(-1, `the chance over ${data.chance.battles} battles`);
    for (const side of data.sides) {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = `${side.short} ${side.people}`;
      row.append(head, document.createElement("td"), document.createElement("td"));
      find("toll").append(row);
    }
    slider.max = String(Math.ceil(data.ends));
    player.hidden = false;
    readColours();
    which.addEventListener("change", () => choose(Number(which.value)));
    slider.addEventListener("input", () => {
      stop();
      show(Number(slider.value));
    });
    find("play").addEventListener("click", play);
    find("back").addEventListener("click", () => show(Math.ceil(now) - 1));
    find("on").addEventListener("click", () => show(Math.floor(now) + 1));
    player.addEventListener("keydown", key);
    document.documentElement.addEventListener("themechange", () => {
      readColours();
      fit();
      show(now);
    });
    new ResizeObserver(() => {
      fit();
      show(now);
    }).observe(canvas.parentElement);
    choose(Number(which.value));
  }

  window.playback = { draw: show, hours: data.ends, at: () => now };
  setUp();
})();
