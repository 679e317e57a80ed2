// The flashpoints of a run with the beginnings of their results, a page at a time.
import { getJson } from './api.js';
import { debounce, h, setText } from './dom.js';
import { openDialog } from './dialogs.js';
import { bytes, isLive, number } from './format.js';

const pageSize = 25;
const largestPreview = 65536;

export class FlashpointList {
  #from = 0;
  #before = [];
  #asked = 0;
  #stamp = null;
  #run = null;

  constructor(id) {
    this.path = `/api/runs/${encodeURIComponent(id)}/flashpoints`;
    const restart = () => this.#go(0, []);
    this.search = h('input', { type: 'search', placeholder: 'Id or title', 'aria-label': 'Search flashpoints', oninput: debounce(restart, 300) });
    this.missing = h('input', { type: 'checkbox', onchange: restart });
    this.place = h('input', { type: 'number', min: 0, class: 'short', 'aria-label': 'Go to index', placeholder: 'Index' });
    this.goTo = h('form', { class: 'go', onsubmit: event => {
      event.preventDefault();
      if (this.place.value) this.#go(Math.min(Number(this.place.value), Math.max(0, this.#run.flashpoints - 1)), [0]);
    } }, this.place, h('button', { type: 'submit' }, 'Go'));
    this.range = h('span', { class: 'muted tally', role: 'status' });
    this.body = h('tbody');
    this.table = h('table', { class: 'flashpoints', hidden: true },
      h('caption', { class: 'unseen' }, 'Flashpoints in the order of the list'),
      h('thead', {}, h('tr', {}, [['Index', 'number'], ['Id', ''], ['Title', ''], ['Result', '']].map(
        ([name, look]) => h('th', { scope: 'col', class: look }, name)))),
      this.body);
    this.note = h('p', { class: 'muted', hidden: true });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.back = h('button', { type: 'button', onclick: () => this.#go(this.#before.pop() ?? 0, this.#before) }, 'Previous');
    this.next = h('button', { type: 'button', onclick: () => this.#go(this.nextFrom, [...this.#before, this.#from]) }, 'Next');
    this.element = h('section', { class: 'panel', 'aria-labelledby': 'flashpoints-title' },
      h('div', { class: 'panel-head' }, h('h2', { id: 'flashpoints-title' }, 'Flashpoints'), this.range,
        h('div', { class: 'filters' }, this.search, h('label', { class: 'check' }, this.missing, ' Only null'), this.goTo)),
      this.problem, this.note, this.table, h('div', { class: 'pager' }, this.back, this.next));
  }

  /** Read at first, and again when results may have come. */
  update(run) {
    this.#run = run;
    const stamp = `${run.created_at} ${run.ended_at ?? ''}`;
    if (this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.#go(this.#from, this.#before);
  }

  async #go(from, before) {
    const asked = ++this.#asked;
    const query = new URLSearchParams({ from, limit: pageSize, preview: 240 });
    if (this.missing.checked) query.set('missing', 'true');
    if (this.search.value) query.set('q', this.search.value);
    this.element.setAttribute('aria-busy', 'true');
    try {
      const page = await this.#find(query, () => asked === this.#asked);
      if (asked !== this.#asked) return;
      this.#from = from;
      this.#before = before;
      this.#show(page);
      this.problem.hidden = true;
    } catch (error) {
      setText(this.problem, error.message);
      this.problem.hidden = false;
    } finally {
      this.element.removeAttribute('aria-busy');
    }
  }

  /** A filter looks through a part of a long list at a time: goes on until it has found something. */
  async #find(query, isWanted) {
    while (true) {
      const page = await getJson(`${this.path}?${query}`);
      if (page.flashpoints.length > 0 || page.next === undefined || !isWanted()) return page;
      setText(this.range, `Looking from ${number(page.next)} on…`);
      query.set('from', page.next);
    }
  }

  #show(page) {
    const list = page.flashpoints;
    this.nextFrom = page.next;
    this.body.replaceChildren(...list.map(flashpoint => this.#row(flashpoint, page.has_results)));
    this.table.hidden = list.length === 0;
    this.back.disabled = this.#before.length === 0;
    this.next.disabled = page.next === undefined;
    setText(this.range, list.length ? `${number(list[0].index)}–${number(list.at(-1).index)} of ${number(this.#run.flashpoints)}` : '');
    const filtered = this.missing.checked || this.search.value;
    setText(this.note, list.length === 0
      ? (filtered ? 'No flashpoint matches.' : 'The list is empty.')
      : isLive(this.#run) ? 'Results are shown once the run has ended. Download gives what is there so far.' : '');
    this.note.hidden = this.note.textContent === '';
  }

  #row(flashpoint, hasResults) {
    const result = flashpoint.error ? h('span', { class: 'error-text' }, flashpoint.error)
      : flashpoint.result !== undefined ? h('code', {}, flashpoint.result)
        : h('span', { class: 'muted' }, hasResults ? 'null' : 'Not yet');
    return h('tr', {},
      h('td', { class: 'number', 'data-label': 'Index' }, number(flashpoint.index)),
      h('td', { class: 'flashpoint-id' }, h('button', { type: 'button', class: 'link break', onclick: () => this.#open(flashpoint) }, flashpoint.id)),
      h('td', { class: 'flashpoint-title' }, flashpoint.title ?? ''),
      h('td', { class: 'result' }, result));
  }

  async #open(flashpoint) {
    const body = h('div', {}, h('p', { class: 'muted', role: 'status' }, 'Reading…'));
    openDialog({ title: flashpoint.id, wide: true, body: [body] });
    try {
      const page = await getJson(`${this.path}?from=${flashpoint.index}&limit=1&preview=${largestPreview}`);
      body.replaceChildren(...describe(page.flashpoints[0]));
    } catch (error) {
      body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, error.message));
    }
  }
}

function describe(flashpoint) {
  const isCut = flashpoint.result_bytes > largestPreview;
  return [
    h('p', {}, flashpoint.title ?? h('span', { class: 'muted' }, 'No title')),
    h('p', { class: 'muted' }, `Index ${number(flashpoint.index)}`,
      flashpoint.result === undefined ? '' : ` · ${bytes(flashpoint.result_bytes)}`, isCut ? ` · the first ${bytes(largestPreview)} are shown` : ''),
    flashpoint.error ? h('p', { class: 'problem' }, flashpoint.error)
      : flashpoint.result === undefined ? h('p', { class: 'muted' }, 'There is no result yet.')
        : h('pre', { tabIndex: 0, 'aria-label': 'Result' }, isCut ? flashpoint.result : indented(flashpoint.result)),
  ];
}

function indented(json) {
  return JSON.stringify(JSON.parse(json), null, 2);
}
