// Wall times of the company: the component's dates carry no zone that means anything here.
const pad = (number) => String(number).padStart(2, "0");

export const dayOf = (date) =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

export const clockOf = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;
