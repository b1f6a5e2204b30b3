// Keeps what was typed into a form while the tab lives, for whoever goes back for another time,
// reloads, or is refused; until the page after it says that it was taken.
const PREFIX = "draft:";

// Storage may be refused, as in frames of other pages: then nothing is kept.
const storage = (() => {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
})();

const isTyped = (field) => field.name && field.type !== "hidden" && !field.closest("[data-undrafted]");

function keep(form) {
  const key = PREFIX + form.dataset.draft;
  const draft = JSON.parse(storage.getItem(key) ?? "{}");
  if (!("isFilled" in form.dataset)) fill(form, draft);
  form.addEventListener("input", ({ target }) => {
    if (!isTyped(target)) return;
    draft[target.name] = target.type === "checkbox" ? target.checked : target.value;
    storage.setItem(key, JSON.stringify(draft));
  });
}

function fill(form, draft) {
  for (const field of [...form.elements].filter(isTyped)) {
    const kept = draft[field.name];
    if (kept === undefined) continue;
    if (field.type === "checkbox") field.checked = kept;
    else if (field.type === "radio") field.checked = field.value === kept;
    else field.value = kept;
  }
}

const form = document.querySelector("form[data-draft]");
if (storage && form) keep(form);
if (storage && document.querySelector("script[data-taken]")) {
  for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
}
