// What a hand does in the calendar.
import { clockOf, dayOf } from "./wall.js";

// The component's options for who may write; `place` is the address to come back to.
export function gestures(settings, place) {
  const create = (info) => {
    if (!settings.create) return;
    const url = new URL(settings.create, location.href);
    url.searchParams.set("date", dayOf(info.date));
    url.searchParams.set("time", clockOf(info.date));
    if (info.resource) url.searchParams.set(settings.columns, info.resource.id);
    url.searchParams.set("next", place);
    location.href = url;
  };
  return { editable: false, pointer: Boolean(settings.create), dateClick: create };
}
