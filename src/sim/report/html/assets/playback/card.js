"use strict";
// The card that a mouse or a finger calls up on the map: names, strengths and sources of what is drawn there.
(() => {
  const byId = (id) => document.getElementById(id);

  function makeCard(map, data, describePlace) {
    const card = byId("card");
    let pinned = false;

    function add(kind, text) {
      if (!text) return;
      const line = document.createElement(kind);
      line.textContent = text;
      card.append(line);
    }

    function fill(found) {
      card.replaceChildren();
      if (found.unit) fillUnit(found.unit);
      else fillPlace(found.place);
    }

    function fillUnit(unit) {
      const side = data.sides[unit.side];
      const where = data.places[unit.place].name;
      add("strong", `${side.name}: ${unit.people} ${side.people} ${unit.isMarching ? "marching to" : "at"} ${where}`);
      for (const [force, people] of unit.forces.slice(0, 6)) {
        add("span", `${data.forces[force].name}: ${people}`);
        add("small", data.forces[force].source);
      }
      if (unit.forces.length > 6) add("span", `and ${unit.forces.length - 6} more`);
    }

    function fillPlace(place) {
      add("strong", data.places[place].name);
      add("span", data.places[place].kind);
      for (const sentence of describePlace(place)) add("span", sentence);
      add("small", data.places[place].position);
    }

    function show(found) {
      if (!found) return hide();
      fill(found);
      card.hidden = false;
      const box = card.parentElement.getBoundingClientRect();
      const [wide, tall] = [card.offsetWidth, card.offsetHeight];
      const left = found.x + 18 + wide < box.width ? found.x + 18 : found.x - 18 - wide;
      card.style.left = `${Math.max(2, Math.min(left, box.width - wide - 2))}px`;
      card.style.top = `${Math.max(2, Math.min(found.y - tall / 2, box.height - tall - 2))}px`;
    }

    function hide() {
      card.hidden = true;
      pinned = false;
    }

    function findUnder(event) {
      const box = card.parentElement.getBoundingClientRect();
      return map.findAt(event.clientX - box.left, event.clientY - box.top);
    }

    // A mouse shows while it is over; a click, or the tap of a finger, pins until the next one or Escape.
    function listen(ground) {
      ground.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse" && !pinned) show(findUnder(event));
      });
      ground.addEventListener("pointerleave", () => {
        if (!pinned) hide();
      });
      ground.addEventListener("click", (event) => {
        const found = findUnder(event);
        show(found);
        pinned = Boolean(found);
      });
      ground.addEventListener("keydown", (event) => {
        if (event.key === "Escape") hide();
      });
    }

    return { listen, hide };
  }

  Object.assign(window.playbackParts, { makeCard });
})();
