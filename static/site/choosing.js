// Swaps the days and times without loading the page anew. What is fetched is the page that a
// reload would show, so whatever goes wrong, the browser can simply go there.
const ID = "choosing";
const NARROW = matchMedia("(max-width: 47.99rem)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const status = document.querySelector("[data-says]");
let shown = location.pathname + location.search;
let fetching;

const part = () => document.getElementById(ID);

async function go(address, { isNew, leadTo = "" }) {
  fetching?.abort();
  const mine = (fetching = new AbortController());
  part().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(ID);
    if (!answer.ok || answer.redirected || !fresh) throw new Error("another page");
    if (isNew) history.pushState(null, "", address);
    document.title = page.title;
    show(fresh, leadTo);
  } catch {
    if (mine.signal.aborted) return; // something else was chosen meanwhile
    if (isNew) location.assign(address);
    else location.reload();
  }
}

function show(fresh, leadTo) {
  const { id } = document.activeElement;
  const hadFocus = part().contains(document.activeElement);
  part().replaceWith(fresh);
  shown = location.pathname + location.search;
  // The language is changed on the page that is seen now.
  for (const field of document.querySelectorAll('input[name="next"]')) field.value = shown;
  if (hadFocus) refocus(fresh, id);
  const told = [...fresh.querySelectorAll("[data-told]")];
  status.textContent = told.map((each) => each.textContent.replace(/\s+/g, " ").trim()).join(". ");
  if (leadTo) bringIntoView(fresh.querySelector(leadTo));
}

function refocus(fresh, id) {
  const same = id && document.getElementById(id);
  const next = same || fresh.querySelector("[aria-current=date]") || fresh.querySelector("#month");
  next?.closest("details")?.setAttribute("open", "");
  next?.focus({ preventScroll: true });
}

// Where the times stand beside the days nothing moves.
function bringIntoView(times) {
  if (!times || !NARROW.matches) return;
  times.scrollIntoView({ behavior: STILL.matches ? "auto" : "smooth", block: "start" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`#${ID} a[href^="?"]`);
  const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented) return;
  event.preventDefault();
  go(link.pathname + link.search, { isNew: true, leadTo: link.hash });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(`#${ID} form`) || form.method !== "get") return;
  event.preventDefault();
  go(`${location.pathname}?${new URLSearchParams(new FormData(form))}`, { isNew: true });
});

addEventListener("popstate", () => {
  // A mere jump within the page is none of ours.
  if (location.pathname + location.search !== shown) go(location.href, { isNew: false });
});

// A page that comes back as it was left waits for nothing.
addEventListener("pageshow", () => part().removeAttribute("aria-busy"));
