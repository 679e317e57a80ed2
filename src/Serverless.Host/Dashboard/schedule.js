// The daily timer.
import { getJson, postJson } from './api.js';
import { h } from './dom.js';
import { notify, openDialog } from './dialogs.js';
import { absolute, badge, number, timeElement } from './format.js';

export function showSchedule({ main, setLink, setTitle }) {
  setTitle('Schedule');
  setLink('still');
  const body = h('div', {});
  const run = h('button', { type: 'button', hidden: true, onclick: () => confirmRun(load) }, 'Run now');
  const refresh = h('button', { type: 'button', class: 'quiet', onclick: () => load() }, 'Refresh');
  main.append(h('div', { class: 'page-head' }, h('h1', {}, 'Schedule'), h('div', { class: 'actions' }, refresh, run)), body);

  async function load() {
    try {
      const schedule = await getJson('/api/schedule');
      run.hidden = !schedule.source;
      body.replaceChildren(schedule.enabled ? describe(schedule) : off(schedule));
    } catch (error) {
      body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, error.message));
    }
  }

  load();
  return () => {};
}

const resultWords = { started: 'Started', already_there: 'Was there already', failed: 'Failed' };
const resultLooks = { started: 'completed', already_there: 'completed', failed: 'failed' };

const off = schedule => h('section', { class: 'empty' }, h('h2', {}, 'No daily run'),
  h('p', {}, schedule.source
    ? 'The timer is off. DAILY_SCHEDULE sets when a day\'s run starts.'
    : 'FLASHPOINT_SOURCE says where a day\'s list comes from; with it, a run starts every day at DAILY_SCHEDULE.'));

function describe(schedule) {
  const { last, pending } = schedule;
  const rows = [
    ['Next run', schedule.next ? [timeElement(schedule.next), h('span', { class: 'muted' }, absolute(schedule.next))] : ['–']],
    ['Expression', [h('code', {}, schedule.expression), h('span', { class: 'muted' }, schedule.time_zone)]],
    ['Source', [h('code', { class: 'break' }, schedule.source ?? '–')]],
    ['Last run', last ? [timeElement(last.started_at ?? last.scheduled_for),
      last.run_id ? h('a', { href: `#/runs/${encodeURIComponent(last.run_id)}` }, last.run_id) : null] : [h('span', { class: 'muted' }, 'None yet')]],
    ...(last?.scheduled_for ? [['Was due', [h('span', {}, absolute(last.scheduled_for))]]] : []),
    ...(last?.result ? [['Result', [badge(resultWords[last.result] ?? last.result, resultLooks[last.result])]]] : []),
  ];
  return h('section', { class: 'card' },
    h('dl', { class: 'facts' }, rows.map(([name, values]) => [h('dt', {}, name), h('dd', {}, ...values)])),
    pending ? h('p', { class: 'warning' }, `The run that was due ${absolute(pending.scheduled_for)} has not started after ${number(pending.tries)} ${pending.tries === 1 ? 'try' : 'tries'}; `
      + `the next is ${absolute(pending.next_try_at)}. ${pending.error ?? ''}`) : null,
    last?.error ? h('p', { class: 'problem' }, last.error) : null);
}

function confirmRun(done) {
  openDialog({
    title: 'Run now?',
    body: [h('p', {}, 'Reads the source and starts today\'s run. If today\'s run is there already, nothing starts.')],
    confirm: 'Run now',
    onconfirm: async () => {
      const answer = await postJson('/api/schedule/run');
      const id = answer.body?.run_id ?? answer.body?.id;
      notify(answer.status === 200 ? `Run ${id} was there already; nothing was started.` : `Run ${id} has started.`);
      if (id) location.hash = `#/runs/${encodeURIComponent(id)}`;
      else await done();
    },
  });
}
