// Copies the text above a button; browsers let us over https only, so elsewhere there is none.
for (const button of document.querySelectorAll("[data-copy-text]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const text = button.closest("section").querySelector("pre").textContent;
    await navigator.clipboard.writeText(text);
    (button.querySelector("span:last-child") ?? button).textContent = button.dataset.copied;
  });
}
