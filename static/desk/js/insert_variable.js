// Puts a variable where the cursor stood last, in the subject or the text of a template.
const fields = document.querySelectorAll("#template input[type=text], #template textarea");
let target = document.querySelector("#template textarea");

for (const field of fields) {
  field.addEventListener("focus", () => (target = field));
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    target.setRangeText(button.dataset.insert, target.selectionStart, target.selectionEnd, "end");
    target.focus();
  });
}
