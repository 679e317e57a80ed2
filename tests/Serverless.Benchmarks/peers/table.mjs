// The medians of results.jsonl as Markdown: a row for each peer, fan-outs in one table and the rest in another.
import fs from 'node:fs';

const lines = fs.readFileSync(new URL('results.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const [bad, good] = [lines.filter((line) => line.error), lines.filter((line) => !line.error)];

print(good.filter((line) => line.mode === 'fan-out'));
print(good.filter((line) => line.mode !== 'fan-out'));
const loads = lines.map((line) => line.load).sort((a, b) => a - b);
console.log(`Load averages: ${loads[0]} to ${loads.at(-1)}, median ${median(loads)}.`);
for (const line of bad) console.log(`Failed: ${line.peer}, ${headingOf(line)}: ${line.error}`);

function print(own) {
  const headings = [...new Set(own.map(headingOf))];
  row(['peer', 'version', ...headings]);
  row(['---', '---', ...headings.map(() => '---')]);
  for (const peer of new Set(own.map((line) => line.peer))) {
    const runs = own.filter((line) => line.peer === peer);
    const cells = headings.map((heading) => cellOf(runs.filter((line) => headingOf(line) === heading)));
    row([peer, runs[0].version.split('+')[0], ...cells]);
  }
  console.log();
}

function row(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}

function headingOf({ mode, n, work }) {
  if (mode === 'single') return 'one instance: median';
  if (mode === 'burst') return `${n} instances: wall; processor, memory`;
  if (mode === 'kill') return 'kill -9: calls again; running, result after';
  return `${work} ${n}: wall; processor, memory`;
}

function cellOf(runs) {
  if (runs.length === 0) return '';
  const of = (name) => median(runs.map((run) => run[name]));
  switch (runs[0].mode) {
    case 'single': return ms(of('median_ms'));
    case 'kill': return `${range(runs.map((run) => run.calls_again))}; ${ms(of('running_ms'))}, ${ms(of('wall_ms'))}`;
    default: return `${ms(of('wall_ms'))}; ${ms(of('cpu_ms'))}, ${Math.round(of('rss_mb'))} MiB`;
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] + sorted[(sorted.length - 1) >> 1]) / 2;
}

function range(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? least : `${least} to ${most}`;
}

function ms(number) {
  const shown = number >= 1000 ? number / 1000 : number;
  return `${Number(shown.toPrecision(3))} ${number >= 1000 ? 's' : 'ms'}`;
}
