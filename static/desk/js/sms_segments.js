// Counts how many SMS the text of a template is while it is typed, by the rules of
// notifications/segments.py; variables stand with their samples, as in the preview.
const rules = JSON.parse(document.getElementById("sms-rules").textContent);
const text = document.querySelector("#template textarea");
const place = document.querySelector("[data-sms-count]");
const show = (name, value) => (place.querySelector(`[data-${name}]`).textContent = value);

function filled(template) {
  const values = new Map(Object.entries(rules.samples));
  return template
    .replace(/\[\[|\[([a-z][a-z0-9_]*)\]/g, (whole, name) => {
      return name === undefined ? "[" : (values.get(name) ?? whole);
    })
    .trim()
    .split(/\s+/)
    .join(" ");
}

function segmentsOf(widths, [alone, each]) {
  if (widths.reduce((sum, width) => sum + width, 0) <= alone) return widths.length ? 1 : 0;
  let segments = 1;
  let taken = 0;
  for (const width of widths) {
    if (taken + width > each) [segments, taken] = [segments + 1, 0];
    taken += width;
  }
  return segments;
}

function count(words) {
  const characters = [...words];
  const isPlain = (c) => rules.basic.includes(c) || rules.extension.includes(c);
  const foreign = [...new Set(characters.filter((c) => !isPlain(c)))].join("");
  const widths = characters.map((c) => (foreign ? c.length : rules.extension.includes(c) ? 2 : 1));
  return {
    encoding: foreign ? "UCS-2" : "GSM-7",
    units: widths.reduce((sum, width) => sum + width, 0),
    segments: segmentsOf(widths, foreign ? rules.room.unicode : rules.room.plain),
    foreign,
  };
}

function update() {
  const found = count(filled(text.value));
  for (const name of ["segments", "units", "encoding", "foreign"]) show(name, found[name]);
  place.querySelector("[data-foreign-note]").hidden = !found.foreign;
}

text.addEventListener("input", update);
update();
place.hidden = false;
