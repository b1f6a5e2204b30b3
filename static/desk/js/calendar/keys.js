// The keyboard in the calendar: tiles are moved with Alt and arrows, whatever a hand can do.
import { shift } from "./drops.js";

const ARROWS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };
const DAY = 24 * 60;

export function keys({ calendar, target, settings, drop, undo, snap }) {
  const { words } = settings.hand;
  let wanted; // the tile that has the focus, to have it again once it is drawn anew

  const tileOf = (node) => node?.closest?.(".ec-event[data-tile]");
  const eventOf = (tile) => calendar.getEventById(tile.dataset.tile);

  target.addEventListener("focusin", ({ target: node }) => (wanted = tileOf(node)?.dataset.tile));
  new MutationObserver(() => {
    if (!wanted || document.activeElement !== document.body) return;
    target.querySelector(`[data-tile="${wanted}"]`)?.focus({ preventScroll: true });
  }).observe(target, { childList: true, subtree: true });
  document.addEventListener("pointerdown", ({ target: node }) => {
    if (!tileOf(node)) wanted = undefined;
  });

  const neighbour = (event, step) => {
    const at = settings.resources.findIndex(({ id }) => `${id}` === `${event.resourceIds[0]}`);
    return settings.resources[at + step]?.id;
  };

  // What an arrow with Alt asks for; with Shift the end alone is pulled.
  const fieldsOf = ({ key, shiftKey }, event) => {
    const step = ARROWS[key];
    const isUpright = key === "ArrowUp" || key === "ArrowDown";
    if (isUpright) return shiftKey ? { end_minutes: step * snap } : shift(step * snap);
    if (settings.view === "timeGridWeek") return shift(step * DAY);
    if (settings.columns === "service") return null;
    const provider = neighbour(event, step);
    return provider ? { provider } : null;
  };

  const ofTile = (press, tile) => {
    const event = eventOf(tile);
    if (!event) return false;
    if (!press.altKey && press.key.toLowerCase() === "m" && event.extendedProps.move) {
      location.href = `${event.extendedProps.move}?next=${encodeURIComponent(target.dataset.place)}`;
      return true;
    }
    const fields = press.altKey && press.key in ARROWS && event.extendedProps.drop
      ? fieldsOf(press, event)
      : null;
    if (fields) drop(event, fields, () => {});
    return Boolean(fields);
  };

  document.addEventListener("keydown", (press) => {
    if (press.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
    if (press.target.closest("input, textarea, select, [contenteditable]")) return;
    const isUndo = (press.ctrlKey || press.metaKey) && press.key.toLowerCase() === "z";
    if (isUndo && !press.shiftKey && !press.altKey) {
      press.preventDefault();
      undo();
    } else if (!press.ctrlKey && !press.metaKey) {
      const tile = tileOf(press.target);
      if (tile && ofTile(press, tile)) press.preventDefault();
    }
  }, true);
}
