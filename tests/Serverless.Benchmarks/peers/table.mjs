// The medians of results.jsonl as Markdown: a row for each peer.
import fs from 'node:fs';

const lines = fs.readFileSync(new URL('results.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const columns = [...new Set(lines.map(columnOf))];
const good = lines.filter((line) => !line.error);
const rows = [...new Set(good.map((line) => line.peer))];

const row = (cells) => console.log(`| ${cells.join(' | ')} |`);
row(['peer', 'version', ...columns]);
row(['---', '---', ...columns.map(() => '---')]);
for (const peer of rows) {
  const own = good.filter((line) => line.peer === peer);
  row([peer, own[0].version.split('+')[0], ...columns.map((column) => cell(own.filter((line) => columnOf(line) === column)))]);
}
const loads = lines.map((line) => line.load).sort((a, b) => a - b);
console.log(`\nLoad averages: ${loads[0]} to ${loads.at(-1)}, median ${median(loads)}.`);
for (const line of lines.filter(({ error }) => error)) console.log(`Failed: ${line.peer}, ${columnOf(line)}: ${line.error}`);

function columnOf({ mode, n, work }) {
  return mode === 'kill' ? 'kill -9: again; running, result' : `${mode} ${n} ${work}`;
}

function cell(runs) {
  if (runs.length === 0) return '';
  const [{ mode }] = runs;
  const of = (name) => median(runs.map((run) => run[name]));
  if (mode === 'single') return ms(of('median_ms'));
  if (mode === 'kill') return `${range(runs.map((run) => run.calls_again))}; ${ms(of('running_ms'))}, ${ms(of('wall_ms'))}`;
  return `${ms(of('wall_ms'))}, ${Math.round(of('rss_mb'))} MB`;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] + sorted[(sorted.length - 1) >> 1]) / 2;
}

function range(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? least : `${least}-${most}`;
}

function ms(number) {
  if (number >= 1000) return `${(number / 1000).toPrecision(3)} s`;
  return `${Number(number.toPrecision(3))} ms`;
}
