// What may be put into free time: a small menu where it was pressed. Esc closes it.
let open;

const menu = (title, choices) => {
  const node = document.createElement("div");
  node.className = "z-chooser";
  node.popover = "auto";
  node.setAttribute("role", "dialog");
  node.setAttribute("aria-label", title);
  const heading = document.createElement("p");
  heading.textContent = title;
  node.append(heading);
  for (const { label, href } of choices) {
    const link = document.createElement("a");
    link.textContent = label;
    link.href = href;
    node.append(link);
  }
  return node;
};

// Beside the point pressed, but never beyond the window; narrow windows have it at their edge.
const put = (node, { x, y }) => {
  const { width, height } = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
};

// One choice needs no menu. `closed` is called when nothing was chosen.
export function choose({ title, choices, at, closed }) {
  if (choices.length < 2) return void (choices.length && (location.href = choices[0].href));
  open?.remove();
  open = menu(title, choices);
  document.body.append(open);
  const node = open;
  setTimeout(() => {
    node.showPopover(); // after the press that asked for it, which would close it again
    put(node, at);
    node.querySelector("a").focus();
  });
  node.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    node.remove();
    closed();
  });
}
