// A tile was put elsewhere: the server decides, and its answer is shown.
import { ask } from "./ask.js";
import { post } from "./post.js";
import { hush as clear, say } from "./toast.js";

const DAY = 24 * 60;

// What the server is asked, of a shift in minutes of wall time.
export const shift = (minutes) => ({
  days: Math.trunc(minutes / DAY),
  minutes: minutes % DAY,
});

// `refetch` draws the tiles anew; `place` is the address to come back to.
export function dropper({ settings, place, refetch }) {
  const { words } = settings;
  const done = new Map(); // by tile, the newest last: how its last change is taken back

  const undo = async () => {
    const [id, word] = [...done].at(-1) ?? [];
    if (!word) return say(words.nothingToUndo);
    done.delete(id);
    const answer = await post(settings.undo, { undo: word }, words);
    await refetch();
    say(answer.said ?? answer.refused, signIn(answer));
  };

  const signIn = ({ signIn }) => (signIn ? [{ label: words.signIn, href: settings.signIn }] : []);

  const hush = async (answer) => {
    const told = await post(answer.hush, { revision: answer.revision }, words);
    say(told.said ?? told.refused, answer.undo ? [{ label: words.undo, run: undo }] : []);
  };

  const show = (id, answer) => {
    const actions = [];
    if (answer.undo) {
      done.delete(id);
      done.set(id, answer.undo);
      actions.push({ label: words.undo, run: undo });
    }
    if (answer.hush) actions.push({ label: words.tellNobody, run: () => hush(answer) });
    say(answer.said, actions);
  };

  const question = async (answer) => {
    const choices = [{ label: answer.yes, value: "yes", isMain: true }];
    if (answer.tells) choices.push({ label: words.quietly, value: "quietly" });
    if (answer.rest) choices.push({ label: words.rest, href: answer.rest });
    return ask({ title: answer.asks, choices, back: words.back });
  };

  const refusal = async (answer) => {
    const { refused, because = [], note, nearest = [], others, override } = answer;
    if (!others) return say(refused, signIn(answer));
    const choices = nearest.map(({ name, url }) => ({ label: name, href: url }));
    if (override) choices.push({ label: words.anyway, value: "anyway" });
    choices.push({ label: words.others, href: others });
    const lines = [...because, note, nearest.length ? words.nearby : ""];
    return ask({ title: refused, lines, choices, back: words.back });
  };

  // Whether it went where it was put; `revert` puts the tile back where it did not.
  const drop = async (event, fields, revert) => {
    const { drop: address, revision } = event.extendedProps;
    clear(); // what is said there is of an earlier change
    const sent = { revision, next: place, asks_to_tell: 1, tell: 1, ...fields };
    const answer = await post(address, sent, words);
    if (answer.ok) {
      show(event.id, answer);
      await refetch();
      return true;
    }
    if (answer.asks) {
      const chosen = await question(answer);
      const how = chosen === "quietly" ? { ...fields, tell: "" } : fields;
      if (chosen) return drop(event, { ...how, confirmed: answer.confirms }, revert);
    } else {
      revert();
      if ((await refusal(answer)) === "anyway") {
        return drop(event, { ...fields, override: answer.override }, () => {});
      }
    }
    revert();
    await refetch();
    return false;
  };

  return { drop, undo };
}
