// Copies, prints and downloads the recovery codes on the page; nothing of them is kept.
const keep = document.querySelector("[data-keep]");
const codes = [...document.querySelectorAll("[data-codes] code")].map((code) => code.textContent);
const copy = keep.querySelector("[data-copy]");
const download = keep.querySelector("[data-download]");

keep.hidden = false;
copy.hidden = !navigator.clipboard; // browsers have it over https only

copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(codes.join("\n"));
  document.querySelector("[data-said]").textContent = copy.dataset.done;
});
keep.querySelector("[data-print]").addEventListener("click", () => print());
download.addEventListener("click", () => {
  const text = [download.dataset.heading, "", ...codes, ""].join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = download.dataset.download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
