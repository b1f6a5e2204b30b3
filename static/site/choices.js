// A form of choices sends itself; its button is for pages without scripts.
for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.querySelector("[data-needless]")?.setAttribute("hidden", "");
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-zone-choice]")) form.requestSubmit();
  });
}
