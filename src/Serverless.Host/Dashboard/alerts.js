// What people were told last, and whether each channel has taken it.
import { h, setText } from './dom.js';
import { badge, count, timeElement } from './format.js';
import { poll } from './poll.js';

const period = 10_000;

const eventWords = {
  completed: 'Completed', failed: 'Failed', interrupted: 'Interrupted', restart_limit: 'Restart limit', nothing_seen: 'Nothing seen',
};
const eventLooks = { completed: 'completed', failed: 'failed', interrupted: 'partial', restart_limit: 'failed', nothing_seen: 'failed' };
const stateWords = {
  sending: 'sending', waiting: 'not taken yet', sent: 'sent', refused: 'refused', unknown: 'may have arrived', given_up: 'given up',
};
const stateLooks = {
  sending: 'pending', waiting: 'partial', sent: 'completed', refused: 'failed', unknown: 'partial', given_up: 'failed',
};

export function showAlerts({ main, setLink, setTitle }) {
  setTitle('Alerts');
  const tally = h('span', { class: 'muted tally', role: 'status' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const list = h('div', {});
  main.append(h('div', { class: 'page-head' }, h('h1', {}, 'Alerts'), tally), problem, list);
  return poll('/api/alerts', period, {
    setLink,
    problem,
    show: ({ alerts }) => {
      setText(tally, alerts.length ? tallyOf(alerts) : '');
      list.replaceChildren(alerts.length ? table(alerts) : none());
    },
  });
}

function tallyOf(alerts) {
  const missed = alerts.filter(alert => alert.channels.some(channel => ['refused', 'given_up'].includes(channel.state))).length;
  return `The newest ${count(alerts.length, 'alert')}${missed ? `, ${missed} not taken everywhere` : ''}`;
}

const none = () => h('section', { class: 'empty' }, h('h2', {}, 'Nobody was told of anything yet'),
  h('p', {}, 'ALERT_WEBHOOK_URL, SLACK_WEBHOOK_URL, TELEGRAM_BOT_TOKEN or SENTRY_DSN says who is told when a run ends or a pod is taken away. '
    + 'fanout alerts test tries whether it arrives.'));

const table = alerts => h('table', { class: 'runs alerts' },
  h('caption', { class: 'unseen' }, 'Alerts, newest first'),
  h('thead', {}, h('tr', {}, ['Alert', 'Event', 'Channels', 'When'].map(
    (name, i) => h('th', { scope: 'col', class: i === 3 ? 'number' : '' }, name)))),
  h('tbody', {}, alerts.map(row)));

function row({ alert, channels }) {
  const title = alert.run ? h('a', { href: `#/runs/${encodeURIComponent(alert.run.run_id)}` }, alert.title) : alert.title;
  return h('tr', {},
    h('td', { class: 'run-name' }, h('span', { class: 'break' }, title), alert.reason ? h('span', { class: 'muted break' }, alert.reason) : null),
    h('td', {}, badge(eventWords[alert.event] ?? alert.event, eventLooks[alert.event])),
    h('td', { class: 'alert-channels' }, channels.map(channelLine)),
    h('td', { class: 'number' }, timeElement(alert.at)));
}

/** What is as it should be needs no words. */
function channelLine({ channel, state, detail, tries }) {
  const words = [state === 'sent' ? '' : detail, tries > 1 ? `${tries} tries` : ''].filter(Boolean).join(', ');
  return h('div', {}, badge(`${channel} ${stateWords[state] ?? state}`, stateLooks[state]),
    words ? h('span', { class: 'muted break' }, words) : null);
}
