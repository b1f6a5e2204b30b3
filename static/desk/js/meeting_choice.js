// Shows beside each provider only what the chosen way of meeting needs.
document.documentElement.classList.add("z-scripted");
for (const row of document.querySelectorAll("[data-meets]")) {
  const engine = row.querySelector('[data-part="engine"]');
  const show = () => {
    for (const part of row.querySelectorAll("[data-when]")) {
      part.classList.toggle("z-unused", part.dataset.when !== engine.value);
    }
  };
  engine.addEventListener("change", show);
  show();
}
