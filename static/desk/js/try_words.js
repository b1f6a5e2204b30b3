// Shows a preview below the words, and how a test fared, without leaving the page.
const form = document.getElementById("template");
const place = document.querySelector("[data-tried]");

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.hasAttribute("data-try")) return;
  event.preventDefault();
  const words = new FormData(form, button);
  words.set("fragment", "1");
  button.disabled = true;
  try {
    const response = await fetch(button.formAction, { method: "POST", body: words });
    const isAnswer = !response.redirected && (response.ok || response.status === 422);
    if (!isAnswer) throw new Error(response.status);
    place.innerHTML = await response.text();
  } catch {
    place.textContent = place.dataset.failed;
  } finally {
    button.disabled = false;
  }
  place.scrollIntoView({ block: "nearest" });
});
