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
  const isIn = (alphabet) => (character) => alphabet.includes(character);
  const foreign = [...new Set(characters)].filter((c) => !isIn(rules.basic + rules.extension)(c));
  const isPlain = !foreign.length;
  const width = (c) => (isPlain ? (isIn(rules.extension)(c) ? 2 : 1) : c.length);
  const widths = characters.map(width);
  return {
    encoding: isPlain ? "GSM-7" : "UCS-2",
    units: widths.reduce((sum, each) => sum + each, 0),
    segments: segmentsOf(widths, isPlain ? rules.room.plain : rules.room.unicode),
    foreign: foreign.slice(0, rules.examples).join(" ") + (foreign[rules.examples] ? " …" : ""),
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
