// Keys of the calendar's pages: whatever names its key by data-key is pressed by it; ? lists them.
const named = () => [...document.querySelectorAll("[data-key]")].filter((node) => node.offsetParent);

const find = (key) => named().find((node) => node.dataset.key.split(" ").includes(key));

// An icon's name is none.
function nameOf(node) {
  const copy = node.cloneNode(true);
  for (const icon of copy.querySelectorAll("[aria-hidden]")) icon.remove();
  return node.getAttribute("aria-label") || copy.textContent.trim() || node.title;
}

const SIGNS = { ArrowLeft: "←", ArrowRight: "→" };

// A dialog just closed keeps the focus inside until the page is drawn: such a press is nobody's.
const pressedAt = ({ target }) => (target.checkVisibility() ? target : document.body);

// All keys with what they do, for the dialog that the page has ready.
function list(help) {
  const rows = help.querySelector("dl");
  rows.querySelectorAll("[data-listed]").forEach((row) => row.remove());
  for (const node of named().reverse()) {
    const key = document.createElement("dt");
    const what = document.createElement("dd");
    key.innerHTML = "<kbd></kbd>";
    key.firstChild.textContent = SIGNS[node.dataset.key] ?? node.dataset.key.toUpperCase();
    what.textContent = nameOf(node);
    for (const part of [what, key]) {
      part.dataset.listed = "";
      rows.prepend(part);
    }
  }
  help.showModal();
}

document.addEventListener("keydown", (press) => {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  const at = pressedAt(press);
  if (at.closest("input, textarea, select, summary, [contenteditable], [role=listbox]")) return;
  const help = document.getElementById("calendar-keys");
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (key === "?" && help) list(help);
  else if (key.startsWith("Arrow") && at.closest(".ec-event, .ec, a, button")) return;
  else {
    const node = key === "/" ? document.querySelector("[data-search] input") : find(key);
    if (!node) return;
    if (node.matches("input")) node.focus();
    else node.click();
  }
  press.preventDefault();
});
document.getElementById("calendar-keys-open")?.addEventListener("click", () => {
  list(document.getElementById("calendar-keys"));
});
