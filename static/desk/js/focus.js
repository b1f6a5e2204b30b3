// Puts the cursor where autofocus says: the frame hides itself until its scripts run, and what
// is hidden takes no focus.
const focus = () => requestAnimationFrame(() => document.querySelector("[autofocus]")?.focus());

document.addEventListener("alpine:initialized", focus);
focus();
