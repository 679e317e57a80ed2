// Numbers, times and words as people read them.
import { h } from './dom.js';

const numbers = new Intl.NumberFormat('en');
const moments = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
});

export const number = value => numbers.format(value ?? 0);

/** "1 chunk", "12 chunks". */
export const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Seconds as "0.4 s", "12 s", "4 m 05 s", "2 h 03 m". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '–';
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = value => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  return `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`;
}

/** Dollars as "$12.40", "$0.0124"; less than a dollar has digits that count. */
export function money(dollars) {
  if (dollars === null || dollars === undefined) return '–';
  if (dollars === 0) return '$0.00';
  if (dollars >= 1) return `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const digits = dollars < 0.0001 ? 6 : dollars < 0.01 ? 5 : 4;
  return `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

/** Bytes as "812 B", "4.2 kB". */
export function bytes(value) {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB'];
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 1000 && unit < units.length - 1);
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function relative(moment) {
  const seconds = (Date.now() - new Date(moment).getTime()) / 1000;
  const ahead = seconds < 0;
  const distance = Math.abs(seconds);
  if (distance < 5) return ahead ? 'in a moment' : 'just now';
  const [value, unit] = distance < 60 ? [distance, 's'] : distance < 3600 ? [distance / 60, 'min']
    : distance < 86400 ? [distance / 3600, 'h'] : [distance / 86400, 'd'];
  const text = `${Math.floor(value)} ${unit}`;
  return ahead ? `in ${text}` : `${text} ago`;
}

export const absolute = moment => moments.format(new Date(moment));

/** A time that keeps itself current; the exact one shows on hover. */
export function timeElement(moment) {
  if (!moment) return h('span', { class: 'muted' }, '–');
  return h('time', { dateTime: moment, title: absolute(moment), 'data-relative': true }, relative(moment));
}

export function secondsBetween(from, to) {
  return ((to ? new Date(to) : new Date()).getTime() - new Date(from).getTime()) / 1000;
}

const runWords = {
  pending: 'Pending', running: 'Running', suspended: 'Suspended', completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled',
};

export const runStates = Object.keys(runWords);

/** The word and the look of where a run stands. */
export function runState(run) {
  if (run.state === 'completed' && run.failed > 0) return { word: `Completed, ${number(run.failed)} null`, look: 'partial' };
  return { word: runWords[run.state] ?? run.state, look: run.state };
}

const chunkWords = {
  waiting: 'Waiting', queued: 'Queued', running: 'Running', retrying: 'Retrying', completed: 'Completed', failed: 'Failed',
  cancelled: 'Cancelled',
};

export const chunkStates = Object.keys(chunkWords);
export const chunkWord = state => chunkWords[state] ?? state;

export function badge(word, look) {
  return h('span', { class: 'badge', 'data-look': look }, word);
}

export function setBadge(element, word, look) {
  if (element.textContent !== word) element.textContent = word;
  element.dataset.look = look;
}

export const isLive = run => !run.ended_at;

setInterval(() => {
  for (const element of document.querySelectorAll('time[data-relative]')) {
    const text = relative(element.dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
}, 5000);
