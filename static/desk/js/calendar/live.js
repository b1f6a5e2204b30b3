// New bookings appear by themselves: asks for a number that rises, and has the page drawn anew.
import { say } from "./toast.js";

const EVERY = 10000; // milliseconds
const settings = JSON.parse(document.getElementById("calendar-live")?.textContent ?? "null");
let { newest } = settings ?? {};
let isOut = false; // signed out meanwhile

async function ask() {
  const url = new URL(settings.pulse, location.href);
  url.searchParams.set("since", newest);
  const response = await fetch(url, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(EVERY),
  });
  if (response.redirected || response.status === 403) {
    isOut = true;
    say(settings.words.signedOut, [{ label: settings.words.signIn, href: settings.signIn }]);
    return null;
  }
  return response.ok ? response.json() : null;
}

// What the server drew: a list, a month. Nothing is taken from under a dialog or a menu.
async function redraw() {
  const old = document.querySelector("[data-live]");
  if (!old) return true; // the calendar's own tiles are seen to by who listens
  if (document.querySelector("dialog[open], details[data-menu][open]")) return false;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const drawn = page.querySelector("[data-live]");
  if (drawn) old.replaceWith(drawn);
  return Boolean(drawn);
}

// Whoever draws tiles takes the news up, unless a hand is busy; then they are told again.
const isTakenUp = () =>
  !document.dispatchEvent(new CustomEvent("desk:news", { cancelable: true }));

async function look() {
  if (document.hidden || isOut) return;
  const answer = await ask().catch(() => null);
  if (!answer || answer.newest <= newest) return;
  const hasTiles = document.getElementById("calendar");
  if (!(hasTiles ? isTakenUp() : await redraw())) return;
  newest = answer.newest;
  if (answer.said) say(answer.said);
}

if (settings) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
}
