// Puts a variable where the cursor stood last, in whichever field of a template that was.
const fields = document.querySelectorAll("#template input[type=text], #template textarea");
let target = document.querySelector("#template textarea");
target.setSelectionRange(target.value.length, target.value.length);

for (const field of fields) {
  field.addEventListener("focus", () => (target = field));
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    target.setRangeText(button.dataset.insert, target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  });
}
