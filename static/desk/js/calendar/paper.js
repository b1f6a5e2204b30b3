// On paper a calendar is a plain list: day by day, and in each by time.
import { whole } from "./tiles.js";

const element = (tag, text) => {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
};

// Writes what the calendar shows into `paper` whenever the page is printed.
export function printable(calendar, paper, settings) {
  const title = new Intl.DateTimeFormat(settings.language === "en" ? "en-GB" : settings.language, {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
  });
  const heading = paper.innerHTML;

  const write = () => {
    paper.innerHTML = heading;
    const shown = calendar.getEvents().filter((event) => event.display !== "background");
    const days = Map.groupBy(shown.sort((a, b) => a.start - b.start), ({ start }) => title.format(start));
    for (const [day, events] of days) {
      const list = document.createElement("ul");
      for (const event of events) list.append(element("li", whole(event, settings.words).join(" · ")));
      if (settings.view === "timeGridWeek") paper.append(element("h2", day)); // else it is the title
      paper.append(list);
    }
    paper.hidden = false;
  };
  addEventListener("beforeprint", write);
  addEventListener("afterprint", () => (paper.hidden = true));
}
