// One line at the lower edge: what was done, with buttons. It is read out, and takes no focus.
const SHOWN = 20000; // milliseconds; Undo stays in reach by Ctrl+Z

const box = document.createElement("div");
box.className = "z-toast";
box.setAttribute("role", "status");
document.body.append(box);
let timer;

const button = ({ label, run, href }) => {
  const node = document.createElement(href ? "a" : "button");
  node.className = "z-button";
  node.textContent = label;
  if (href) node.href = href;
  else {
    node.type = "button";
    node.addEventListener("click", () => {
      hush();
      run?.();
    });
  }
  return node;
};

export function hush() {
  clearTimeout(timer);
  box.replaceChildren();
}

export function say(text, actions = []) {
  hush();
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words, ...actions.map(button));
  wait();
}

const wait = () => {
  clearTimeout(timer);
  timer = setTimeout(hush, SHOWN);
};
for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, wait);
