// Reads the participant's page again every two seconds and shows what has changed.
async function refresh() {
  const response = await fetch(location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const [before, after] = [document.querySelector("main"), page.querySelector("main")];
  if (before.innerHTML !== after.innerHTML) before.innerHTML = after.innerHTML;
}

const timer = setInterval(() => {
  const state = document.querySelector("[data-state]")?.dataset.state;
  if (state !== "in" && state !== "waiting") return void clearInterval(timer);
  refresh().catch(() => {}); // the simulator is being restarted: the next round finds it
}, 2000);
