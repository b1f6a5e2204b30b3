// Opens a booking or a session in the page's dialog, and copies links.
// A link with data-popup="address" leads to the full page where there is no dialog.
const dialog = document.getElementById("popup");
const body = dialog?.querySelector("[data-popup-body]");

async function open(address, fallback) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return void (location.href = fallback);
  body.innerHTML = await response.text();
  dialog.scrollTop = 0;
  if (!dialog.open) dialog.showModal();
}

// What unfolds at the lower edge would be out of sight; "toggle" does not bubble.
body?.addEventListener("toggle", ({ target }) => target.scrollIntoView({ block: "nearest" }), true);

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
