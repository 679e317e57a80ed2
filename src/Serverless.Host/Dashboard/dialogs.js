// Dialogs and notices. A native dialog keeps the focus inside, closes with Escape and gives the focus back.
import { h, setText } from './dom.js';

/** Opens a dialog. When "onconfirm" throws, what it says is shown and the dialog stays open. */
export function openDialog({ title, body, confirm, look = 'primary', wide = false, closable = true, onconfirm, onclose }) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const accept = confirm ? h('button', { type: 'submit', class: look }, confirm) : null;
  const close = closable ? h('button', { type: 'button', onclick: () => dialog.close() }, confirm ? 'Back' : 'Close') : null;
  const form = h('form', { method: 'dialog', noValidate: false }, h('h2', { id: 'dialog-title' }, title), ...body, problem,
    h('div', { class: 'dialog-actions' }, close, accept));
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', class: wide ? 'wide' : '' }, form);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    accept.disabled = true;
    accept.setAttribute('aria-busy', 'true');
    problem.hidden = true;
    try {
      await onconfirm();
      dialog.close();
    } catch (error) {
      showProblem(problem, error);
    } finally {
      accept.disabled = false;
      accept.removeAttribute('aria-busy');
    }
  });
  dialog.addEventListener('cancel', event => {
    if (!closable) event.preventDefault();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Puts what went wrong into an element. */
export function showProblem(element, error) {
  setText(element, error.message);
  element.hidden = false;
}

/** What came of something, for a while; problems stay until they are closed. */
export function notify(text, look = 'good') {
  const notice = h('div', { class: 'notice', 'data-look': look }, h('span', {}, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close this message', onclick: () => notice.remove() }, '×'));
  document.getElementById('notices').append(notice);
  if (look === 'good') setTimeout(() => notice.remove(), 8000);
}
