// Pages that ask again and again, because nothing tells them of changes.
import { getJson } from './api.js';
import { setText } from './dom.js';

/** Completes when nothing is pressed: what is replaced between a press and its release is not clicked. */
let letGo = Promise.resolve();

document.addEventListener('pointerdown', () => {
  letGo = new Promise(resolve => {
    // The click comes right behind.
    const done = () => setTimeout(resolve);
    for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, done, { capture: true, once: true });
  });
}, { capture: true });

/** Shows what the host answers, and says it when it does not; what is shown can ask again at once. The answer ends it. */
export function poll(path, period, { setLink, problem, show }) {
  let timer = 0;
  let closed = false;
  let looks = 0;

  /** Looks again; what an earlier look still brings is old. */
  async function load() {
    clearTimeout(timer);
    const look = ++looks;
    const isOld = () => closed || look !== looks;
    try {
      const answer = await getJson(path);
      await letGo;
      if (isOld()) return;
      setLink('live');
      problem.hidden = true;
      show(answer, load);
    } catch (error) {
      if (isOld()) return;
      setLink(error.status === 501 ? 'still' : 'reconnecting');
      setText(problem, error.message);
      problem.hidden = false;
    }
    timer = setTimeout(load, period);
  }

  load();
  return () => {
    closed = true;
    clearTimeout(timer);
  };
}
