"use strict";
// Front zones: the ground between places as a soft partition, and the line along which it changes hands.
//
// Each point of the sheet takes the control of the places around it, weighted by distance to the power -4, so that the
// nearest place decides and the front runs between places of unlike holders. No source draws such a line: it is an aid
// to the eye, and fades out away from all places.
(() => {
  const ACROSS = 96; // cells across the sheet
  const POWER = 4;
  const REACH = 1.3; // how far a zone reaches from its place, in median distances between neighbours
  const OPACITY = 0.24;

  function makeZones(sheet) {
    const spots = sheet.places.map((spot, index) => ({ spot, index })).filter(({ spot }) => spot && spot.is_on_sheet);
    const size = sheet.width / ACROSS;
    const [wide, tall] = [ACROSS + 1, Math.round(sheet.height / size) + 1];
    const tile = document.createElement("canvas");
    tile.width = wide;
    tile.height = tall;
    const ink = tile.getContext("2d");
    const reach = REACH * measureSpacing(spots.map(({ spot }) => spot));
    const weights = new Float32Array(wide * tall * spots.length);
    const cover = new Float32Array(wide * tall); // 1 near a place, 0 far from all
    for (let cell = 0; cell < wide * tall; cell += 1) {
      const [x, y] = [(cell % wide) * size, Math.floor(cell / wide) * size];
      let sum = 0;
      let nearest = Infinity;
      spots.forEach(({ spot }, n) => {
        const distance = Math.max(Math.hypot(spot.x - x, spot.y - y), 1);
        nearest = Math.min(nearest, distance);
        weights[cell * spots.length + n] = distance ** -POWER;
        sum += distance ** -POWER;
      });
      for (let n = 0; n < spots.length; n += 1) weights[cell * spots.length + n] /= sum;
      cover[cell] = Math.min(1, Math.max(0, 2 - (2 * nearest) / reach));
    }
    const shares = new Float32Array(wide * tall); // of the second side, by cell
    let shown = null;
    let segments = [];

    function update(control, colours) {
      const held = spots.map(({ index }) => control(index)).map(([, contested, second]) => second + contested / 2);
      const key = `${held.join()} ${colours.first} ${colours.second}`;
      if (key === shown) return;
      shown = key;
      for (let cell = 0; cell < shares.length; cell += 1) {
        let share = 0;
        for (let n = 0; n < held.length; n += 1) share += held[n] * weights[cell * held.length + n];
        shares[cell] = share;
      }
      paint(colours);
      segments = traceFront(shares, cover, wide, tall);
    }

    function paint(colours) {
      const tones = [colours.first, colours.second].map(parseColour);
      const image = ink.createImageData(wide, tall);
      for (let cell = 0; cell < shares.length; cell += 1) {
        const tone = tones[shares[cell] < 0.5 ? 0 : 1];
        image.data.set(tone, 4 * cell);
        image.data[4 * cell + 3] = 255 * OPACITY * cover[cell] * Math.min(1, 0.25 + 1.5 * Math.abs(shares[cell] - 0.5));
      }
      ink.putImageData(image, 0, 0);
    }

    function draw(pen, control, colours) {
      if (spots.length < 2) return;
      update(control, colours);
      pen.imageSmoothingEnabled = true;
      pen.drawImage(tile, -size / 2, -size / 2, wide * size, tall * size);
      pen.strokeStyle = colours.ink;
      pen.globalAlpha = 0.55;
      pen.lineWidth = 1.6;
      pen.beginPath();
      for (const [x0, y0, x1, y1] of segments) {
        pen.moveTo(x0 * size, y0 * size);
        pen.lineTo(x1 * size, y1 * size);
      }
      pen.stroke();
      pen.globalAlpha = 1;
    }

    return { draw };
  }

  // The median distance from a place to its nearest neighbour, but a tenth of the sheet at least.
  function measureSpacing(spots) {
    const nearest = spots.map((a) => Math.min(...spots.filter((b) => b !== a).map((b) => Math.hypot(a.x - b.x, a.y - b.y))));
    nearest.sort((a, b) => a - b);
    const widest = Math.max(...spots.map((spot) => spot.radius), 1);
    return Math.max(nearest[nearest.length >> 1] || 0, 9 * widest);
  }

  function parseColour(text) {
    return [1, 3, 5].map((from) => parseInt(text.slice(from, from + 2), 16)).concat(255);
  }

  // Where the share is one half, as segments between the edges of cells (marching squares), near places only.
  function traceFront(shares, cover, wide, tall) {
    const segments = [];
    for (let row = 0; row + 1 < tall; row += 1) {
      for (let column = 0; column + 1 < wide; column += 1) {
        const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
        const cells = corners.map(([x, y]) => y * wide + x);
        if (Math.min(...cells.map((cell) => cover[cell])) < 0.35) continue;
        const values = cells.map((cell) => shares[cell] - 0.5);
        const crossings = [];
        for (let n = 0; n < 4; n += 1) {
          const [a, b] = [values[n], values[(n + 1) % 4]];
          if (a < 0 === b < 0) continue;
          const part = a / (a - b);
          const [from, to] = [corners[n], corners[(n + 1) % 4]];
          crossings.push(from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]));
        }
        for (let n = 0; n + 3 < crossings.length; n += 4) segments.push(crossings.slice(n, n + 4));
      }
    }
    return segments;
  }

  Object.assign(window.playbackParts, { makeZones });
})();
