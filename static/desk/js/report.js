// Reports: ticks a whole page, says how many are ticked, and follows files that are being made.
const boxes = [...document.querySelectorAll('[form="several"][name="booking"]')];
const all = document.querySelector("[data-tick-all]");
const told = document.querySelector("[data-ticked]");

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  told.textContent = ticked ? `✓ ${ticked}` : "";
  told.hidden = !ticked;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

if (all && told && boxes.length) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}

const list = document.querySelector("[data-exports]");
const SECONDS = 2;

async function follow() {
  const response = await fetch(list.dataset.exports);
  if (response.ok && !response.redirected) list.innerHTML = await response.text();
  if (list.querySelector("[data-unfinished]")) setTimeout(follow, SECONDS * 1000);
}

if (list?.querySelector("[data-unfinished]")) setTimeout(follow, SECONDS * 1000);
