// Draws the calendar. Times arrive as the company's wall times and are shown as they are,
// whatever zone the browser is in.
const target = document.getElementById("calendar");
const settings = JSON.parse(document.getElementById("calendar-settings")?.textContent ?? "null");

if (target && settings) {
  const next = encodeURIComponent(target.dataset.place);
  const pad = (number) => String(number).padStart(2, "0");
  const dayOf = (date) =>
    `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const isWeek = settings.view === "timeGridWeek";
  const narrow = matchMedia("(width < 48rem)").matches;

  const fault = (hidden) => {
    const note = document.getElementById("calendar-fault");
    note.textContent = hidden ? "" : settings.words.failed;
    note.hidden = hidden;
  };

  const load = async (range) => {
    const url = new URL(settings.feed, location.href);
    url.searchParams.set("start", range.startStr.slice(0, 10));
    url.searchParams.set("end", range.endStr.slice(0, 10));
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) {
      fault(false);
      return [];
    }
    fault(true);
    return response.json();
  };

  const line = (tag, text) => {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  };

  const tile = (event) => {
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
    const clock = line("span", isWeek ? facts.time.split("–")[0] : facts.time);
    clock.className = "z-clock";
    node.append(clock, line("strong", event.title));
    const rest = [facts.service, facts.state].filter((part) => part && !event.title.startsWith(part));
    node.append(line("span", rest.join(" · ")));
    return { domNodes: [node] };
  };

  const describe = ({ el, event }) => {
    const facts = event.extendedProps;
    const words = [facts.time, event.title, facts.service, facts.provider, facts.state, facts.label];
    if (facts.isOnline) words.push(settings.words.online);
    if (facts.hasNoLink) words.push(settings.words.noLink);
    el.setAttribute("aria-label", words.filter(Boolean).join(", "));
    el.setAttribute("role", "button");
    el.style.setProperty("--z-provider", facts.colour);
    el.title = words.filter(Boolean).join("\n");
  };

  // The library's table roles lack the children that such roles must have.
  const dropRoles = () => {
    for (const part of [target, ...target.querySelectorAll("[role]:not(.ec-event)")]) {
      for (const name of ["role", "aria-colindex", "aria-colspan", "aria-rowindex", "aria-rowspan"]) {
        part.removeAttribute(name);
      }
    }
    // What scrolls must be within reach of the keyboard, also where nothing is booked.
    target.querySelector("section")?.setAttribute("tabindex", "0");
    target.setAttribute("role", "region");
    target.setAttribute("aria-label", target.dataset.label);
  };

  const create = (info) => {
    if (!settings.create) return;
    const url = new URL(settings.create, location.href);
    url.searchParams.set("date", dayOf(info.date));
    url.searchParams.set("time", `${pad(info.date.getHours())}:${pad(info.date.getMinutes())}`);
    if (info.resource) url.searchParams.set("provider", info.resource.id);
    url.searchParams.set("next", target.dataset.place);
    location.href = url;
  };

  EventCalendar.create(target, {
    view: settings.view,
    date: settings.date,
    timeZone: settings.timeZone,
    locale: settings.language === "en" ? "en-GB" : settings.language, // day before month
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    nowIndicator: true,
    slotHeight: 44,
    slotEventOverlap: false,
    scrollTime: "08:00:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    columnWidth: narrow ? "9rem" : settings.resources.length > 6 ? "11rem" : undefined,
    editable: false,
    pointer: Boolean(settings.create),
    resources: settings.resources,
    eventSources: [{ events: load }],
    eventContent: ({ event }) => tile(event),
    eventDidMount: describe,
    eventAllUpdated: dropRoles,
    viewDidMount: dropRoles,
    eventClick: ({ event, jsEvent }) => {
      jsEvent.preventDefault(); // else Enter also presses the dialog's first button
      const { popup, page } = event.extendedProps;
      const detail = { popup: `${popup}?next=${next}`, page: `${page}?next=${next}` };
      document.dispatchEvent(new CustomEvent("desk:popup", { detail }));
    },
    dateClick: create,
  });
}
