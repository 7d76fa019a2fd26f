"use strict";
// Series over time, the local clock and the light of the day: what every part of the playback looks up.
window.playbackParts = {};
(() => {
  const HOUR = 3600e3;
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];

  // A series is a list of [hour, ...] in the order of time; the index of the last entry at or before an hour, or -1.
  function findIndex(series, hour) {
    let low = 0;
    let high = series.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (series[middle][0] <= hour) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function findValue(series, hour, otherwise) {
    const index = findIndex(series, hour);
    return index < 0 ? otherwise : series[index][1];
  }

  // The clock of a battle: hours are elapsed ones; the local clock may be put forward or back in between.
  function makeClock(data) {
    const start = new Date(data.start + "Z"); // local time, without a zone
    const pad = (number) => String(number).padStart(2, "0");
    const toLocal = (hour) => data.clock_changes.reduce((sum, [at, shift]) => (hour >= at ? sum + shift : sum), hour);
    const findMoment = (hour) => new Date(start.getTime() + (Math.round(toLocal(hour) * 60) * HOUR) / 60);

    function findDay(hour) {
      const shift = start.getUTCHours() + start.getUTCMinutes() / 60;
      return Math.floor((toLocal(hour) + shift) / 24);
    }

    function formatDay(hour) {
      const at = findMoment(hour);
      return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
    }

    function formatTime(hour) {
      const at = findMoment(hour);
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

    return { findDay, formatDay, formatTime, describeLight };
  }

  // The colours of the present theme, read from the style sheet.
  function readColours(pen) {
    const style = getComputedStyle(document.documentElement);
    const colours = { type: getComputedStyle(document.body).fontFamily };
    for (const name of ["first", "second", "contested", "ink", "paper", "faded", "hair", "alarm", "land"]) {
      colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
    colours.fills = [colours.first, colours.contested, hatch(pen, colours.second, colours.paper)]; // by state
    colours.sides = [colours.first, colours.second];
    colours.strokes = [colours.ink, colours.paper]; // of lines on the fill of each side
    return colours;
  }

  function hatch(pen, colour, line) {
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

  Object.assign(window.playbackParts, { findIndex, findValue, makeClock, readColours });
})();
