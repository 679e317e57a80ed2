// The list of runs.
import { getJson } from './api.js';
import { debounce, h, setText } from './dom.js';
import { badge, duration, isLive, money, number, runState, runStates, secondsBetween, setBadge, timeElement } from './format.js';
import { openStart } from './start.js';
import { watch } from './stream.js';

export function showRuns({ main, setLink, setTitle }) {
  setTitle('Runs');
  const view = new RunList(main);
  const stop = watch('/api/events', {
    on: (name, data) => view.take(name, data),
    onstate: setLink,
  });
  const timer = setInterval(() => view.tick(), 1000);
  return () => {
    stop();
    clearInterval(timer);
  };
}

class RunList {
  #rows = new Map();
  #after = null;
  #asked = 0;
  #loaded = false;

  /** What the stream has told since a page was asked for, which the page may be too old to know. */
  #told = null;

  constructor(main) {
    const reload = () => this.#load();
    const later = debounce(reload, 250);
    this.search = h('input', { type: 'search', placeholder: 'Id or trigger', 'aria-label': 'Search runs', oninput: later });
    this.state = h('select', { 'aria-label': 'State', onchange: reload },
      h('option', { value: '' }, 'Any state'),
      runStates.map(state => h('option', { value: state }, state[0].toUpperCase() + state.slice(1))));
    this.date = h('input', { type: 'date', 'aria-label': 'Date', onchange: reload });
    this.clear = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => this.#clear() }, 'Clear filters');
    this.tally = h('span', { class: 'muted tally', role: 'status' });
    this.body = h('tbody');
    this.table = h('table', { class: 'runs', hidden: true },
      h('caption', { class: 'unseen' }, 'Runs, newest first'),
      h('thead', {}, h('tr', {}, ['Run', 'State', 'Progress', 'Chunks', 'Worker time', 'Cost', 'Duration', 'Started'].map(
        (name, i) => h('th', { scope: 'col', class: i >= 3 ? 'number' : '' }, name)))),
      this.body);
    this.older = h('button', { type: 'button', hidden: true, onclick: () => this.#loadOlder() }, 'Show older runs');
    this.empty = h('div', { class: 'empty', hidden: true });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    main.append(
      h('div', { class: 'page-head' }, h('h1', {}, 'Runs'), this.tally),
      h('div', { class: 'filters', role: 'search', 'aria-label': 'Filter runs' }, this.search, this.state, this.date, this.clear),
      this.problem, this.table, this.empty, h('div', { class: 'more' }, this.older));
  }

  get #filtered() {
    return Boolean(this.search.value || this.state.value || this.date.value);
  }

  take(name, data) {
    if (name === 'snapshot') {
      if (this.#filtered) {
        this.#load();
      } else {
        this.#asked++;
        this.#show(data);
      }
    } else if (name === 'run' && this.#loaded) {
      this.#told?.set(data.id, data);
      this.#change(data);
      this.#settle();
    }
  }

  #change(run) {
    if (this.#matches(run)) this.#put(run);
    else if (this.#rows.has(run.id)) this.#remove(run.id);
  }

  tick() {
    for (const row of this.#rows.values()) row.tick();
  }

  #matches(run) {
    const text = this.search.value.toLowerCase();
    return (!this.state.value || run.state === this.state.value)
      && (!this.date.value || run.date === this.date.value)
      && (!text || run.id.toLowerCase().includes(text) || run.trigger.toLowerCase().includes(text));
  }

  #query(after) {
    const query = new URLSearchParams({ limit: '100' });
    if (this.search.value) query.set('q', this.search.value);
    if (this.state.value) query.set('status', this.state.value);
    if (this.date.value) query.set('date', this.date.value);
    if (after) query.set('after', after);
    return `/api/runs?${query}`;
  }

  async #load() {
    const asked = ++this.#asked;
    const told = new Map();
    this.#told = told;
    await this.#guard(async () => {
      const page = await getJson(this.#query(null));
      if (asked !== this.#asked) return;
      this.#show(page);
      const isNews = run => !(this.#rows.get(run.id)?.run.updated_at > run.updated_at);
      for (const run of [...told.values()].filter(isNews)) this.#change(run);
      this.#settle();
    });
    if (this.#told === told) this.#told = null;
  }

  async #loadOlder() {
    const asked = ++this.#asked;
    await this.#guard(async () => {
      const page = await getJson(this.#query(this.#after));
      if (asked !== this.#asked) return;
      for (const run of page.runs) this.#put(run);
      this.#after = page.after ?? null;
      this.#settle();
    });
  }

  async #guard(work) {
    try {
      await work();
      this.problem.hidden = true;
    } catch (error) {
      setText(this.problem, error.message);
      this.problem.hidden = false;
    }
  }

