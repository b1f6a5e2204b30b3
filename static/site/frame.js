// Inside a frame: tells the page around it how high the content is, and what was booked or held.
let outer = ""; // the origin of the page around us, as the browser told it

const tell = (what, facts = {}) => {
  if (outer) parent.postMessage({ zustrich: what, ...facts }, outer);
};
const tellHeight = () => {
  tell("height", { height: document.body.getBoundingClientRect().height });
};
const tellBooking = () => {
  const facts = document.querySelector("[data-booked], [data-held]")?.dataset;
  if (!facts) return;
  const { booked, held, startsAt: start } = facts;
  if (booked) tell("booked", { code: booked, start });
  else tell("held", { code: held, start });
};

// Whoever shows us was let by frame-ancestors; nobody else has this window for a parent.
addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.zustrich !== "hello") return;
  if (event.origin === "null") return;
  outer = event.origin;
  tellHeight();
  tell("step");
  tellBooking();
});

new ResizeObserver(tellHeight).observe(document.body);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) tell("escape");
});
