// Puts the booking site into the page that loads this: docs/embedding.md has its attributes.
(texts => {
  const script = document.currentScript;
  const asked = script.dataset;
  const site = new URL("embed/", script.src);
  const language = (asked.language || document.documentElement.lang || "en").toLowerCase();
  const say = texts[language] || texts[language.split("-")[0]] || texts.en;
  const HEIGHT = 480; // pixels, until the frame tells its own
  const PATIENCE = 10000; // milliseconds, until another way is offered

  const style = (element, rules) => Object.assign(element.style, rules);

  const addressOf = () => {
    let path = "";
    if (asked.service) path = `book/${encodeURIComponent(asked.service)}/`;
    else if (asked.provider) path = `with/${encodeURIComponent(asked.provider)}/`;
    const address = new URL(path, site);
    const carried = {
      provider: asked.service && asked.provider,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      language: asked.language,
      colour: asked.colour,
      theme: asked.theme,
    };
    for (const [name, value] of Object.entries(carried)) {
      if (value) address.searchParams.set(name, value);
    }
    return address;
  };

  const makeFrame = () => {
    const frame = document.createElement("iframe");
    frame.title = say.title;
    style(frame, {
      display: "block",
      width: "100%",
      height: `${HEIGHT}px`,
      border: "0",
      background: "transparent",
      colorScheme: asked.theme === "auto" ? "light dark" : asked.theme || "light",
    });
    return frame;
  };

  const makeNote = () => {
    const note = document.createElement("p");
    note.setAttribute("role", "status");
    note.textContent = say.loading;
    style(note, { margin: "0", padding: "1rem", textAlign: "center" });
    return note;
  };

  // The frame cannot be shown here, or its server does not answer: the site itself may.
  const offerOutside = note => {
    const link = document.createElement("a");
    link.href = new URL(addressOf().href.replace("/embed/", "/"));
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = say.outside;
    note.replaceChildren(link);
  };

  // Shows the frame in `room`; `close` is called when Escape is pressed inside it.
  const show = (room, close) => {
    const frame = makeFrame();
    const note = makeNote();
    room.append(note, frame);
    const waiting = setTimeout(() => offerOutside(note), PATIENCE);
    let steps = 0;
    let told = "";
    // Once each, however often its page is loaded again.
    const tell = (name, { code, start }) => {
      if (told === `${name} ${code}`) return;
      told = `${name} ${code}`;
      const detail = { code: String(code), start: String(start) };
      frame.dispatchEvent(new CustomEvent(`zustrich:${name}`, { bubbles: true, detail }));
    };
    const heard = {
      height: ({ height }) => {
        clearTimeout(waiting);
        note.remove();
        frame.style.height = `${Math.max(1, Math.ceil(Number(height) || HEIGHT))}px`;
      },
      step: () => {
        steps += 1;
        if (steps > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      },
      escape: () => close?.(),
      booked: facts => tell("booked", facts),
      held: facts => tell("held", facts),
    };
    addEventListener("message", event => {
      if (event.source !== frame.contentWindow || event.origin !== site.origin) return;
      if (Object.hasOwn(heard, event.data?.zustrich)) heard[event.data.zustrich](event.data);
    });
    // By this the frame learns whom it may answer.
    frame.addEventListener("load", () => {
      frame.contentWindow.postMessage({ zustrich: "hello" }, site.origin);
    });
    frame.src = addressOf();
  };

  const makeDialog = () => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", asked.button);
    style(dialog, {
      boxSizing: "border-box",
      width: "min(60rem, 100vw)",
      maxWidth: "100vw",
      maxHeight: "100dvh",
      padding: "0",
      border: "0",
      borderRadius: "8px",
      overflow: "auto",
      overscrollBehavior: "contain",
      boxShadow: "0 0 0 100vmax rgb(0 0 0 / 50%)",
    });
    style(dialog, asked.theme === "dark" ? { background: "#14181a", color: "#fff" } : { background: "#fff", color: "#182433" });
    const bar = document.createElement("div");
    style(bar, { position: "sticky", top: "0", textAlign: "end", background: "inherit" });
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", say.close);
    style(button, { width: "44px", height: "44px", border: "0", background: "none", color: "inherit", font: "24px/1 sans-serif", cursor: "pointer" });
    button.addEventListener("click", () => dialog.close());
    bar.append(button);
    dialog.append(bar);
    return dialog;
  };

  // The browser itself gives focus back to the button, and hears Escape outside the frame.
  const makeButton = place => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "zustrich-button";
    button.textContent = asked.button;
    button.setAttribute("aria-haspopup", "dialog");
    const dialog = makeDialog();
    const page = document.documentElement;
    let scrolling = null; // what the page had, while it is kept from scrolling
    button.addEventListener("click", () => {
      if (!dialog.querySelector("iframe")) show(dialog, () => dialog.close());
      scrolling ??= page.style.overflow;
      page.style.overflow = "hidden";
      dialog.showModal();
    });
    // Told a moment later: by then it may be open again.
    dialog.addEventListener("close", () => {
      if (dialog.open) return;
      page.style.overflow = scrolling;
      scrolling = null;
    });
    place(button);
    document.body.append(dialog);
  };

  const makeRoom = place => {
    const room = document.createElement("div");
    room.className = "zustrich-frame";
    place(room);
    show(room);
  };

  const start = () => {
    const target = asked.target && document.querySelector(asked.target);
    const place = element => {
      if (target) target.append(element);
      else if (document.head.contains(script)) document.body.append(element);
      else script.after(element);
    };
    if (asked.button) makeButton(place);
    else makeRoom(place);
  };

  if (document.readyState === "loading" && (asked.target || document.head.contains(script))) {
    addEventListener("DOMContentLoaded", start, { once: true });
  } else {
    start();
  }
});
