// Pages that ask again and again, because nothing tells them of changes.
import { getJson } from './api.js';
import { setText } from './dom.js';

/** Shows what the host answers, and says it when it does not. The answer ends it. */
export function poll(path, period, { setLink, problem, show }) {
  let timer = 0;
  let closed = false;

  async function load() {
    try {
      const answer = await getJson(path);
      if (closed) return;
      setLink('live');
      problem.hidden = true;
      show(answer);
    } catch (error) {
      if (closed) return;
      setLink(error.status === 501 ? 'still' : 'reconnecting');
      setText(problem, error.message);
      problem.hidden = false;
    }
    if (!closed) timer = setTimeout(load, period);
  }

  load();
  return () => {
    closed = true;
    clearTimeout(timer);
  };
}
