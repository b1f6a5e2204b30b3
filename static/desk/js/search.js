// Quick search: what fits unfolds under the field while one types (a combobox with a listbox).
const form = document.querySelector("form[data-search]");
const input = form?.querySelector("[role=combobox]");
const list = form?.querySelector("[role=listbox]");
const SHORTEST = 2; // as the server's
let timer = 0;
let asking = new AbortController();

const options = () => [...list.querySelectorAll("a[role=option]")];
const chosen = () => list.querySelector("a[aria-selected=true]");

function show(open) {
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function step(by) {
  const all = options();
  const at = all.indexOf(chosen());
  choose(all[(at < 0 && by < 0 ? 0 : at + by + all.length) % all.length]);
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const words = input.value.trim();
  if (words.length < SHORTEST) return show(false);
  const url = new URL(form.dataset.search, location.href);
  url.searchParams.set("q", words);
  url.searchParams.set("next", location.pathname + location.search);
  try {
    const response = await fetch(url, { signal: asking.signal });
    if (!response.ok || response.redirected) throw new Error(response.status);
    list.innerHTML = await response.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    const note = document.createElement("p");
    note.setAttribute("role", "option");
    note.setAttribute("aria-disabled", "true");
    note.textContent = form.dataset.failed;
    list.replaceChildren(note);
  }
  if (document.activeElement === input) show(true);
}

const KEYS = {
  ArrowDown: () => (list.hidden ? ask() : step(1)),
  ArrowUp: () => step(-1),
  Escape: () => show(false),
  Enter: () => chosen().click(),
};

function press(event) {
  const isMeant =
    event.key === "Enter" ? chosen() : event.key === "ArrowDown" ? input.value : !list.hidden;
  if (!KEYS[event.key] || !isMeant || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation(); // Escape closes the list, and nothing else with it
  KEYS[event.key]();
}

if (form) {
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", press);
  input.addEventListener("focus", () => list.childElementCount && input.value && show(true));
  form.addEventListener("focusout", () => show(false));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", () => show(false));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (input.offsetParent) input.select();
    else location.href = form.action;
  });
}
