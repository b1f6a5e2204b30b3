// Sends what a hand did, and reads the answer; what went wrong on the way is put into words.
const PATIENCE = 15000; // milliseconds

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// The answer of the server, with `ok`; where there was none, only `refused`, a text.
export async function post(address, fields, words) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token(), ...fields });
  const headers = { Accept: "application/json" };
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(address, { method: "POST", body, headers, signal });
    if (response.redirected) return { refused: words.signedOut, signIn: true };
    if (response.status === 403) return { refused: words.forbidden };
    const isWords = response.headers.get("Content-Type")?.startsWith("application/json");
    if (!isWords) return { refused: words.failed };
    const answer = await response.json();
    if (answer.wrong) answer.refused = Object.values(answer.wrong).flat().join(" ");
    return { ok: response.ok, ...answer };
  } catch {
    return { refused: words.offline };
  }
}
