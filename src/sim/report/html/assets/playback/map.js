"use strict";
// The map: zones, places, units, marches, assaults and incidents of one hour, drawn on a canvas over the ground.
(() => {
  const { findIndex, findValue, makeZones } = window.playbackParts;
  const INCIDENT_HOURS = 1.5; // hours for which a strike stays visible
  const ECHELONS = [[50, "•••"], [250, "I"], [1000, "II"], [Infinity, "X"]];
  const SIGNS = { strike: "▼", shells: "∴", bomb: "✹", ambush: "‹›" };

  function makeMap(canvas, data) {
    const pen = canvas.getContext("2d");
    const outlines = new Map(); // path data: its path
    for (const each of data.sheets) {
      for (const spot of each.places) if (spot) outlines.set(spot.outline, new Path2D(spot.outline));
    }
    const zones = data.sheets.map(makeZones);
    let sheet = data.sheets[0];
    let view = { scale: 1, ratio: 1 }; // pixels a unit of the sheet, dots a pixel
    let colours = {};
    let drawn = []; // the units of the last step: { x, y, wide, tall, side, forces }

    function resize(isNarrow) {
      const wide = canvas.parentElement.getBoundingClientRect().width;
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      sheet = data.sheets[isNarrow ? 1 : 0];
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(((wide * sheet.height) / sheet.width) * ratio);
      view = { scale: wide / sheet.width, ratio };
    }

    function begin(now) {
      colours = now;
      drawn = [];
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.setTransform(view.ratio * view.scale, 0, 0, view.ratio * view.scale, 0, 0);
    }

    // The chance of each state over all battles, or what was reported: `shares(place)` are those of the three states.
    function drawShares(now, shares) {
      begin(now);
      zones[data.sheets.indexOf(sheet)].draw(pen, shares, colours);
      drawPlaces(shares);
    }

    function drawReplay(now, replay, hour) {
      begin(now);
      const shares = (place) => {
        const second = findValue(replay.control_steps[place], hour, 0);
        return [1 - second, 0, second];
      };
      zones[data.sheets.indexOf(sheet)].draw(pen, shares, colours);
      const groups = [...groupForces(replay, hour).values()].filter((group) => sheet.places[group.place]);
      for (const group of groups) drawLead(group);
      drawPlaces(shares);
      for (const march of replay.marches) drawMarch(march, hour);
      for (const group of groups) drawUnit(...sheet.places[group.place].slots[group.side], group);
      for (const assault of replay.assaults) {
        if (hour >= assault.start_hour && hour < assault.end_hour) drawFight(assault.place);
      }
      for (const incident of replay.incidents) drawIncident(incident, hour - incident.hour);
    }

    function drawPlaces(shares) {
      sheet.places.forEach((spot, index) => {
        if (spot) drawPlace(spot, shares(index));
      });
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
        pen.fillStyle = colours.fills[state];
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

    function groupForces(replay, hour) {
      const groups = new Map();
      replay.positions.forEach((steps, force) => {
        const index = findIndex(steps, hour);
        if (index < 0 || steps[index][1] < 0 || steps[index][2] <= 0) return;
        const side = data.forces[force].side;
        const key = 2 * steps[index][1] + side;
        const group = groups.get(key) || { place: steps[index][1], side, people: 0, forces: [] };
        group.people += steps[index][2];
        group.forces.push([force, steps[index][2]]);
        groups.set(key, group);
      });
      return groups;
    }

    function drawLead(group) {
      const spot = sheet.places[group.place];
      pen.strokeStyle = colours.faded;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(spot.x, spot.y);
      pen.lineTo(...spot.slots[group.side]);
      pen.stroke();
    }

    function drawUnit(x, y, group) {
      const { side, people, forces } = group;
      const [wide, tall] = sheet.unit_size;
      const arms = new Set(forces.flatMap(([force]) => data.forces[force].arms));
      drawn.push({ x, y, wide, tall: tall * 1.8, ...group });
      pen.save();
      pen.translate(x, y);
      pen.fillStyle = colours.paper;
      pen.fillRect(-wide / 2 - 1.5, -tall / 2 - 1.5, wide + 3, tall + 3);
      pen.fillStyle = colours.fills[2 * side];
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
      const isWide = sheet === data.sheets[0];
      const type = isWide ? 11.5 : 9;
      if (isWide) write(ECHELONS.find(([most]) => people <= most)[1], 0, -tall / 2 - 6, 9);
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

    // A march is an arrow to where it leads: what is behind the force is dashed, what lies before it solid.
    function drawMarch(march, hour) {
      if (hour < march.departs || hour >= march.arrives) return;
      const spots = march.route.map((place) => sheet.places[place]);
      if (spots.some((spot) => !spot)) return;
      const points = spots.map((spot) => [spot.x, spot.y]);
      const { spot, leg } = findOnRoute(points, (hour - march.departs) / (march.arrives - march.departs));
      pen.strokeStyle = colours.sides[march.side];
      pen.lineWidth = 2;
      pen.setLineDash([5, 4]);
      strokeLine([...points.slice(0, leg + 1), spot]);
      pen.setLineDash([]);
      drawArrow([spot, ...points.slice(leg + 1)], spots[spots.length - 1].radius, colours.sides[march.side]);
      drawUnit(...spot, { ...march, place: march.route[march.route.length - 1], forces: [[march.force, march.people]], isMarching: true });
    }

    function findOnRoute(points, share) {
      const lengths = points.slice(1).map((point, n) => Math.hypot(point[0] - points[n][0], point[1] - points[n][1]));
      let left = share * lengths.reduce((sum, length) => sum + length, 0);
      for (let leg = 0; leg < lengths.length; leg += 1) {
        if (left <= lengths[leg]) {
          const part = lengths[leg] ? left / lengths[leg] : 0;
          const [from, to] = [points[leg], points[leg + 1]];
          return { spot: [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part], leg };
        }
        left -= lengths[leg];
      }
      return { spot: points[points.length - 1], leg: points.length - 1 };
    }

    function strokeLine(points) {
      pen.beginPath();
      points.forEach(([x, y], n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }

    // An arrow with an edge in paper, whose head ends short of the symbol to which it leads.
    function drawArrow(points, clearance, colour) {
      if (points.length < 2) return;
      const [from, to] = points.slice(-2);
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      const head = 0.35 * sheet.unit_size[0];
      if (length < clearance + head) return;
      const [dx, dy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
      const tip = [to[0] - dx * clearance * 1.2, to[1] - dy * clearance * 1.2];
      const neck = [tip[0] - dx * head, tip[1] - dy * head];
      const line = [...points.slice(0, -1), neck];
      pen.strokeStyle = colours.paper;
      pen.lineWidth = 6;
      strokeLine(line);
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = 3.5;
      strokeLine(line);
      pen.beginPath();
      pen.moveTo(...tip);
      pen.lineTo(neck[0] - dy * head * 0.6, neck[1] + dx * head * 0.6);
      pen.lineTo(neck[0] + dy * head * 0.6, neck[1] - dx * head * 0.6);
      pen.closePath();
      pen.fill();
      pen.strokeStyle = colours.paper;
      pen.lineWidth = 1;
      pen.stroke();
    }

    function drawFight(place) {
      const spot = sheet.places[place];
      if (!spot) return;
      const size = 1.75 * spot.radius;
      pen.strokeStyle = colours.alarm;
      pen.lineWidth = 0.15 * size;
      pen.beginPath();
      pen.arc(spot.x, spot.y, size, 0, 2 * Math.PI);
      pen.stroke();
      write("✕", spot.x, spot.y, size);
    }

    function drawIncident(incident, age) {
      const spot = sheet.places[incident.place];
      if (age < 0 || age >= INCIDENT_HOURS || !spot) return;
      const sign = incident.succeeded ? SIGNS[incident.kind] : "◌";
      const killed = incident.killed > 0 ? ` ${incident.killed}†` : "";
      const size = 1.5 * spot.radius;
      write(sign + killed, spot.x, spot.y - 1.6 * size - age * 4, size);
    }

    // A report of something at a place, in the playback of the documented course.
    function drawReport(place) {
      const spot = sheet.places[place];
      if (!spot) return;
      pen.strokeStyle = colours.alarm;
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.arc(spot.x, spot.y, 1.9 * spot.radius, 0, 2 * Math.PI);
      pen.stroke();
    }

    // What is drawn at a point of the canvas, in pixels of the page: a unit, a place or nothing.
    function findAt(x, y) {
      const [across, down] = [x / view.scale, y / view.scale];
      const unit = [...drawn].reverse().find((each) =>
        Math.abs(across - each.x) < each.wide / 2 + 3 && Math.abs(down - each.y) < each.tall / 2 + 3);
      if (unit) return { unit, x: unit.x * view.scale, y: unit.y * view.scale };
      let place = -1;
      let nearest = 14 / view.scale;
      sheet.places.forEach((spot, index) => {
        if (!spot) return;
        const distance = Math.hypot(across - spot.x, down - spot.y) - spot.radius;
        if (distance < nearest) [place, nearest] = [index, distance];
      });
      if (place < 0) return null;
      return { place, x: sheet.places[place].x * view.scale, y: sheet.places[place].y * view.scale };
    }

    return { resize, drawShares, drawReplay, drawReport, findAt, groupForces, pen };
  }

  Object.assign(window.playbackParts, { makeMap });
})();
