// Draws the calendar. Times arrive as the company's wall times and are shown as they are,
// whatever zone the browser is in.
import { gestures } from "./gestures.js";
import { printable } from "./paper.js";
import { area, describe, dropRoles, face } from "./tiles.js";

const target = document.getElementById("calendar");
const settings = JSON.parse(document.getElementById("calendar-settings")?.textContent ?? "null");

if (target && settings) {
  const next = encodeURIComponent(target.dataset.place);
  const isWeek = settings.view === "timeGridWeek";
  const isNarrow = matchMedia("(width < 48rem)").matches;
  const { column } = target.dataset; // the one that a narrow screen has room for
  const resources = settings.resources.filter(({ id }) => !isNarrow || !column || column === `${id}`);
  const isTile = (event) => Boolean(event.extendedProps.popup); // not what lies behind, nor the pointer

  const show = (id, text) => {
    const note = document.getElementById(id);
    if (text) note.textContent = text;
    note.hidden = false;
  };
  const hide = (id) => (document.getElementById(id).hidden = true);

  const load = async (address, range) => {
    const url = new URL(address, location.href);
    url.searchParams.set("start", range.startStr.slice(0, 10));
    url.searchParams.set("end", range.endStr.slice(0, 10));
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) {
      show("calendar-fault", settings.words.failed);
      return [];
    }
    hide("calendar-fault");
    return response.json();
  };

  const tiles = async (range) => {
    const found = await load(settings.feed, range);
    if (settings.isFiltered && !found.length) show("calendar-empty");
    else hide("calendar-empty");
    return found;
  };

  const open = ({ event, jsEvent }) => {
    if (!isTile(event)) return;
    jsEvent.preventDefault(); // else Enter also presses the dialog's first button
    const { popup, page } = event.extendedProps;
    const detail = { popup: `${popup}?next=${next}`, page: `${page}?next=${next}` };
    document.dispatchEvent(new CustomEvent("desk:popup", { detail }));
  };

  const width = () => {
    if (isWeek) return isNarrow ? "9rem" : undefined;
    if (isNarrow && resources.length > 2) return "9rem";
    return resources.length > 6 ? "11rem" : undefined;
  };

  // A narrow screen has no room for all seven days.
  const reveal = () => {
    const weekday = (new Date(`${settings.date}T12:00:00`).getDay() + 6) % 7;
    const head = target.querySelectorAll(".ec-col-head")[weekday];
    head?.scrollIntoView({ block: "nearest", inline: "start" });
  };

  const hand = gestures(settings, target.dataset.place);
  const calendar = EventCalendar.create(target, {
    view: settings.view,
    date: settings.date,
    timeZone: settings.timeZone,
    locale: settings.language === "en" ? "en-GB" : settings.language, // day before month
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    nowIndicator: true,
    slotHeight: 36,
    slotEventOverlap: false,
    scrollTime: settings.starts,
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    columnWidth: width(),
    resources,
    eventSources: [
      { events: tiles },
      { events: (range) => load(settings.background, range) },
    ],
    eventContent: ({ event }) => (isTile(event) ? face(event, settings) : area(event)),
    eventDidMount: ({ el, event }) => {
      if (!isTile(event)) return;
      describe(el, event, settings);
      el.dataset.tile = event.id;
    },
    eventAllUpdated: () => dropRoles(target),
    viewDidMount: () => {
      dropRoles(target);
      if (isWeek && isNarrow) reveal();
    },
    eventClick: open,
    ...hand.options,
  });
  hand.attach(calendar, target);
  printable(calendar, document.getElementById("calendar-paper"), settings);
}
