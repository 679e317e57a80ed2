// Calls of the host's API. The key, when one is needed, lives in this tab only.
import { h, field } from './dom.js';
import { openDialog } from './dialogs.js';

const keyName = 'fanout-key';
let asking = null;

/** What the host says when it does not do what it is asked. */
export class ProblemError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The host answered ${status}.`);
    this.status = status;
    this.title = problem.title || `Error ${status}`;
    this.field = problem.field;
  }
}

export function hasKey() {
  return sessionStorage.getItem(keyName) !== null;
}

/** A call; asks for a key when the host wants one, and calls again with it. */
export async function call(path, options = {}) {
  while (true) {
    const key = sessionStorage.getItem(keyName);
    const headers = { ...options.headers, ...(key ? { 'x-functions-key': key } : {}) };
    let response;
    try {
      response = await fetch(path, { cache: 'no-store', ...options, headers });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ProblemError(0, { title: 'The host does not answer', detail: 'The host does not answer. It may be restarting; try again in a moment.' });
    }
    if (response.ok) return response;
    if (response.status !== 401) throw await toProblem(response);
    await askForKey(key !== null, key);
  }
}

export async function getJson(path, options) {
  return (await call(path, options)).json();
}

export async function postJson(path, body) {
  const response = await call(path, {
    method: 'POST',
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

async function toProblem(response) {
  const text = await response.text();
  try {
    return new ProblemError(response.status, JSON.parse(text));
  } catch {
    return new ProblemError(response.status, { detail: text.slice(0, 500) || `The host answered ${response.status} ${response.statusText}.` });
  }
}

/** One form at a time, however many calls wait for the key. */
function askForKey(wasWrong, used) {
  if (sessionStorage.getItem(keyName) !== used) return Promise.resolve();
  asking ??= showKeyForm(wasWrong).finally(() => { asking = null; });
  return asking;
}

function showKeyForm(wasWrong) {
  return new Promise(resolve => {
    const input = h('input', { type: 'password', name: 'key', required: true, autocomplete: 'off', spellcheck: false });
    openDialog({
      title: 'Key needed',
      closable: false,
      body: [
        h('p', {}, 'This host answers only with one of its keys (API_KEY). It is kept in this tab until you close it.'),
        wasWrong ? h('p', { class: 'problem', role: 'alert' }, 'The host does not know that key.') : null,
        field('Key', input),
      ],
      confirm: 'Use this key',
      onconfirm: () => {
        sessionStorage.setItem(keyName, input.value);
        resolve();
      },
    });
  });
}
