// The form that starts a run. A list is sent as it lies in its file: large ones are never held here as objects.
import { postJson } from './api.js';
import { field, h, setText } from './dom.js';
import { notify, openDialog } from './dialogs.js';
import { bytes, count } from './format.js';

/** Larger lists are not looked through before they are sent; the host does that. */
const largestChecked = 5_000_000;

const example = '[\n  {"id": "fp-0", "title": "Flood on the lower Marle", "feeds": []},\n  {"id": "fp-1", "title": "Strike at Puerto Sereno", "feeds": []}\n]';

export function openStart() {
  const text = h('textarea', { rows: 8, spellcheck: false, placeholder: example, class: 'code' });
  const file = h('input', { type: 'file', accept: '.json,.jsonl,.ndjson,application/json,application/x-ndjson' });
  const found = h('p', { class: 'muted', role: 'status' });
  const date = h('input', { type: 'date' });
  const workers = h('input', { type: 'number', min: 1, max: 10000, inputMode: 'numeric', placeholder: 'As set' });
  const chunkSize = h('input', { type: 'number', min: 1, inputMode: 'numeric', placeholder: 'Even shares' });
  const runId = h('input', { type: 'text', autocomplete: 'off', spellcheck: false, placeholder: 'Made of date and list' });
  const cleanup = h('input', { type: 'checkbox', checked: true });
  const look = async () => setText(found, await describe(file.files[0], text.value));
  text.addEventListener('input', look);
  file.addEventListener('change', async () => {
    text.disabled = file.files.length > 0;
    await look();
  });
  openDialog({
    title: 'Start a run',
    wide: true,
    confirm: 'Start the run',
    body: [
      field('Flashpoints', text, 'A JSON array, or one JSON object per line. Each needs an "id" of its own.'),
      field('…or a file', file),
      found,
      h('div', { class: 'field-row' },
        field('Date', date, 'Default: today, UTC'),
        field('Workers', workers, 'Jobs at once'),
        field('Chunk size', chunkSize, 'Flashpoints per job')),
      field('Run id', runId, 'The same id with the same list is the same run: nothing starts twice.'),
      h('label', { class: 'check' }, cleanup, ' Workers clean up after themselves'),
    ],
    onconfirm: async () => {
      const list = await toArray(file.files[0], text.value);
      const head = {
        ...(date.value ? { date: date.value } : {}),
        ...(workers.value ? { workers: Number(workers.value) } : {}),
        ...(runId.value ? { run_id: runId.value } : {}),
        ...(chunkSize.value ? { options: { chunk_size: Number(chunkSize.value) } } : {}),
        trigger: 'manual',
        cleanup: cleanup.checked,
      };
      const body = new Blob([JSON.stringify(head).slice(0, -1), ',"flashpoints":', list, '}'], { type: 'application/json' });
      const answer = await postJson('/api/runs', body);
      const id = answer.body.id ?? answer.body.run_id;
      notify(answer.status === 202 ? `Run ${id} has started.` : `Run ${id} was there already; nothing was started.`);
      location.hash = `#/runs/${encodeURIComponent(id)}`;
    },
  });
}

async function describe(file, text) {
  if (file && file.size > largestChecked) return `${file.name}: ${bytes(file.size)}`;
  const list = (file ? await file.text() : text).trim();
  if (!list) return '';
  try {
    return `${file ? `${file.name}: ` : ''}${count(parseList(list).length, 'flashpoint')}`;
  } catch (error) {
    return error.message;
  }
}

/** The list as a JSON array, to be put into a body. */
async function toArray(file, text) {
  if (file && file.size > largestChecked && (await file.slice(0, 64).text()).trimStart().startsWith('[')) return file;
  const list = (file ? await file.text() : text).trim();
  if (!list) throw new Error('Paste a list of flashpoints, or choose a file.');
  return JSON.stringify(parseList(list));
}

function parseList(text) {
  if (text.startsWith('[')) return parse(text, 'The list is not JSON');
  const lines = text.split('\n').filter(line => line.trim());
  try {
    const whole = JSON.parse(text);
    return Array.isArray(whole.flashpoints) ? whole.flashpoints : [whole];
  } catch {
    return lines.map((line, index) => parse(line, `Line ${index + 1} is not JSON`));
  }
}

function parse(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what}: ${error.message}`);
  }
}
