// A form of choices sends itself; its button is for pages without scripts.
document.documentElement.classList.add("site-sends-itself");
document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-sends-itself]");
  if (form && !target.matches("[data-zone-choice]")) form.requestSubmit();
});
