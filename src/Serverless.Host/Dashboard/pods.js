// The queue of pods: how deep it is, who works on it, and what befell them.
import { getJson } from './api.js';
import { h, setText } from './dom.js';
import { podActions } from './podactions.js';
import { absolute, badge, count, duration, number, timeElement } from './format.js';

const period = 5000;
const hoursShown = 24;

const stateWords = {
  starting: 'Starting', idle: 'Idle', working: 'Working', draining: 'Draining', stopping: 'Stopping', unhealthy: 'Unhealthy',
};
const stateLooks = { starting: 'pending', idle: 'completed', working: 'running', draining: 'partial', stopping: 'partial', unhealthy: 'failed' };
const eventWords = { started: 'Started', noticed: 'Notice', released: 'Gave back', lost: 'Lost', ordered: 'Ordered' };
const eventLooks = { started: 'completed', noticed: 'partial', released: 'pending', lost: 'failed', ordered: 'pending' };
const eventMarks = ['noticed', 'released', 'lost'];
const orderWords = { drain: 'is to drain', stop: 'is to stop' };

export function showPods({ main, setLink, setTitle }) {
  setTitle('Pods');
  const tiles = h('dl', { class: 'tiles' });
  const pods = h('div', {});
  const events = h('div', { class: 'endpoints' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  main.append(h('div', { class: 'page-head' }, h('h1', {}, 'Pods')), problem, tiles, pods, events);
  let timer = 0;
  let closed = false;
  let looks = 0;

  /** Looks again; what an earlier look still brings is old. */
  async function load() {
    clearTimeout(timer);
    const look = ++looks;
    const isOld = () => closed || look !== looks;
    try {
      const queue = await getJson('/api/queue');
      if (isOld()) return;
      setLink('live');
      problem.hidden = true;
      tiles.replaceChildren(...figures(queue));
      redraw(pods, queue.pods.length ? podTable(queue.pods, load) : noPods());
      events.replaceChildren(...(queue.events.length ? [timeline(queue.events), eventTable(queue.events)] : []));
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

/** Puts the new table in the old one's place; who stands on a button still does. */
function redraw(place, table) {
  const action = place.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
  place.replaceChildren(table);
  if (action) [...place.querySelectorAll('button')].find(button => button.dataset.action === action)?.focus();
}

function figures(queue) {
  const online = queue.pods.filter(pod => pod.online).length;
  return [
    ['Queued', number(queue.queued)], ['Running', number(queue.running)], ['Oldest waits', duration(queue.oldest_seconds)],
    ['Completed', number(queue.completed)], ['Failed', number(queue.failed), queue.failed > 0 ? 'bad' : ''],
    ['Pods online', `${number(online)} of ${number(queue.pods.length)}`, queue.queued > 0 && online === 0 ? 'bad' : ''],
  ].map(([label, value, look]) => h('div', { class: 'tile', 'data-look': look ?? '' }, h('dt', {}, label), h('dd', {}, value)));
}

const noPods = () => h('section', { class: 'empty' }, h('h2', {}, 'No pod has called yet'),
  h('p', {}, 'Start an agent in a pod, with this host\'s address and one of POD_KEYS. Jobs wait for it in the queue.'));

function podTable(pods, onchange) {
  const names = ['Pod', 'State', 'Job', 'Seen', 'Done', 'Interruptions', 'Lost', 'Restarts', 'Orders'];
  return h('table', { class: 'runs pods' },
    h('caption', { class: 'unseen' }, 'Pods, by name'),
    h('thead', {}, h('tr', {}, names.map((name, i) => h('th', { scope: 'col', class: i >= 3 ? 'number' : '' }, name)))),
    h('tbody', {}, pods.map(pod => podRow(pod, onchange))));
}

function podRow(pod, onchange) {
  const facts = [pod.facts.gpu, pod.facts.provider, pod.facts.region].filter(Boolean).join(' · ');
  const figure = (label, value) => h('td', { class: 'number', 'data-label': label }, value);
  return h('tr', {},
    h('td', { class: 'run-name' }, h('span', { class: 'run-id' }, pod.name), h('span', { class: 'muted' }, facts || 'no facts')),
    h('td', {}, pod.online ? badge(stateWords[pod.facts.state] ?? pod.facts.state, stateLooks[pod.facts.state]) : badge('Offline', 'cancelled'),
      pod.order ? h('div', { class: 'warning-text' }, orderWords[pod.order] ?? pod.order) : null,
      pod.notice ? h('div', { class: 'warning-text' }, noticeText(pod.notice)) : null),
    h('td', { class: 'run-progress' }, pod.jobs.length ? pod.jobs.map(jobLine) : h('span', { class: 'muted' }, '–')),
    figure('Seen', `${duration(pod.last_seen_seconds)} ago`),
    figure('Done', number(pod.completed_jobs)),
    figure('Interruptions', number(pod.interruptions)),
    figure('Lost', number(pod.losses)),
    figure('Restarts', number(pod.facts.worker_restarts)),
    h('td', {}, podActions(pod, onchange)));
}

function jobLine(job) {
  const fill = h('span', { class: 'bar-fill' });
  fill.style.width = `${job.flashpoints ? 100 * job.done / job.flashpoints : 0}%`;
  return h('div', { class: 'pod-job', title: job.text ?? '' }, h('span', { class: 'bar' }, fill),
    h('span', {}, `${job.name} · ${number(job.done)}/${number(job.flashpoints)}`),
    h('span', { class: 'muted' }, ` try ${job.attempt}, ${duration(job.held_seconds)}`));
}

const noticeText = notice => notice.seconds_left === undefined ? notice.kind : `${notice.kind}, ${duration(notice.seconds_left)} left`;

/** The last day, a row for each pod that something befell. */
function timeline(events) {
  const end = Date.now();
  const begin = end - hoursShown * 3_600_000;
  const shown = events.filter(event => eventMarks.includes(event.kind) && new Date(event.at).getTime() >= begin);
  const rows = [...new Set(shown.map(event => event.pod))].sort().map(pod => h('div', { class: 'track' },
    h('span', { class: 'track-name' }, pod),
    h('span', { class: 'track-line' }, shown.filter(event => event.pod === pod).map(event => markOf(event, begin, end)))));
  return h('section', { class: 'panel', 'aria-labelledby': 'interruptions-title' },
    h('div', { class: 'panel-head' }, h('h2', { id: 'interruptions-title' }, 'Interruptions, last 24 hours'),
      h('span', { class: 'muted tally' }, count(shown.filter(event => event.kind === 'noticed').length, 'notice'), ', ',
        `${number(shown.filter(event => event.kind === 'lost').length)} lost without one`),
      h('div', { class: 'legend', 'aria-hidden': 'true' },
        eventMarks.map(kind => h('span', { class: 'legend-mark', 'data-kind': kind }, eventWords[kind])))),
    rows.length ? h('div', { class: 'tracks' }, rows) : h('p', { class: 'muted' }, 'None.'));
}

function markOf(event, begin, end) {
  const mark = h('span', { class: 'mark', 'data-kind': event.kind, title: `${eventWords[event.kind]} ${absolute(event.at)}${event.text ? `: ${event.text}` : ''}` });
  mark.style.left = `${100 * (new Date(event.at).getTime() - begin) / (end - begin)}%`;
  return mark;
}

function eventTable(events) {
  return h('section', { class: 'panel', 'aria-labelledby': 'events-title' },
    h('div', { class: 'panel-head' }, h('h2', { id: 'events-title' }, 'What befell pods')),
    h('table', { class: 'events' },
      h('caption', { class: 'unseen' }, 'Events, newest first'),
      h('tbody', {}, events.slice(0, 50).map(event => h('tr', {},
        h('td', {}, timeElement(event.at)), h('td', {}, badge(eventWords[event.kind] ?? event.kind, eventLooks[event.kind])),
        h('td', { class: 'run-id' }, event.pod), h('td', {}, event.job ? h('code', {}, event.job) : null),
        h('td', { class: 'muted' }, event.text ?? ''))))));
}
