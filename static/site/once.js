// A form goes out once: pressing again while the answer is awaited does nothing.
const PATIENCE = 10_000; // milliseconds; whoever stopped the page can send it again

for (const form of document.querySelectorAll("form[data-once]")) {
  const release = () => form.removeAttribute("aria-busy");
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    setTimeout(release, PATIENCE);
  });
  addEventListener("pageshow", release); // and whoever comes back to it, too
}
