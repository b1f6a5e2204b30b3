// Counts down on the page behind a meeting link, and leads in when the time has come.
const page = document.querySelector("[data-meeting]");
const { meeting: phase, pageUrl, statusUrl, startsAt, now, pollSeconds } = page.dataset;
const SECOND = 1000;
const poll = Number(pollSeconds) * SECOND;
// The visitor's clock may be wrong; what counts is the server's.
const serverIsAhead = Date.parse(now) - Date.now();
const left = () => Date.parse(startsAt) - Date.now() - serverIsAhead;

const countdown = page.querySelector("[data-countdown]");
const twoDigits = (number) => String(number).padStart(2, "0");
const inDays = new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: "day", unitDisplay: "long",
});
const show = () => {
  const seconds = Math.max(0, Math.ceil(left() / SECOND));
  const [days, hours] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24];
  const clock = [hours, Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
  countdown.querySelector("[data-left]").textContent = days ? `${inDays.format(days)} ${clock}` : clock;
};
if (countdown) {
  countdown.hidden = false;
  show();
  setInterval(show, SECOND);
}

let timer;
const wait = () => {
  const remaining = left();
  const isDue = phase === "waiting" && remaining <= 0 && remaining > -2 * poll;
  // At the start itself, and then twice a second until the server agrees that it is time.
  timer = setTimeout(look, isDue ? SECOND / 2 : Math.min(poll, remaining > 0 ? remaining : poll));
};
const look = async () => {
  clearTimeout(timer);
  // Not AbortSignal.timeout: phones that are some years old do not know it.
  const patience = new AbortController();
  const giveUp = setTimeout(() => patience.abort(), poll);
  try {
    const answer = await fetch(statusUrl, { cache: "no-store", signal: patience.signal });
    if (answer.status === 404) return void moveOn("gone");
    if (answer.ok) {
      const current = await answer.json();
      if (current.phase !== phase) return void moveOn(current.phase);
      if (note) say(current.note);
    }
  } catch {
    // No network at the moment: the next look may succeed.
  } finally {
    clearTimeout(giveUp);
  }
  wait();
};
const moveOn = (current) => {
  const entrance = current === "open" && page.querySelector("form[data-enter]");
  if (entrance) entrance.submit();
  else location.replace(pageUrl);
};
const note = page.querySelector("[data-note]");
const say = (text) => {
  if (note.textContent === text) return; // or it would be read aloud again
  note.textContent = text;
  note.hidden = !text;
};

wait();
// Browsers slow the timers of hidden pages down.
document.addEventListener("visibilitychange", () => void (document.hidden || look()));
