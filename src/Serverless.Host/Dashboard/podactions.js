// What can be ordered of a pod, each with a question before and an outcome after.
import { postJson } from './api.js';
import { h } from './dom.js';
import { notify, openDialog } from './dialogs.js';
import { count } from './format.js';

export function podActions(pod, onchange) {
  const path = `/api/pods/${pod.name.split('/').map(encodeURIComponent).join('/')}`;
  const jobs = pod.jobs.length ? count(pod.jobs.length, 'job') : 'no job';
  const button = (word, label, ask, look) => h('button', {
    type: 'button', class: look, 'data-action': `${word} ${pod.name}`, 'aria-label': `${label} ${pod.name}`, onclick: ask,
  }, label);

  async function order(word, outcome) {
    await postJson(`${path}/${word}`);
    notify(outcome);
    onchange();
  }

  const askToDrain = () => openDialog({
    title: `Drain ${pod.name}?`,
    confirm: 'Drain the pod',
    body: [h('p', {}, `It holds ${jobs}. It finishes what it holds, takes nothing more, and its agent ends. That stands, also for a later agent of its name, until you take it back.`)],
    onconfirm: () => order('drain', `${pod.name} finishes what it holds and takes nothing more.`),
  });

  const askToStop = () => openDialog({
    title: `Stop ${pod.name}?`,
    look: 'danger',
    confirm: 'Stop the pod',
    body: [h('p', {}, `It holds ${jobs}. It gives back what it holds, and its agent ends: other pods go on from what has a result or a checkpoint. That stands until you take it back.`)],
    onconfirm: () => order('stop', `${pod.name} gives back what it holds and takes nothing more.`),
  });

  const askToResume = () => openDialog({
    title: `Let ${pod.name} work again?`,
    confirm: 'Take the order back',
    body: [h('p', {}, 'An agent that was told already ends all the same; the next one under its name gets work again.')],
    onconfirm: () => order('resume', `${pod.name} may have work again.`),
  });

  return h('div', { class: 'actions' },
    pod.order ? button('resume', 'Undo', askToResume) : button('drain', 'Drain', askToDrain),
    pod.order === 'stop' ? null : button('stop', 'Stop', askToStop, 'danger'));
}
