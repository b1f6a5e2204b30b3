// Shows times in the browser's zone, unless the visitor chose another one.
const YEAR = 365 * 24 * 60 * 60;
// Cookies are not for frames: there the query alone carries the zone.
const isFramed = document.documentElement.classList.contains("site-framed");
const remember = (zone) => {
  if (isFramed) return;
  // Names of zones need no encoding, and the server would not decode it.
  document.cookie = `timezone=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
};

const shown = document.querySelector("[data-zone]")?.dataset.zone;
const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isChosen = isFramed || /(?:^|; )timezone=/.test(document.cookie);
if (!isChosen && browsers) {
  remember(browsers);
  const query = new URLSearchParams(location.search);
  // Cookies may be refused: then this page stays as it is instead of loading for ever.
  const isRemembered = /(?:^|; )timezone=/.test(document.cookie);
  if (isRemembered && shown && shown !== browsers && !query.has("zone")) location.reload();
}

for (const select of document.querySelectorAll("select[data-zone-choice]")) {
  select.addEventListener("change", () => {
    remember(select.value);
    select.form.requestSubmit();
  });
}
