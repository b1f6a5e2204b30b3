// What stands in a tile of the calendar, and what is said of it to who cannot see it.
const line = (tag, text) => {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
};

// The face of a tile: icons, clock, title, and what is left to say.
export function face(event, isNarrow) {
  const facts = event.extendedProps;
  const node = document.createElement("span");
  const minutes = (event.end - event.start) / 60000;
  node.className = minutes < 40 ? "z-tile z-short" : "z-tile";
  const online = facts.hasNoLink ? "videocam_off" : "videocam";
  for (const name of [facts.state && "hourglass_top", facts.isOnline && online]) {
    if (!name) continue;
    const icon = line("span", name);
    icon.className = "material-symbols-outlined z-icon";
    icon.setAttribute("aria-hidden", "true");
    node.append(icon);
  }
  // A day of the week is narrow: the height shows the end, the label says it.
  const clock = line("span", isNarrow ? facts.time.split("–")[0] : facts.time);
  clock.className = "z-clock";
  node.append(clock, line("strong", event.title));
  const rest = [facts.service, facts.state].filter((part) => part && !event.title.startsWith(part));
  node.append(line("span", rest.join(" · ")));
  return { domNodes: [node] };
}

// The whole of a tile in words: its label and its tooltip.
export function describe(el, event, words) {
  const facts = event.extendedProps;
  const said = [facts.time, event.title, facts.service, facts.provider, facts.state, facts.label];
  if (facts.isOnline) said.push(words.online);
  if (facts.hasNoLink) said.push(words.noLink);
  el.setAttribute("aria-label", said.filter(Boolean).join(", "));
  el.setAttribute("role", "button");
  el.style.setProperty("--z-provider", facts.colour);
  el.title = said.filter(Boolean).join("\n");
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
