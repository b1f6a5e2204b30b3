// What stands in a tile of the calendar, and what is said of it to who cannot see it.
const line = (tag, text) => {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
};

const icon = (name) => {
  const node = line("span", name);
  node.className = "material-symbols-outlined z-icon";
  node.setAttribute("aria-hidden", "true");
  return node;
};

// Those of the parts that there are, and that the title does not say: a class is named in it.
const unsaid = ({ title }, parts) => parts.filter((part) => part && !title.startsWith(part));

// The face of a tile: icons, clock, title, and what its column does not say.
export function face(event, { view, columns, severalProviders }) {
  const facts = event.extendedProps;
  const isWeek = view === "timeGridWeek";
  const node = document.createElement("span");
  const minutes = (event.end - event.start) / 60000;
  node.className = minutes < 40 ? "z-tile z-short" : "z-tile";
  const state = facts.isCalledOff ? "event_busy" : facts.state && "hourglass_top";
  const online = facts.isOnline && (facts.hasNoLink ? "videocam_off" : "videocam");
  node.append(...[state, online].filter(Boolean).map(icon));
  // A day of the week is narrow: the height shows the end, the label says it.
  const clock = line("span", isWeek ? facts.time.split("–")[0] : facts.time);
  clock.className = "z-clock";
  node.append(clock, line(facts.isCalledOff ? "s" : "strong", event.title));
  const provider = (isWeek ? severalProviders : columns === "service") && facts.provider;
  const service = (isWeek || columns === "provider") && facts.service;
  const rest = [facts.state, facts.waiting, service, provider, facts.label];
  node.append(line("span", unsaid(event, rest).join(" · ")));
  return { domNodes: [node] };
}

// What lies behind the tiles, such as a holiday, with its note.
export function area(event) {
  const node = line("span", event.title);
  node.className = "z-behind";
  return { domNodes: [node] };
}

// The whole of a tile in words.
export function whole(event, words) {
  const facts = event.extendedProps;
  const rest = [
    facts.state, facts.waiting, facts.service, facts.provider, facts.label,
    facts.isOnline && words.online, facts.hasNoLink && words.noLink,
  ];
  return [facts.time, event.title, ...unsaid(event, rest)];
}

// Gives a tile its label and its tooltip; in a week the label begins with the day.
export function describe(el, event, { view, language, words }) {
  const said = whole(event, words);
  const locale = language === "en" ? "en-GB" : language;
  const day = event.start.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long" });
  el.setAttribute("aria-label", (view === "timeGridWeek" ? [day, ...said] : said).join(", "));
  el.setAttribute("role", "button");
  el.style.setProperty("--z-provider", event.extendedProps.colour);
  el.title = said.join("\n");
}

// The component's table roles lack the children that such roles must have.
export function dropRoles(target) {
  for (const part of [target, ...target.querySelectorAll("[role]:not(.ec-event)")]) {
    for (const name of ["role", "aria-colindex", "aria-colspan", "aria-rowindex", "aria-rowspan"]) {
      part.removeAttribute(name);
    }
  }
  // What scrolls must be within reach of the keyboard, also where nothing is booked.
  target.querySelector("section")?.setAttribute("tabindex", "0");
  target.setAttribute("role", "region");
  target.setAttribute("aria-label", target.dataset.label);
}
