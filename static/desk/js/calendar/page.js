// Draws the calendar. Times arrive as the company's wall times and are shown as they are,
// whatever zone the browser is in.
import { gestures } from "./gestures.js";
import { describe, dropRoles, face } from "./tiles.js";

const target = document.getElementById("calendar");
const settings = JSON.parse(document.getElementById("calendar-settings")?.textContent ?? "null");

if (target && settings) {
  const next = encodeURIComponent(target.dataset.place);
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

  const open = ({ event, jsEvent }) => {
    jsEvent.preventDefault(); // else Enter also presses the dialog's first button
    const { popup, page } = event.extendedProps;
    const detail = { popup: `${popup}?next=${next}`, page: `${page}?next=${next}` };
    document.dispatchEvent(new CustomEvent("desk:popup", { detail }));
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
    resources: settings.resources,
    eventSources: [{ events: load }],
    eventContent: ({ event }) => face(event, isWeek),
    eventDidMount: ({ el, event }) => describe(el, event, settings.words),
    eventAllUpdated: () => dropRoles(target),
    viewDidMount: () => dropRoles(target),
    eventClick: open,
    ...gestures(settings, target.dataset.place),
  });
}
