// Asks before one leaves a form with data-unsaved that was changed and not saved.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let isChanged = false;
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", ({ submitter }) => {
    if (!submitter?.hasAttribute("data-try")) isChanged = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
