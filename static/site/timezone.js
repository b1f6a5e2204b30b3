// Shows times in the browser's zone, unless the visitor chose another one.
const YEAR = 365 * 24 * 60 * 60;
// Cookies are not for frames: there the query alone carries the zone.
const isFramed = document.documentElement.classList.contains("site-framed");
const isRemembered = () => /(?:^|; )timezone=/.test(document.cookie);
const remember = (zone) => {
  if (isFramed) return;
  // Names of zones need no encoding, and the server would not decode it.
  document.cookie = `timezone=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
};

// Browsers have names of their own for some zones, such as Europe/Kiev: told alike, both are one.
const told = (zone) => {
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
};

const shown = document.querySelector("[data-zone]")?.dataset.zone;
const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone;
const query = new URLSearchParams(location.search);
if (!isFramed && !isRemembered() && browsers) {
  remember(browsers);
  if (shown && told(shown) !== told(browsers) && !query.has("zone")) {
    query.set("zone", browsers);
    // Where cookies are refused the address remembers it.
    if (isRemembered()) location.reload();
    else location.replace(`?${query}${location.hash}`);
  }
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("select[data-zone-choice]")) return;
  remember(target.value);
  target.form.requestSubmit();
});
