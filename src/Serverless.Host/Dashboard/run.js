// One run, live.
import { announce, h, perFrame, setText } from './dom.js';
import { runActions } from './actions.js';
import { ChunkTable } from './chunks.js';
import { FlashpointList } from './flashpoints.js';
import { badge, count, duration, isLive, money, number, runState, secondsBetween, setBadge, timeElement } from './format.js';
import { watch } from './stream.js';
import { Timeline } from './timeline.js';

export function showRun({ main, setLink, setTitle }, id) {
  setTitle(id);
  const view = new RunView(main, id);
  let stop = follow();
  const timer = setInterval(() => view.tick(), 1000);

  // An ended run may be retried, from here or from anywhere: then it goes on.
  function follow() {
    return watch(`/api/runs/${encodeURIComponent(id)}/events`, {
      on: (name, data) => {
        view.take(name, data);
        if (name === 'end') stop = watchForRetry(data.run);
      },
      onstate: state => { if (state !== 'ended') setLink(state); },
    });
  }

  function watchForRetry(ended) {
    const onRun = run => {
      if (run.id !== id || (run.created_at === ended.created_at && run.ended_at)) return;
      stop();
      stop = follow();
    };
    return watch('/api/events', {
      on: (name, data) => (name === 'snapshot' ? data.runs.forEach(onRun) : name === 'run' ? onRun(data) : null),
      onstate: setLink,
    });
  }

  return () => {
    stop();
    clearInterval(timer);
    view.close();
  };
}

class RunView {
  #run = null;
  #chunks = [];
  #toldTenths = -1;

