// Shows the fields of a series only where there is one, and the places of the chosen class.
const facts = JSON.parse(document.getElementById("form-facts").textContent);
const field = (name) => document.querySelector(`.z-field-${name}`);
const input = (name) => document.querySelector(`[name="${name}"]`);
const ofSeries = ["every_weeks", "until", "weekdays", "except_on"].map(field);

const showSeries = () => {
  for (const part of ofSeries) part.hidden = input("repeats").value !== "weekly";
};
input("repeats").addEventListener("change", showSeries);
showSeries();

const places = input("places");
let suggested = "";
const suggestPlaces = () => {
  if (places.value !== suggested) return; // typed by hand
  suggested = String(facts.places[input("service").value] ?? "");
  places.value = suggested;
};
input("service").addEventListener("change", suggestPlaces);
suggestPlaces();

// Somebody who gives the class, if the one chosen does not.
const suggestProvider = () => {
  const gives = facts.gives.filter(([service]) => String(service) === input("service").value);
  const fitting = gives.map(([, provider]) => String(provider));
  const offered = [...input("provider").options].filter((one) => fitting.includes(one.value));
  if (offered.length && !fitting.includes(input("provider").value)) {
    input("provider").value = offered[0].value;
  }
};
input("service").addEventListener("change", suggestProvider);
