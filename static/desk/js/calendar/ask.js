// A question, or a refusal, in a dialog: resolves with the answer pressed, null for Esc and Back.
const element = (tag, className, text) => {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
};

const choice = ({ label, value, href, isMain }) => {
  const node = element(href ? "a" : "button", isMain ? "z-button z-primary" : "z-button", label);
  if (href) node.href = href;
  else node.value = value;
  return node;
};

// `lines` are said below the title; `choices` are buttons or links, the first has the focus.
export function ask({ title, lines = [], choices, back }) {
  const before = document.activeElement;
  const dialog = element("dialog", "z-dialog z-ask", "");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = element("h2", "", title);
  heading.id = "ask-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const actions = element("div", "z-row z-actions", "");
  actions.append(...choices.map(choice), choice({ label: back, value: "" }));
  form.append(heading, ...lines.filter(Boolean).map((line) => element("p", "", line)), actions);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue || null);
    });
  });
}
