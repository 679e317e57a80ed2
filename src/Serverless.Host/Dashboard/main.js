// Which page is shown, and what is the same on all of them.
import { h, setText } from './dom.js';
import { openStart } from './start.js';
import { showRuns } from './runs.js';
import { showRun } from './run.js';
import { showSchedule } from './schedule.js';
import { showEndpoints } from './endpoints.js';
import { showPods } from './pods.js';
import { showAlerts } from './alerts.js';

const main = document.getElementById('main');
const linkState = document.getElementById('link-state');
const themeButton = document.getElementById('theme');
const themes = ['auto', 'light', 'dark'];
let close = () => {};

const linkWords = {
  connecting: 'Connecting…', live: 'Live', reconnecting: 'Host not answering, reconnecting…', ended: 'Up to date', still: 'Not live',
};

function setLink(state) {
  linkState.dataset.state = state;
  setText(linkState, linkWords[state]);
}

function route() {
  close();
  main.replaceChildren();
  setLink('connecting');
  const [page, id] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const tools = { main, setLink, setTitle: title => { document.title = `${title} · fanout`; } };
  const current = page === 'runs' && id ? '#/' : `#/${page}`;
  for (const link of document.querySelectorAll('#nav a')) {
    if (link.getAttribute('href') === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (page === 'runs' && id) close = showRun(tools, id);
  else if (page === 'schedule') close = showSchedule(tools);
  else if (page === 'endpoints') close = showEndpoints(tools);
  else if (page === 'pods') close = showPods(tools);
  else if (page === 'alerts') close = showAlerts(tools);
  else if (page === '') close = showRuns(tools);
  else close = showNothing(tools);
}

function showNothing({ setLink: link, setTitle }) {
  link('still');
  setTitle('Nothing here');
  main.append(h('section', { class: 'empty' }, h('h1', {}, 'There is no such page'), h('p', {}, h('a', { href: '#/' }, 'Go to the runs'))));
  return () => {};
}

function setTheme(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = theme;
  setText(themeButton, `◐ ${theme[0].toUpperCase()}${theme.slice(1)}`);
  themeButton.setAttribute('aria-label', `Theme: ${theme}`);
  themeButton.title = 'Theme: auto, light or dark';
  document.dispatchEvent(new Event('themechange'));
}

let theme = localStorage.getItem('fanout-theme') ?? 'auto';
setTheme(theme);
themeButton.addEventListener('click', () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  localStorage.setItem('fanout-theme', theme);
  setTheme(theme);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => document.dispatchEvent(new Event('themechange')));
document.getElementById('start').addEventListener('click', openStart);
document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', () => {
  route();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});
route();
