// Opens a booking or a session in the page's dialog, saves notes within it, and copies links.
// A link with data-popup="address" leads to the full page where there is no dialog.
const dialog = document.getElementById("popup");
const body = dialog?.querySelector("[data-popup-body]");
let shown = ""; // the address of what stands in the dialog
let hasChanged = false;

async function open(address, fallback) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return void (location.href = fallback);
  body.innerHTML = await response.text();
  shown = address;
  dialog.scrollTop = 0;
  if (!dialog.open) dialog.showModal();
}

// Sends a form of the dialog and shows what became of it; elsewhere the form leads on by itself.
async function saveWithin(form, button) {
  const fields = new FormData(form, button);
  fields.set("next", shown);
  try {
    const response = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const details = page.querySelector(".z-details");
    if (!response.ok || !response.redirected || !details) throw new Error(response.status);
    replace(details, form);
    hasChanged = true;
  } catch {
    form.removeAttribute("data-within");
    form.requestSubmit(button); // whatever stands in the way, the page itself tells it
  }
}

// Keeps what was typed into another form, what is unfolded, and where one was.
function replace(details, sent) {
  const typed = [...body.querySelectorAll("textarea, select")].filter((one) => one.form !== sent);
  const folds = [...body.querySelectorAll("details.z-fold")].map((fold) => fold.open);
  body.replaceChildren(details);
  for (const { id, value } of typed) {
    const field = id && document.getElementById(id);
    if (field) field.value = value;
  }
  body.querySelectorAll("details.z-fold").forEach((fold, at) => (fold.open ||= folds[at]));
  const said = body.querySelector("[data-said]");
  said?.focus({ preventScroll: true });
  said?.scrollIntoView({ block: "nearest" });
}

// What unfolds at the lower edge would be out of sight; "toggle" does not bubble.
body?.addEventListener("toggle", ({ target }) => target.scrollIntoView({ block: "nearest" }), true);

body?.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-within]")) return;
  event.preventDefault();
  saveWithin(event.target, event.submitter);
});

// The calendar draws its tiles anew by itself; any other page is older than what was saved.
dialog?.addEventListener("close", () => {
  if (!hasChanged) return;
  hasChanged = false;
  if (document.getElementById("calendar")) document.dispatchEvent(new Event("desk:changed"));
  else location.reload();
});

document.addEventListener("desk:popup", (event) => {
  open(event.detail.popup, event.detail.page);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-popup]");
  if (link && dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.dataset.popup, link.href);
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) copyLink(copy);
  if (event.target === dialog) dialog.close(); // the backdrop
});

async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("span:last-child") ?? button;
    words.textContent = button.dataset.copied;
  } catch {
    window.prompt(button.textContent.trim(), button.dataset.copy); // no clipboard without https
  }
}
