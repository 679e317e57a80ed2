// The chunks of a run. Only the rows that are seen are there, so a thousand cost as much as twelve.
import { debounce, h, setText } from './dom.js';
import { openDialog } from './dialogs.js';
import {
  absolute, badge, chunkStates, chunkWord, count, duration, isLive, money, number, secondsBetween, setBadge, timeElement,
} from './format.js';

const columns = ['Chunk', 'State', 'Done', 'Attempts', 'Queued', 'Ran', 'Cost', 'Job', 'Worker', 'Error'];
const narrow = matchMedia('(max-width: 720px)');
const rowHeight = () => (narrow.matches ? 66 : 34);

export class ChunkTable {
  #all = [];
  #shown = [];
  #rows = new Map();
  #open = null;
  #run = null;

  constructor() {
    const filter = () => {
      this.scroller.scrollTop = 0;
      this.#filter();
    };
    this.state = h('select', { 'aria-label': 'State of chunks', onchange: filter },
      h('option', { value: '' }, 'Any state'),
      h('option', { value: 'retried' }, 'Retried'),
      chunkStates.map(state => h('option', { value: state }, chunkWord(state))));
    this.search = h('input', { type: 'search', placeholder: 'Chunk, job, worker, error', 'aria-label': 'Search chunks', oninput: debounce(filter, 150) });
    this.tally = h('span', { class: 'muted tally', role: 'status' });
    this.space = h('div', { class: 'rows', role: 'rowgroup' });
    this.scroller = h('div', { class: 'scroll', tabIndex: -1 },
      h('div', { class: 'grid-head', role: 'row' }, columns.map(
        name => h('span', { role: 'columnheader' }, name))),
      this.space);
    this.table = h('div', { class: 'grid chunks', role: 'table', 'aria-label': 'Chunks' }, this.scroller);
    this.empty = h('p', { class: 'muted', hidden: true });
    this.element = h('section', { class: 'panel', 'aria-labelledby': 'chunks-title' },
      h('div', { class: 'panel-head' }, h('h2', { id: 'chunks-title' }, 'Chunks'), this.tally,
        h('div', { class: 'filters' }, this.search, this.state)),
      this.table, this.empty);
    this.scroller.addEventListener('scroll', () => this.#place());
    narrow.addEventListener('change', () => this.#place());
  }

  update(chunks, run) {
    this.#all = chunks;
    this.#run = run;
    this.#filter();
    if (this.#open) this.#open(chunks);
  }

  /** Shows a chunk with its attempts, kept current. */
  open(index) {
    const body = h('div', { class: 'attempts' });
    const show = chunks => body.replaceChildren(...describe(chunks.find(chunk => chunk.chunk === index)));
    show(this.#all);
    this.#open = show;
    openDialog({ title: `Chunk ${index}`, wide: true, body: [body], onclose: () => { this.#open = null; } });
  }

  #filter() {
    const state = this.state.value;
    const text = this.search.value.trim().toLowerCase();
    this.#shown = this.#all.filter(chunk => matches(chunk, state, text));
    const parts = chunkStates.map(name => [name, this.#all.filter(chunk => chunk.state === name).length]).filter(([, amount]) => amount);
    setText(this.tally, state || text
      ? `${number(this.#shown.length)} of ${number(this.#all.length)}`
      : parts.map(([name, amount]) => `${number(amount)} ${wordOf(name, this.#run).toLowerCase()}`).join(' · '));
    this.table.hidden = this.#shown.length === 0;
    this.empty.hidden = this.#shown.length > 0;
    setText(this.empty, this.#all.length > 0 ? 'No chunk matches.'
      : this.#run && isLive(this.#run) ? 'The run is not planned yet.' : 'The run has no chunks.');
    this.table.setAttribute('aria-rowcount', this.#shown.length + 1);
    this.#place();
  }

  #place() {
    const height = rowHeight();
    this.space.style.height = `${this.#shown.length * height}px`;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - 6);
    const last = Math.min(this.#shown.length, Math.ceil((this.scroller.scrollTop + (this.scroller.clientHeight || 480)) / height) + 6);
    const kept = new Map();
    for (let index = first; index < last; index++) {
      const chunk = this.#shown[index];
      const row = this.#rows.get(chunk.chunk) ?? this.#add(chunk.chunk);
      row.update(chunk, index, height, this.#run);
      kept.set(chunk.chunk, row);
    }
    for (const [chunk, row] of this.#rows) if (!kept.has(chunk)) row.element.remove();
    this.#rows = kept;
  }

  #add(chunk) {
    const row = new ChunkRow(() => this.open(chunk), element => {
      // Tab goes on to what is not there yet: bring it in sight, so that it is made.
      element.scrollIntoView({ block: 'nearest' });
    });
    const next = [...this.#rows.entries()].filter(([other, { element }]) => other > chunk && element.isConnected).sort(([a], [b]) => a - b)[0];
    this.space.insertBefore(row.element, next?.[1].element ?? null);
    this.#rows.set(chunk, row);
    return row;
  }
}

const wordOf = (state, run) => state === 'waiting' && !isLive(run) ? 'Not run' : chunkWord(state);

function matches(chunk, state, text) {
  if (state === 'retried' ? (chunk.attempts?.length ?? 0) < 2 : state && chunk.state !== state) return false;
  if (!text) return true;
  return String(chunk.chunk) === text
    || chunk.error?.toLowerCase().includes(text)
    || chunk.attempts?.some(attempt => [attempt.job_id, attempt.worker_id, attempt.error].some(value => value?.toLowerCase().includes(text)));
}

class ChunkRow {
  constructor(onopen, onfocus) {
    const cell = (name, ...content) => h('span', { role: 'cell', class: name, 'data-label': name }, ...content);
    this.button = h('button', { type: 'button', class: 'link', onclick: onopen, onfocus: () => onfocus(this.element) });
    this.badge = badge('', '');
    this.done = cell('done');
    this.attempts = cell('tries');
    this.queued = cell('queued');
    this.ran = cell('ran');
    this.cost = cell('cost');
    this.job = cell('job');
    this.worker = cell('worker');
    this.error = cell('error');
    this.element = h('div', { class: 'grid-row', role: 'row' }, cell('index', this.button), cell('state', this.badge),
      this.done, this.attempts, this.queued, this.ran, this.cost, this.job, this.worker, this.error);
  }

  update(chunk, index, height, run) {
    this.element.style.transform = `translateY(${index * height}px)`;
    this.element.setAttribute('aria-rowindex', index + 2);
    setBadge(this.badge, wordOf(chunk.state, run), chunk.state);
    if (this.chunk === chunk && chunk.state !== 'running') return;
    this.chunk = chunk;
    this.element.dataset.look = chunk.state;
    const last = chunk.attempts?.at(-1);
    setText(this.button, chunk.chunk);
    this.button.setAttribute('aria-label', `Chunk ${chunk.chunk}, show attempts`);
    setText(this.done, `${number(chunk.done)} / ${number(chunk.flashpoints)}`);
    setText(this.attempts, chunk.attempts?.length || '–');
    setText(this.queued, duration(last?.delay_sec));
    setText(this.ran, duration(last?.execution_sec ?? (last?.running_at && !last.ended_at ? secondsBetween(last.running_at) : null)));
    setText(this.cost, money(chunk.cost));
    this.cost.title = chunk.wasted_cost ? `${money(chunk.wasted_cost)} of it came to nothing` : '';
    setText(this.job, last?.job_id ?? '–');
    setText(this.worker, last?.worker_id ?? '–');
    setText(this.error, chunk.error ?? '');
    this.error.title = chunk.error ?? '';
  }
}

function describe(chunk) {
  const attempts = chunk.attempts ?? [];
  return [
    h('p', {}, badge(chunkWord(chunk.state), chunk.state), ` ${number(chunk.done)} of ${count(chunk.flashpoints, 'flashpoint')} done`,
      chunk.worker ? `, on worker ${chunk.worker}` : ''),
    chunk.error ? h('p', { class: 'problem' }, chunk.error) : '',
    attempts.length === 0 ? h('p', { class: 'muted' }, 'No job has been submitted for it.') : '',
    ...attempts.map(attempt => h('section', { class: 'attempt' },
      h('h3', {}, `Attempt ${attempt.attempt} `, badge(attemptWord(attempt), attemptLook(attempt))),
      h('dl', { class: 'facts' }, facts(attempt).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      attempt.error && attempt.error !== chunk.error ? h('p', { class: 'problem' }, attempt.error) : null)),
  ].filter(Boolean);
}

const attemptWords = { timed_out: 'Timed out', lost: 'Lost' };

const attemptWord = ({ state }) => state ? attemptWords[state] ?? chunkWord(state) : 'No job';
const attemptLook = attempt => !attempt.state || attempt.error ? 'failed' : attempt.state;

function costOf({ cost, wasted_cost: wasted, cost_estimated: estimated }) {
  return [estimated ? `about ${money(cost)}` : money(cost), wasted ? `, ${money(wasted)} of it came to nothing` : ''].join('');
}

function facts(attempt) {
  return [
    ['Job', attempt.job_id ? h('code', { class: 'break' }, attempt.job_id) : 'None was taken'],
    ['Flashpoints', number(attempt.flashpoints)],
    ['Worker', attempt.worker_id ?? '–'],
    ['Submitted', [timeElement(attempt.submitted_at), h('span', { class: 'muted' }, absolute(attempt.submitted_at))]],
    ['In the queue', duration(attempt.delay_sec)],
    ['With a worker', duration(attempt.execution_sec)],
    ...attempt.cost === undefined ? [] : [['Cost', costOf(attempt)]],
    ...attempt.hedge_of ? [['Beside', `attempt ${attempt.hedge_of}, which took long`]] : [],
    ...attempt.superseded ? [['Outcome', 'the other attempt answered first']] : [],
    ['Ended', attempt.ended_at ? h('span', {}, absolute(attempt.ended_at)) : 'Not yet'],
  ];
}
