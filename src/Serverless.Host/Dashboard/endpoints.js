// Where jobs run, and how its queue and workers stand.
import { getJson } from './api.js';
import { h, setText } from './dom.js';
import { badge, number } from './format.js';

const figures = [
  ['jobs_queued', 'Jobs queued'], ['jobs_running', 'Jobs running'], ['workers_running', 'Workers busy'],
  ['workers_idle', 'Workers idle'], ['workers_starting', 'Starting'], ['workers_throttled', 'Throttled'],
  ['workers_unhealthy', 'Unhealthy'],
];

export function showEndpoints({ main, setLink, setTitle }) {
  setTitle('Endpoints');
  setLink('still');
  const list = h('div', { class: 'endpoints' });
  const when = h('span', { class: 'muted', role: 'status' });
  const refresh = h('button', { type: 'button', onclick: () => load() }, 'Refresh');
  main.append(h('div', { class: 'page-head' }, h('h1', {}, 'Endpoints'), h('div', { class: 'actions' }, when, refresh)), list);

  async function load() {
    refresh.disabled = true;
    setText(when, 'Asking…');
    try {
      const { endpoints } = await getJson('/api/endpoints');
      list.replaceChildren(...(endpoints.length ? endpoints.map(describe) : [empty()]));
      setText(when, `As of ${new Date().toLocaleTimeString('en-GB')}`);
    } catch (error) {
      setText(when, '');
      list.replaceChildren(h('p', { class: 'problem', role: 'alert' }, error.message));
    } finally {
      refresh.disabled = false;
    }
  }

  load();
  return () => {};
}

const empty = () => h('section', { class: 'empty' }, h('h2', {}, 'No endpoint'), h('p', {}, 'RUNPOD_ENDPOINT says where jobs run.'));

function describe(endpoint) {
  const health = endpoint.health;
  return h('section', { class: 'card' },
    h('h2', { class: 'break' }, endpoint.address, ' ', endpoint.chosen ? badge('New runs go here', 'running') : null),
    endpoint.error ? h('p', { class: 'problem' }, endpoint.error) : null,
    health
      ? h('dl', { class: 'tiles' }, figures.map(([name, label]) => h('div', { class: 'tile', 'data-look': lookOf(name, health[name]) },
        h('dt', {}, label), h('dd', {}, number(health[name])))))
      : endpoint.error ? null : h('p', { class: 'muted' }, 'It has no queue of its own that could be asked after.'));
}

const lookOf = (name, value) => value > 0 && name === 'workers_unhealthy' ? 'bad' : value > 0 && name === 'workers_throttled' ? 'warn' : '';
