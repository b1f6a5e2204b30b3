// Copies the secret on the page; browsers let it be copied over https only.
const keep = document.querySelector("[data-keep]");
const copy = keep.querySelector("[data-copy]");

keep.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(document.querySelector("[data-secret]").textContent);
  document.querySelector("[data-said]").textContent = copy.dataset.done;
});
