// What a hand does in the calendar: moves, pulls, and makes what is new.
import { choose } from "./chooser.js";
import { dropper, shift } from "./drops.js";
import { keys } from "./keys.js";
import { say } from "./toast.js";

const SNAP = 15; // minutes
const HOUR = 60;

// The component gives a shift of wall time, as days and seconds.
const minutesOf = ({ days = 0, seconds = 0 }) => days * 24 * 60 + seconds / 60;

// Wall time is reckoned as if it were UTC, whatever zone one is in.
const stamp = (text) => Date.parse(`${text.slice(0, 19)}Z`);
const wall = (milliseconds) => new Date(milliseconds).toISOString().slice(0, 16);

// The component's options; `place` is the address to come back to. `attach` the calendar to them.
export function gestures(settings, place) {
  const { hand } = settings;
  let calendar;
  let isBusy = false;
  const refetch = () => calendar.refetchEvents();
  const { drop, undo } = dropper({ settings: hand, place, refetch });
  const busy = (is) => () => (isBusy = is);

  const moved = ({ event, delta, newResource, revert }) => {
    isBusy = false;
    const fields = shift(minutesOf(delta));
    if (newResource && settings.columns === "service") {
      revert();
      return say(hand.words.otherService);
    }
    if (newResource) fields.provider = newResource.id;
    if (newResource || minutesOf(delta)) drop(event, fields, revert);
    return undefined;
  };

  const pulled = ({ event, endDelta, revert }) => {
    isBusy = false;
    if (minutesOf(endDelta)) drop(event, { end_minutes: minutesOf(endDelta) }, revert);
  };

  const create = (startStr, minutes, resource, jsEvent) => {
    const at = { x: jsEvent.clientX, y: jsEvent.clientY };
    const time = { date: startStr.slice(0, 10), time: startStr.slice(11, 16) };
    const of = resource ? { [settings.columns ?? "provider"]: resource.id } : {};
    const length = minutes ? { length: minutes } : {};
    const starts = stamp(startStr);
    const span = { starts_at: wall(starts), ends_at: wall(starts + (minutes || HOUR) * 60000) };
    const choices = hand.create.map(({ label, url, takesSpan }) => {
      const when = takesSpan ? span : { ...time, ...length };
      return { label, href: `${url}?${new URLSearchParams({ ...when, ...of, next: place })}` };
    });
    const title = [time.time, minutes && hand.words.minutes.replace("{n}", minutes), resource?.title];
    choose({ title: title.filter(Boolean).join(", "), choices, at, closed: () => calendar.unselect() });
  };

  const options = {
    editable: false, // unless a tile says otherwise
    pointer: hand.create.length > 0,
    selectable: hand.create.length > 0,
    unselectCancel: ".z-chooser",
    snapDuration: { minutes: SNAP },
    longPressDelay: 400,
    eventDragStart: busy(true),
    eventResizeStart: busy(true),
    eventDrop: moved,
    eventResize: pulled,
    dateClick: (info) => create(info.dateStr, 0, info.resource, info.jsEvent),
    select: ({ startStr, endStr, resource, jsEvent }) => {
      create(startStr, (stamp(endStr) - stamp(startStr)) / 60000, resource, jsEvent);
    },
  };

  const attach = (drawn, target) => {
    calendar = drawn;
    keys({ calendar, target, settings, drop, undo, snap: SNAP });
    document.addEventListener("desk:news", async (event) => {
      if (isBusy || document.querySelector("dialog[open], :popover-open")) return;
      event.preventDefault(); // it was taken up
      await refetch();
    });
  };

  return { options, attach };
}
