"use strict";
// Two tracks over time below the map: what was reported above, what was simulated below.
(() => {
  const GUTTER = 68; // pixels for the names of the tracks
  const TALL = 64;

  function makeTracks(canvas, data) {
    const pen = canvas.getContext("2d");
    const background = document.createElement("canvas"); // the tracks without the line at the present hour
    let colours = {};
    let wide = 1;
    let ratio = 1;

    const findX = (hour) => GUTTER + ((wide - GUTTER - 8) * Math.min(Math.max(hour, 0), data.end_hours)) / data.end_hours;
    const findHour = (x) => (data.end_hours * (x - GUTTER)) / (wide - GUTTER - 8);

    // Draw the background anew: `replay` is that shown, or null for the chances over all battles.
    function resize(now, replay) {
      colours = now;
      ratio = Math.min(window.devicePixelRatio || 1, 2);
      wide = canvas.getBoundingClientRect().width;
      canvas.width = background.width = Math.round(wide * ratio);
      canvas.height = background.height = Math.round(TALL * ratio);
      const ink = background.getContext("2d");
      ink.scale(ratio, ratio);
      drawNights(ink);
      ink.fillStyle = colours.faded;
      ink.fillRect(0, 31.5, wide, 1);
      drawTimeline(ink);
      write(ink, "reported", 16);
      write(ink, replay ? "simulated" : "killed", 48);
      if (replay) drawReplay(ink, replay);
      else if (data.ensemble) drawEnsemble(ink);
    }

    function drawNights(ink) {
      ink.fillStyle = colours.land;
      ink.fillRect(0, 0, wide, TALL);
      ink.fillStyle = colours.hair;
      ink.globalAlpha = 0.35;
      let dusk = 0;
      for (const [dawn, , , next] of data.daylight) {
        ink.fillRect(findX(dusk), 0, findX(dawn) - findX(dusk), TALL);
        dusk = next;
      }
      ink.fillRect(findX(dusk), 0, findX(data.end_hours) - findX(dusk), TALL);
      ink.globalAlpha = 1;
    }

    function write(ink, text, y) {
      ink.font = `600 10px ${colours.type}`;
      ink.textAlign = "left";
      ink.textBaseline = "middle";
      ink.lineWidth = 3;
      ink.strokeStyle = colours.land;
      ink.strokeText(text, 4, y);
      ink.fillStyle = colours.faded;
      ink.fillText(text, 4, y);
    }

    function drawTimeline(ink) {
      const shapes = { loss: "●", control: "■", event: "▲" };
      const rows = { loss: 8, control: 17, event: 26 };
      ink.font = `8px ${colours.type}`;
      ink.textAlign = "center";
      ink.textBaseline = "middle";
      ink.fillStyle = colours.ink;
      for (const entry of data.timeline) {
        const [from, to] = [findX(entry.start_hour), findX(entry.end_hour)];
        ink.globalAlpha = 0.55;
        ink.fillRect(from, rows[entry.kind] - 0.5, to - from, 1);
        ink.globalAlpha = 1;
        ink.fillText(shapes[entry.kind], to, rows[entry.kind]);
      }
    }

    function drawReplay(ink, replay) {
      for (const assault of replay.assaults) {
        const [from, to] = [findX(assault.start_hour), findX(assault.end_hour)];
        ink.fillStyle = colours.sides[assault.side];
        ink.fillRect(from, assault.side === 0 ? 37 : 44, Math.max(to - from, 2), 5);
      }
      ink.font = `8px ${colours.type}`;
      ink.textAlign = "center";
      ink.fillStyle = colours.ink;
      for (const incident of replay.incidents) {
        if (incident.kind === "strike" || incident.kind === "shells") ink.fillRect(findX(incident.hour), 53, 1, 3);
        else ink.fillText("▲", findX(incident.hour), 59);
      }
      replay.control_steps.forEach((steps) => steps.forEach(([hour, share], n) => {
        if (n && (share === 0 || share === 1)) ink.fillText("■", findX(hour), 59);
      }));
    }

    function drawEnsemble(ink) {
      const quantiles = data.ensemble.killed_quantiles;
      const most = Math.max(1, ...quantiles.flat().map((each) => each[2]));
      for (const side of [0, 1]) {
        ink.strokeStyle = colours.sides[side];
        ink.lineWidth = 1.6;
        ink.beginPath();
        ink.moveTo(findX(0), 61);
        data.ensemble.hours.forEach((hour, n) => ink.lineTo(findX(hour), 61 - (26 * quantiles[n][side][1]) / most));
        ink.stroke();
      }
    }

    function draw(hour) {
      if (!background.width || !background.height) return; // it is not shown, as on paper
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.drawImage(background, 0, 0);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.fillStyle = colours.alarm;
      pen.fillRect(findX(hour) - 1, 0, 2, TALL);
    }

    return { resize, draw, findHour };
  }

  Object.assign(window.playbackParts, { makeTracks });
})();
