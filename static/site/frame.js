// Inside a frame: tells the page around it how high the content is, and what was booked.
let outer = ""; // the origin of the page around us, as the browser told it

const tell = (what, facts = {}) => {
  if (outer) parent.postMessage({ zustrich: what, ...facts }, outer);
};
const tellHeight = () => {
  tell("height", { height: document.body.getBoundingClientRect().height });
};
const tellBooking = () => {
  const booked = document.querySelector("[data-booked]")?.dataset;
  if (booked) tell("booked", { code: booked.booked, start: booked.startsAt });
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
