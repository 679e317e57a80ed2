// Runs everything by turns, each repetition in a fresh process on fresh state, and writes a line each to results.jsonl.
//   --kinds fan-out,single,burst,kill  --sizes 1000,10000  --work http,noop  --repeat 3  --only SUBSTRING
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killAndResume } from './kill.mjs';
import { launch, startStub } from './lib/launch.mjs';
import { dropDatabaseOf } from './lib/postgres.mjs';

const { values: options } = parseArgs({
  options: {
    program: { type: 'string' }, // our benchmark program
    kinds: { type: 'string', default: 'fan-out,single,burst,kill' },
    sizes: { type: 'string', default: '1000,10000' },
    work: { type: 'string', default: 'http,noop' },
    repeat: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const list = (text) => text.split(',');
const kinds = list(options.kinds);
const singles = 100;
const burst = 1000;

const repeats = (mode) => (mode === 'begin' || mode === 'finish' ? [] : ['--repeat', '1']);
const ours = (mode, words) => ['dotnet', options.program, mode, ...words, ...repeats(mode)];
const peer = (file, ...more) => (mode, words) => [process.execPath, file, mode, ...words, ...more];
const peers = [
  { name: 'floor', command: (_, words) => ours('floor', words), kinds: ['fan-out'] },
  { name: 'fanout', command: ours },
  { name: 'openworkflow-sqlite', command: peer('openworkflow.mjs', '--variant', 'sqlite'), isPeer: true },
  { name: 'openworkflow-postgres', command: peer('openworkflow.mjs', '--variant', 'postgres'), isPeer: true },
  { name: 'dbos', command: peer('dbos.mjs'), isPeer: true },
  { name: 'restate', command: peer('restate.mjs'), isPeer: true },
  // it slows down with size, and has nothing to resume from
  { name: 'durabletask', command: peer('durabletask.mjs'), isPeer: true, kinds: ['fan-out', 'single', 'burst'], most: 1000 },
].filter(({ name }) => name.includes(options.only));

const results = new URL('results.jsonl', import.meta.url);
fs.writeFileSync(results, '');
const stub = await startStub(options.program, 0);
for (let repetition = 1; repetition <= Number(options.repeat); repetition++) {
  if (kinds.includes('fan-out')) {
    for (const n of list(options.sizes).map(Number)) for (const work of list(options.work)) await turn('fan-out', n, work);
  }
  if (kinds.includes('single')) await turn('single', singles, 'noop');
  if (kinds.includes('burst')) await turn('burst', burst, 'noop');
  if (kinds.includes('kill')) await turn('kill', 0);
}
stub.stop();

async function turn(kind, n, work) {
  for (const each of peers) {
    if (n > (each.most ?? Infinity) || !(each.kinds ?? kinds).includes(kind)) continue;
    const load = Number(os.loadavg()[0].toFixed(1));
    const line = await attempt(each, kind, n, work);
    const text = JSON.stringify({ ...line, load });
    fs.appendFileSync(results, text + '\n');
    console.log(text);
  }
}

/** One run in a folder of its own. A peer that fails is told of, and the others go on. */
async function attempt({ name, command, isPeer }, kind, n, work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peers-'));
  try {
    if (kind === 'kill') return await killAndResume(command, options.program, folder);
    const words = ['--n', String(n), '--work', work, '--url', stub.url, ...(isPeer ? ['--folder', folder] : [])];
    const run = launch(command(kind, words), (value) => value.peer);
    const line = await run.printed;
    await run.ended;
    return line;
  } catch (error) {
    return { peer: name, mode: kind, n, work, error: error.message };
  } finally {
    if (isPeer) await dropDatabaseOf(folder);
    fs.rmSync(folder, { recursive: true });
  }
}
