// The week of hours: adds, takes away and copies stretches, and draws each day's bar anew.
// Without it every day shows a blank row more, and times are typed and emptied by hand.
const days = [...document.querySelectorAll("[data-hours] [data-day]")];
const stretchesOf = (day) => [...day.querySelectorAll("[data-stretch]")];
const timesIn = (stretch) => [...stretch.querySelectorAll("input")];
const isBlank = (stretch) => timesIn(stretch).every((time) => !time.value);
// The last row of each day is a blank one.
const blanks = new Map(days.map((day) => [day, stretchesOf(day).at(-1).cloneNode(true)]));

function minutes(text, isEnd) {
  const [hour, minute] = text.split(":").map(Number);
  return hour * 60 + minute || (isEnd ? 1440 : 0);
}

function draw(day) {
  const stretches = stretchesOf(day);
  const kept = stretches.map(timesIn).filter(([from, until]) => from.value && until.value);
  const path = kept
    .map(([from, until]) => [minutes(from.value), minutes(until.value, true)])
    .filter(([start, end]) => start < end)
    .map(([start, end]) => `M${start} 4H${end}V16H${start}Z`);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path.join(""));
  day.querySelector("[data-bar]").replaceChildren(shape);
  day.querySelector("[data-closed]").hidden = stretches.length > 0;
  day.querySelector("[data-close]").hidden = !stretches.length;
  const add = day.querySelector("[data-add]");
  add.lastElementChild.textContent = stretches.length ? add.dataset.next : add.dataset.first;
}

function add(day, values = ["", ""]) {
  const stretch = blanks.get(day).cloneNode(true);
  timesIn(stretch).forEach((time, number) => (time.value = values[number]));
  show(stretch);
  day.querySelector("[data-tools]").before(stretch);
  return stretch;
}

const show = (stretch) => (stretch.querySelector("[data-remove]").hidden = false);
const empty = (day) => stretchesOf(day).forEach((stretch) => stretch.remove());
const changed = (day) => day.dispatchEvent(new Event("input", { bubbles: true }));

function copy(day, chosen) {
  const values = stretchesOf(day).map((stretch) => timesIn(stretch).map((time) => time.value));
  for (const other of days.filter((one) => one !== day && chosen.includes(one.dataset.day))) {
    empty(other);
    values.forEach((times) => add(other, times));
    changed(other);
  }
}

for (const day of days) {
  stretchesOf(day).filter(isBlank).forEach((stretch) => stretch.remove());
  stretchesOf(day).forEach(show);
  day.querySelector("[data-tools]").hidden = false;
  day.addEventListener("input", () => draw(day));
  day.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if ("add" in button.dataset) timesIn(add(day))[0].focus();
    if ("close" in button.dataset) empty(day);
    if ("remove" in button.dataset) button.closest("[data-stretch]").remove();
    if (button.closest("[data-copy]")) {
      copy(day, button.value.split(" "));
      day.querySelector("[data-menu]").open = false;
    }
    if (!button.isConnected || "close" in button.dataset) day.querySelector("[data-add]").focus();
    changed(day);
  });
  draw(day);
}