  #clear() {
    this.search.value = this.state.value = this.date.value = '';
    this.#load();
    this.search.focus();
  }

  #show(page) {
    const kept = new Set(page.runs.map(run => run.id));
    for (const id of this.#rows.keys()) if (!kept.has(id)) this.#remove(id);
    for (const run of page.runs) this.#put(run);
    this.#after = page.after ?? null;
    this.#loaded = true;
    this.#settle();
  }

  #put(run) {
    let row = this.#rows.get(run.id);
    if (!row) {
      row = new RunRow();
      this.#rows.set(run.id, row);
      row.update(run);
      const older = [...this.#rows.values()].filter(other => other.run.created_at < run.created_at)
        .reduce((newest, other) => (!newest || other.run.created_at > newest.run.created_at ? other : newest), null);
      this.body.insertBefore(row.element, older?.element ?? null);
    } else {
      row.update(run);
    }
  }

  #remove(id) {
    this.#rows.get(id).element.remove();
    this.#rows.delete(id);
  }

  #settle() {
    const shown = this.#rows.size;
    const live = [...this.#rows.values()].filter(row => isLive(row.run)).length;
    setText(this.tally, shown === 0 ? '' : `${number(shown)} shown${live ? `, ${number(live)} going on` : ''}`);
    this.clear.hidden = !this.#filtered;
    this.table.hidden = shown === 0;
    this.older.hidden = !this.#after;
    this.empty.hidden = shown > 0;
    if (shown === 0) this.empty.replaceChildren(...(this.#filtered ? noMatch() : noRuns()));
  }
}

const noMatch = () => [h('h2', {}, 'No run matches'), h('p', {}, 'Change or clear the filters to see others.')];

const noRuns = () => [
  h('h2', {}, 'No runs yet'),
  h('p', {}, 'A run splits a list of flashpoints over many workers and brings one ordered list of results back.'),
  h('p', {}, h('button', { type: 'button', class: 'primary', onclick: openStart }, 'Start the first run')),
];

/** One row; on a phone it is laid out as a card. */
class RunRow {
  constructor() {
    this.link = h('a', { class: 'run-id' });
    this.about = h('span', { class: 'muted' });
    this.badge = badge('', '');
    this.bar = h('span', { class: 'bar-fill' });
    this.failedBar = h('span', { class: 'bar-fill failed' });
    this.done = h('span', { class: 'figures' });
    this.chunks = h('td', { class: 'number', 'data-label': 'Chunks' });
    this.workerTime = h('td', { class: 'number', 'data-label': 'Worker time' });
    this.cost = h('td', { class: 'number', 'data-label': 'Cost' });
    this.duration = h('td', { class: 'number', 'data-label': 'Duration' });
    this.started = h('td', { class: 'number', 'data-label': 'Started' });
    this.element = h('tr', {},
      h('td', { class: 'run-name' }, this.link, this.about),
      h('td', { class: 'run-state' }, this.badge),
      h('td', { class: 'run-progress' }, h('span', { class: 'bar', 'aria-hidden': 'true' }, this.bar, this.failedBar), this.done),
      this.chunks, this.workerTime, this.cost, this.duration, this.started);
  }

  update(run) {
    if (this.run?.created_at !== run.created_at) this.started.replaceChildren(timeElement(run.created_at));
    this.run = run;
    setText(this.link, run.id);
    this.link.href = `#/runs/${encodeURIComponent(run.id)}`;
    setText(this.about, `${run.date} · ${run.trigger} · ${number(run.workers)} worker${run.workers === 1 ? '' : 's'}`);
    const { word, look } = runState(run);
    setBadge(this.badge, word, look);
    const share = value => `${run.flashpoints ? (100 * value) / run.flashpoints : 0}%`;
    this.bar.style.width = share(run.done);
    this.failedBar.style.width = share(run.failed);
    setText(this.done, `${number(run.done)} / ${number(run.flashpoints)}`);
    setText(this.chunks, run.chunk_count ? `${number(run.chunks_ended)} / ${number(run.chunk_count)}` : '–');
    setText(this.workerTime, duration(run.execution_sec));
    setText(this.cost, money(run.cost));
    this.tick();
  }

  tick() {
    setText(this.duration, duration(secondsBetween(this.run.created_at, this.run.ended_at)));
  }
}
