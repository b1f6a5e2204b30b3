// Shows what was chosen at once: forms with data-auto-submit need no button.
for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", ({ target }) => {
    const isDate = target.type === "date" && target.value;
    if (isDate || target.tagName === "SELECT") form.requestSubmit();
  });
}

// A menu closes by Escape, which takes back what was ticked, and by a click beside it,
// which shows it: nobody has to find the button.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  const form = menu.closest("form");
  let isChanged = false;
  menu.addEventListener("change", () => (isChanged = true));
  menu.addEventListener("toggle", () => {
    if (!menu.open && isChanged) form?.requestSubmit();
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (isChanged) form?.reset();
    isChanged = false;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
