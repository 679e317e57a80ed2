// Server-sent events over fetch: EventSource cannot send a key.
import { call } from './api.js';

const firstWait = 500;
const longestWait = 5000;

/** A browser opens few connections to one host: a tab that nobody looks at gives its own back. */
const hiddenWait = 60_000;

/**
 * Watches a path until it is closed. Connects again by itself; every connection begins with a snapshot.
 * @param on called with the event's name and its data
 * @param onstate called with "live", "reconnecting" or "ended", and with why
 */
export function watch(path, { on, onstate }) {
  const closing = new AbortController();
  run(path, on, onstate, closing.signal);
  return () => closing.abort();
}

async function run(path, on, onstate, signal) {
  let wait = firstWait;
  while (!signal.aborted) {
    let reason;
    const connection = new AbortController();
    const release = releaseWhenHidden(connection, signal);
    try {
      const response = await call(path, { headers: { accept: 'text/event-stream' }, signal: connection.signal });
      onstate('live');
      for await (const event of read(response.body)) {
        if (signal.aborted) return;
        wait = firstWait;
        on(event.name, event.data);
        if (event.name === 'end' || event.name === 'gone') {
          onstate('ended');
          return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 404) {
        on('gone', {});
        onstate('ended');
        return;
      }
      reason = error;
    } finally {
      release();
    }
    if (signal.aborted) return;
    await untilVisible(signal);
    if (signal.aborted) return;
    onstate('reconnecting', reason);
    await pause(wait + Math.random() * 200, signal);
    wait = Math.min(wait * 2, longestWait);
  }
}

/** Ends a connection with its watching, or when its tab has been out of sight for a while. */
function releaseWhenHidden(connection, signal) {
  const abort = () => connection.abort();
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(abort, hiddenWait);
  };
  look();
  signal.addEventListener('abort', abort);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    document.removeEventListener('visibilitychange', look);
  };
}

function untilVisible(signal) {
  if (!document.hidden) return Promise.resolve();
  return new Promise(resolve => {
    const done = () => {
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}

/** Waits; a tab that is looked at again, or a machine that is back on the network, does not wait any longer. */
function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}

async function* read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (true) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    let end;
    while ((end = text.indexOf('\n\n')) >= 0) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parse(block) {
  let name = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  return data ? { name, data: JSON.parse(data) } : null;
}
