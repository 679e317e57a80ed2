// Attempts over time, drawn on a canvas that is as large as what is seen of it, however many rows there are.
import { h, perFrame, setText } from './dom.js';
import { absolute, chunkWord, count, duration, isLive, number, secondsBetween } from './format.js';

const axisHeight = 22;
const labelWidth = 64;
const mostRowsByChunk = 40;

export class Timeline {
  #rows = [];
  #run = null;
  #chunks = [];
  #by = null;
  #hits = [];
  #colors = null;

  constructor(onopen) {
    this.onopen = onopen;
    this.draw = perFrame(() => this.#draw());
    this.byChunk = this.#choice('chunk', 'By chunk');
    this.byWorker = this.#choice('worker', 'By worker');
    this.canvas = h('canvas', { role: 'img' });
    this.spacer = h('div', { class: 'timeline-space' });
    this.tip = h('div', { class: 'tip', hidden: true });
    this.scroller = h('div', { class: 'timeline', tabIndex: 0, role: 'region', 'aria-label': 'Timeline of attempts, scrollable' },
      this.canvas, this.spacer);
    this.note = h('span', { class: 'muted tally', hidden: true });
    this.empty = h('p', { class: 'muted' }, 'No job has been submitted yet.');
    this.element = h('section', { class: 'panel', 'aria-labelledby': 'timeline-title' },
      h('div', { class: 'panel-head' }, h('h2', { id: 'timeline-title' }, 'Timeline'),
        h('div', { class: 'legend', 'aria-hidden': 'true' }, ['queued', 'running', 'completed', 'failed', 'cancelled'].map(look =>
          h('span', { 'data-look': look }, chunkWord(look)))),
        this.note,
        h('div', { class: 'switch', role: 'group', 'aria-label': 'Rows' }, this.byChunk, this.byWorker)),
      this.empty, this.scroller, this.tip);
    this.scroller.addEventListener('scroll', this.draw);
    this.canvas.addEventListener('pointermove', event => this.#point(event));
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    this.canvas.addEventListener('click', event => {
      const hit = this.#hitAt(event);
      if (hit) this.onopen(hit.chunk.chunk);
    });
    this.resize = new ResizeObserver(this.draw);
    this.resize.observe(this.scroller);
    this.onTheme = () => {
      this.#colors = null;
      this.draw();
    };
    document.addEventListener('themechange', this.onTheme);
  }

  close() {
    this.resize.disconnect();
    document.removeEventListener('themechange', this.onTheme);
  }

  update(run, chunks) {
    this.#run = run;
    this.#chunks = chunks;
    this.tick();
  }

  tick() {
    this.#arrange();
    this.draw();
  }

  #choice(by, label) {
    return h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => { this.#by = by; this.tick(); } }, label);
  }

  /** Rows of bars: a chunk's attempts, or whatever a worker did one after the other. */
  #arrange() {
    const begun = this.#begun();
    const by = this.#by ?? (this.#chunks.length <= mostRowsByChunk ? 'chunk' : 'worker');
    this.byChunk.setAttribute('aria-pressed', by === 'chunk');
    this.byWorker.setAttribute('aria-pressed', by === 'worker');
    const rows = new Map();
    for (const chunk of begun) {
      const key = by === 'chunk' ? chunk.chunk : chunk.worker;
      if (!rows.has(key)) rows.set(key, { label: `${by === 'chunk' ? '' : 'W'}${key}`, key, bars: [] });
      for (const attempt of chunk.attempts) rows.get(key).bars.push({ chunk, attempt });
    }
    this.#rows = [...rows.values()].sort((a, b) => a.key - b.key);
    this.rowHeight = this.#rows.length > 120 ? 8 : this.#rows.length > 40 ? 12 : 18;
    const height = axisHeight + this.#rows.length * this.rowHeight + 4;
    this.spacer.style.height = `${height}px`;
    this.scroller.style.height = `${Math.min(height, 400)}px`;
    this.scroller.hidden = this.#rows.length === 0;
    this.empty.hidden = this.#rows.length > 0;
    const attempts = begun.reduce((sum, chunk) => sum + chunk.attempts.length, 0);
    this.canvas.setAttribute('aria-label',
      `${count(attempts, 'attempt')} of ${count(begun.length, 'chunk')}; the table of chunks tells each.`);
  }

  /** A retry may begin days after what it retries: then it alone is drawn, and the table tells the rest. */
  #begun() {
    const begun = this.#chunks.filter(chunk => chunk.attempts?.length);
    const since = Date.parse(this.#run.created_at) - 1000;
    const latest = begun.filter(chunk => Date.parse(chunk.attempts[0].submitted_at) >= since);
    this.note.hidden = latest.length === 0 || latest.length === begun.length;
    setText(this.note, `${count(begun.length - latest.length, 'chunk')} of earlier tries not drawn`);
    return latest.length > 0 ? latest : begun;
  }

  #draw() {
    const width = this.scroller.clientWidth;
    const height = this.scroller.clientHeight;
    if (!this.#rows.length || !width) return;
    const scale = devicePixelRatio || 1;
    if (this.canvas.width !== width * scale || this.canvas.height !== height * scale) {
      this.canvas.width = width * scale;
      this.canvas.height = height * scale;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const context = this.canvas.getContext('2d');
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const colors = this.#colors ??= readColors(this.canvas);
    const span = this.#span();
    const x = moment => labelWidth + ((moment - span.from) / (span.to - span.from)) * (width - labelWidth - 12);
    this.#hits = [];
    const marks = marksOf(span, width);
    drawGrid(context, colors, x, span, marks, height);
    this.#drawRows(context, colors, x, span, height);
    drawAxis(context, colors, x, span, marks, width);
  }

  #span() {
    const first = Math.min(...this.#rows.map(row => Date.parse(row.bars[0].attempt.submitted_at)));
    const to = isLive(this.#run) ? Date.now() : Date.parse(this.#run.ended_at);
    return { from: first, to: Math.max(to, first + 1000) };
  }

  #drawRows(context, colors, x, span, height) {
    const top = this.scroller.scrollTop;
    const first = Math.max(0, Math.floor(top / this.rowHeight));
    const last = Math.min(this.#rows.length, Math.ceil((top + height) / this.rowHeight));
    const every = Math.ceil(14 / this.rowHeight);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (let index = first; index < last; index++) {
      const y = axisHeight + index * this.rowHeight - top;
      context.fillStyle = colors.muted;
      if (index % every === 0) context.fillText(this.#rows[index].label, labelWidth - 10, y + this.rowHeight / 2);
      for (const bar of this.#rows[index].bars) this.#drawBar(context, colors, x, span, bar, y);
    }
  }

  #drawBar(context, colors, x, span, { chunk, attempt }, y) {
    const begin = x(Date.parse(attempt.submitted_at));
    const end = Math.max(begin + 2, x(attempt.ended_at ? Date.parse(attempt.ended_at) : Math.min(Date.now(), span.to)));
    const inset = this.rowHeight > 10 ? 3 : 1;
    const height = this.rowHeight - 2 * inset;
    const running = runningFrom(attempt);
    const middle = running === null ? (attempt.ended_at && attempt.state !== 'queued' ? begin : end) : Math.min(end, Math.max(begin, x(running)));
    context.fillStyle = colors.queued;
    context.fillRect(begin, y + inset, middle - begin, height);
    context.fillStyle = colors[lookOf(attempt, chunk)];
    context.fillRect(middle, y + inset, Math.max(end - middle, attempt.ended_at ? 2 : 0), height);
    context.fillStyle = colors.surface;
    context.fillRect(end - 0.5, y + inset, 1, height);
    this.#hits.push({ begin, end, top: y, bottom: y + this.rowHeight, chunk, attempt });
  }

  #hitAt(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    if (y < axisHeight) return null;
    return this.#hits.find(hit => x >= hit.begin - 1 && x <= hit.end + 1 && y >= hit.top && y < hit.bottom);
  }

  #point(event) {
    const hit = this.#hitAt(event);
    this.tip.hidden = !hit;
    this.canvas.classList.toggle('pointing', Boolean(hit));
    if (!hit) return;
    setText(this.tip, describe(hit));
    const box = this.element.getBoundingClientRect();
    this.tip.style.left = `${Math.max(0, Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 4))}px`;
    this.tip.style.top = `${event.clientY - box.top + 16}px`;
  }
}

/** When a worker took the job: as the platform says, or as it was first seen. */
function runningFrom(attempt) {
  if (attempt.ended_at && attempt.execution_sec > 0) {
    const begun = Date.parse(attempt.ended_at) - attempt.execution_sec * 1000;
    const submitted = Date.parse(attempt.submitted_at);
    if (attempt.delay_sec !== undefined) return submitted + Math.min(attempt.delay_sec * 1000, Date.parse(attempt.ended_at) - submitted);
    return Math.max(begun, submitted);
  }
  return attempt.running_at ? Date.parse(attempt.running_at) : null;
}

function lookOf(attempt, chunk) {
  if (!attempt.ended_at) return 'running';
  if (attempt.state === 'cancelled' || (chunk.state === 'cancelled' && attempt === chunk.attempts.at(-1))) return 'cancelled';
  return attempt.error || attempt.state !== 'completed' ? 'failed' : 'completed';
}

function describe({ chunk, attempt }) {
  const parts = [
    `Chunk ${chunk.chunk}, attempt ${attempt.attempt}: ${attempt.ended_at ? (attempt.state ?? 'no job').replace('_', ' ') : attempt.state}`,
    attempt.job_id ? `job ${attempt.job_id}` : null,
    attempt.worker_id ? `worker ${attempt.worker_id}` : null,
    `submitted ${absolute(attempt.submitted_at)}`,
    attempt.delay_sec !== undefined ? `queued ${duration(attempt.delay_sec)}` : null,
    attempt.execution_sec !== undefined ? `ran ${duration(attempt.execution_sec)}` : null,
    attempt.ended_at ? null : `for ${duration(secondsBetween(attempt.submitted_at))}`,
    attempt.error,
  ];
  return parts.filter(Boolean).join('\n');
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

function marksOf(span, width) {
  const seconds = (span.to - span.from) / 1000;
  const most = Math.max(2, Math.floor((width - labelWidth) / 90));
  const step = steps.find(size => seconds / size <= most) ?? seconds;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

function drawGrid(context, colors, x, span, marks, height) {
  context.strokeStyle = colors.line;
  context.beginPath();
  for (const mark of marks) {
    const place = Math.round(x(span.from + mark * 1000)) + 0.5;
    context.moveTo(place, axisHeight - 4);
    context.lineTo(place, height);
  }
  context.stroke();
}

/** Over the rows, which scroll under it. */
function drawAxis(context, colors, x, span, marks, width) {
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, width, axisHeight - 4);
  context.fillStyle = colors.muted;
  context.textAlign = 'center';
  for (const mark of marks)
    context.fillText(mark === 0 ? '0' : axisLabel(mark), Math.min(x(span.from + mark * 1000), width - 24), axisHeight / 2 - 1);
}

function axisLabel(seconds) {
  if (seconds < 60) return `${number(seconds)} s`;
  if (seconds < 3600) return seconds % 60 ? duration(seconds) : `${seconds / 60} min`;
  return seconds % 3600 ? duration(seconds) : `${seconds / 3600} h`;
}

/** A canvas needs colours as they are, not as the style sheet puts them. */
function readColors(element) {
  const names = {
    surface: 'surface', line: 'line', muted: 'muted', queued: 'bar-queued', running: 'bar-running', completed: 'bar-completed',
    failed: 'bar-failed', cancelled: 'bar-cancelled',
  };
  const style = getComputedStyle(element);
  return Object.fromEntries(Object.entries(names).map(([look, name]) => {
    element.style.color = `var(--${name})`;
    return [look, style.color];
  }));
}
