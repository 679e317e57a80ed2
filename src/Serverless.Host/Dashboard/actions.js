// What can be done with a run, each with a question before and an outcome after.
import { call, hasKey, postJson } from './api.js';
import { h } from './dom.js';
import { notify, openDialog } from './dialogs.js';
import { count, isLive } from './format.js';

const formats = [
  ['json', 'JSON', 'One array in the order of the list, null where there is none'],
  ['jsonl', 'JSON lines', 'One object per flashpoint, with id and error'],
  ['csv', 'CSV', 'For spreadsheets'],
];

export function runActions(id) {
  const path = `/api/runs/${encodeURIComponent(id)}`;
  let run = null;
  const cancel = h('button', { type: 'button', class: 'danger', onclick: () => askToCancel() }, 'Cancel run');
  const retry = h('button', { type: 'button', onclick: () => askToRetry() }, 'Retry nulls');
  const download = h('button', { type: 'button', onclick: () => askForFormat() }, 'Download');
  const remove = h('button', { type: 'button', class: 'danger', onclick: () => askToDelete() }, 'Delete');
  const element = h('div', { class: 'actions' }, download, retry, cancel, remove);

  function askToCancel() {
    openDialog({
      title: 'Cancel this run?',
      look: 'danger',
      confirm: 'Cancel the run',
      body: [h('p', {}, 'No chunk is begun any more, and jobs under way are cancelled. What has a result keeps it.')],
      onconfirm: async () => {
        await postJson(`${path}/cancel`);
        notify('The run is being cancelled.');
      },
    });
  }

  function askToRetry() {
    openDialog({
      title: 'Retry what is null?',
      confirm: 'Retry',
      body: [h('p', {}, `${count(run.failed, 'flashpoint')} without a result will run again, as further chunks of this run. Results that are there stay.`)],
      onconfirm: async () => {
        await postJson(`${path}/retry`);
        notify('What is null runs again.');
      },
    });
  }

  function askToDelete() {
    openDialog({
      title: 'Delete this run?',
      look: 'danger',
      confirm: 'Delete for good',
      body: [h('p', {}, 'Its list, results, report and history are gone for good.')],
      onconfirm: async () => {
        await call(path, { method: 'DELETE' });
        notify(`Run ${id} is deleted.`);
        location.hash = '#/';
      },
    });
  }

  function askForFormat() {
    const name = 'format';
    const partial = isLive(run);
    const radios = formats.slice(0, partial ? 1 : formats.length).map(([value, label, about], index) => h('label', { class: 'choice' },
      h('input', { type: 'radio', name, value, checked: index === 0 }), h('span', {}, h('strong', {}, label), h('small', {}, about))));
    const dialog = openDialog({
      title: 'Download results',
      confirm: 'Download',
      body: [
        partial ? h('p', { class: 'warning' }, 'The run goes on: you get what is there so far, with null for the rest.') : null,
        h('fieldset', {}, h('legend', { class: 'unseen' }, 'Format'), ...radios),
      ].filter(Boolean),
      onconfirm: () => save(dialog.querySelector('input[name=format]:checked').value, partial),
    });
  }

  async function save(format, partial) {
    const source = `${path}/results?format=${format}${partial ? '&partial=true' : ''}`;
    const file = `${id}.${format}`;

    // The first bytes tell whether there is anything. Without a key the browser can take the rest straight to disk.
    const stop = new AbortController();
    const response = await call(source, { signal: stop.signal });
    if (hasKey()) {
      const link = URL.createObjectURL(await response.blob());
      press(link, file);
      setTimeout(() => URL.revokeObjectURL(link), 60_000);
    } else {
      stop.abort();
      press(source, file);
    }
    notify(`Downloading ${file}.`);
  }

  return {
    element,
    update(next) {
      run = next;
      const live = isLive(run);
      cancel.hidden = !live;
      retry.hidden = live || run.failed === 0 || run.state === 'failed';
      remove.hidden = live;
      download.hidden = run.state === 'failed';
    },
  };
}

function press(href, download) {
  const link = h('a', { href, download });
  document.body.append(link);
  link.click();
  link.remove();
}