  constructor(main, id) {
    this.main = main;
    this.id = id;
    this.draw = perFrame(() => this.#draw());
    this.loading = h('p', { class: 'empty', role: 'status' }, 'Reading the run…');
    main.append(this.loading);
  }

  take(name, data) {
    if (name === 'gone') {
      this.#showGone();
      return;
    }
    if (name === 'snapshot') {
      this.#chunks = data.chunks;
      this.#run = data;
      if (!this.head) this.#build();
    } else if (name === 'chunk') {
      this.#chunks[data.chunk - (this.#chunks[0]?.chunk ?? 0)] = data;
    } else if (name === 'run') {
      this.#run = { ...data, report: null };
    } else if (name === 'end') {
      this.#run = { ...data.run, report: data.report };
      announce(`The run has ended: ${runState(data.run).word}.`);
    }
    this.draw();
  }

  tick() {
    if (this.#run) this.#drawTimes();
    if (this.#run && isLive(this.#run)) this.timeline?.tick();
  }

  close() {
    this.timeline?.close();
  }

  #showGone() {
    this.main.replaceChildren(h('section', { class: 'empty' },
      h('h1', {}, 'There is no such run'),
      h('p', {}, h('code', { class: 'break' }, this.id), ' is not here, or was deleted.'),
      h('p', {}, h('a', { href: '#/' }, 'Go to the runs'))));
  }

  #build() {
    this.badge = badge('', '');
    this.about = h('p', { class: 'muted about' });
    this.error = h('p', { class: 'problem', hidden: true });
    this.actions = runActions(this.id);
    this.head = h('div', { class: 'page-head run-head' },
      h('div', {},
        h('p', { class: 'crumb' }, h('a', { href: '#/' }, 'Runs'), ' /'),
        h('h1', { class: 'break' }, this.id, ' ', this.badge), this.about),
      this.actions.element);
    this.bar = h('span', { class: 'bar-fill' });
    this.failedBar = h('span', { class: 'bar-fill failed' });
    this.progress = h('div', { class: 'bar large', role: 'progressbar', 'aria-label': 'Flashpoints done', 'aria-valuemin': 0, 'aria-valuemax': 100 },
      this.bar, this.failedBar);
    this.tiles = new Tiles();
    this.timeline = new Timeline(chunk => this.chunkTable.open(chunk));
    this.chunkTable = new ChunkTable();
    this.flashpoints = new FlashpointList(this.id);
    this.main.replaceChildren(this.head, this.error, this.progress, this.tiles.element, this.timeline.element,
      this.chunkTable.element, this.flashpoints.element);
  }

  #draw() {
    const run = this.#run;
    if (!this.head || !run) return;
    const { word, look } = runState(run);
    setBadge(this.badge, word, look);
    this.#drawAbout(run);
    setText(this.error, run.error ?? run.stopped_because ?? '');
    this.error.hidden = !(run.error ?? run.stopped_because);
    const share = value => (run.flashpoints ? (100 * value) / run.flashpoints : run.ended_at ? 100 : 0);
    this.bar.style.width = `${share(run.done)}%`;
    this.failedBar.style.width = `${share(run.failed)}%`;
    this.progress.setAttribute('aria-valuenow', Math.floor(share(run.done + run.failed)));
    this.progress.setAttribute('aria-valuetext', `${number(run.done)} of ${number(run.flashpoints)} done, ${number(run.failed)} null`);
    this.#tellProgress(run, share(run.done + run.failed));
    this.actions.update(run);
    this.chunkTable.update(this.#chunks, run);
    this.timeline.update(run, this.#chunks);
    this.flashpoints.update(run);
    this.#drawTimes();
  }

  #drawAbout(run) {
    const text = `${run.date} · ${run.trigger} · ${count(run.workers, 'worker')} · ${run.backend}`;
    if (this.aboutText === text + run.created_at) return;
    this.aboutText = text + run.created_at;
    this.about.replaceChildren(`${text} · started `, timeElement(run.created_at));
  }

  /** A screen reader is told each tenth, not each change. */
  #tellProgress(run, percent) {
    const tenths = Math.floor(percent / 10);
    if (tenths === this.#toldTenths) return;
    if (this.#toldTenths >= 0 && isLive(run)) announce(`${number(run.done)} of ${number(run.flashpoints)} flashpoints done.`);
    this.#toldTenths = tenths;
  }

  #drawTimes() {
    this.tiles.update(this.#run, this.#chunks);
  }
}

/** The figures at a glance; once a run has ended, they are its report's. */
class Tiles {
  constructor() {
    const tile = label => {
      const value = h('dd', {});
      const note = h('dd', { class: 'note' });
      const name = h('dt', {}, label);
      const element = h('div', { class: 'tile' }, name, value, note);
      this.element.append(element);
      return (text, small = '', look = '', other = label) => {
        setText(name, other);
        setText(value, text);
        setText(note, small);
        element.dataset.look = look;
      };
    };
    this.element = h('dl', { class: 'tiles', 'aria-label': 'Report' });
    this.done = tile('Done');
    this.missing = tile('Null');
    this.chunks = tile('Chunks');
    this.elapsed = tile('Duration');
    this.worker = tile('Worker time');
    this.cost = tile('Cost');
    this.left = tile('Left');
  }

  update(run, chunks) {
    const report = run.report;
    const elapsed = report?.duration_sec ?? secondsBetween(run.created_at, run.ended_at);
    const worker = run.execution_sec ?? 0;
    const running = chunks.filter(chunk => chunk.state === 'running').length;
    const queued = chunks.filter(chunk => chunk.state === 'queued').length;
    this.done(number(run.done), `of ${number(run.flashpoints)}`, run.flashpoints && run.done === run.flashpoints ? 'good' : '');
    this.missing(number(run.failed), run.failed ? 'without a result' : isLive(run) ? 'none so far' : 'every result is there', run.failed ? 'bad' : '');
    this.chunks(`${number(run.chunks_ended)} / ${number(run.chunk_count)}`,
      isLive(run) ? `${number(running)} running, ${number(queued)} queued` : 'ended');
    this.elapsed(duration(elapsed), run.ended_at ? 'from start to results' : 'so far');
    this.worker(duration(worker), elapsed > 1 && worker > 0 ? `${(worker / elapsed).toFixed(1)} × the duration` : 'all jobs together');
    this.cost(money(costSoFar(run, chunks)), run.wasted_cost ? `${money(run.wasted_cost)} came to nothing`
      : run.price_per_second ? `${run.gpu ?? 'a worker'} at ${money(run.price_per_second)}/s` : 'no price is set (GPU)');
    if (!isLive(run)) this.left(outcome(run), run.cleanup ? 'workers clean up' : 'no clean-up', '', 'Outcome');
    else this.left(estimate(run, elapsed), 'by the pace so far');
  }
}

/** What ended attempts cost, and what those that run should have cost by now. */
function costSoFar(run, chunks) {
  if (run.cost === undefined || run.cost === null || !isLive(run)) return run.cost;
  const ended = chunks.reduce((sum, chunk) => sum + (chunk.cost ?? 0), 0);
  return chunks.flatMap(chunk => chunk.attempts ?? [])
    .filter(attempt => attempt.running_at && !attempt.ended_at)
    .reduce((sum, attempt) => sum + secondsBetween(attempt.running_at) * run.price_per_second, ended);
}

function outcome(run) {
  if (run.report) return run.report.ok ? 'Complete' : run.report.cancelled || run.report.stopped_because ? 'Cut short' : 'Some null';
  return run.state === 'failed' ? 'No results' : '–';
}

function estimate(run, elapsed) {
  const ended = run.done + run.failed;
  return ended > 0 && ended < run.flashpoints ? `~ ${duration((elapsed / ended) * (run.flashpoints - ended))}` : '–';
}
