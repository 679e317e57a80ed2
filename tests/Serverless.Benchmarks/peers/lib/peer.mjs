// What all peers have in common: options, work, what is measured, and the line that is printed. A peer gives
//   name, version, and open({ activity, n, folder, concurrency, mode }), which gives an engine with
//   fan(n)      one workflow that runs n activities at once: the ordered results
//   single(k)   one workflow of one activity: its result
//   begin(n)    the same as fan, durably started and not waited for: its id
//   finish(id)  the results of what an earlier process has begun
//   servers     processes beside this one whose cost is the peer's
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { cpuMsOf, memoryMbOf, peakMb } from './processes.mjs';

const warmFan = 20;
const warmSingles = 3;

export const versionOf = (name) =>
  JSON.parse(fs.readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version;

export async function run(peer) {
  const { positionals: [mode], values } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string' },
      work: { type: 'string' },
      url: { type: 'string' },
      folder: { type: 'string' },
      id: { type: 'string' },
      concurrency: { type: 'string', default: '64' },
      variant: { type: 'string' },
    },
  });
  const [n, concurrency] = [Number(values.n), Number(values.concurrency)];
  const activity = values.work === 'http' ? post(values.url, concurrency) : async (i) => ({ ok: true, i });
  const engine = await peer.open({ activity, n, concurrency, mode, folder: values.folder, variant: values.variant });
  const print = (line) => fs.writeSync(1, JSON.stringify(line) + '\n');
  const about = { peer: peer.name(values.variant), version: peer.version, mode, n, work: values.work };

  if (mode === 'begin') {
    print({ id: await engine.begin(n) });
    return; // what the engine has open keeps the process alive until it is killed
  }
  if (mode === 'finish') {
    check(await engine.finish(values.id), n);
    print(about);
  } else {
    check(await engine.fan(warmFan), warmFan);
    for (let k = 0; k < warmSingles; k++) await engine.single(k);
    print({ ...about, ...await measure(engine, modes[mode], n) });
  }
  process.exit(); // some peers take long to close, which nobody asked for
}

const modes = {
  'fan-out': async (engine, n) => check(await engine.fan(n), n),
  burst: async (engine, n) => check(await Promise.all(Array.from({ length: n }, (_, k) => engine.single(k))), n),
  single: async (engine, n) => {
    const each = [];
    const results = [];
    for (let k = 0; k < n; k++) {
      const before = performance.now();
      results.push(await engine.single(k));
      each.push(performance.now() - before);
    }
    check(results, n);
    each.sort((a, b) => a - b);
    return { median_ms: round((each[n >> 1] + each[(n - 1) >> 1]) / 2), p95_ms: round(each[Math.floor(n * 0.95)]) };
  },
};

async function measure(engine, work, n) {
  const servers = engine.servers ?? [];
  const serverCpu = () => servers.reduce((total, pid) => total + cpuMsOf(pid), 0);
  const [before, own, start] = [serverCpu(), process.cpuUsage(), performance.now()];
  const more = await work(engine, n);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(own);
  return {
    wall_ms: round(wall),
    cpu_ms: round((user + system) / 1000 + serverCpu() - before),
    rss_mb: round(peakMb() + servers.reduce((total, pid) => total + memoryMbOf(pid), 0)),
    ...more,
  };
}

function post(url, connections) {
  const pool = new Pool(url, { connections, pipelining: 1, keepAliveTimeout: 30_000 });
  const headers = { 'content-type': 'application/json' };
  return async (i) => {
    const answer = await pool.request({ path: '/run', method: 'POST', headers, body: JSON.stringify({ i }) });
    if (answer.statusCode !== 200) throw new Error(`The server answered ${answer.statusCode}.`);
    return answer.body.json();
  };
}

function check(results, n) {
  if (results?.length !== n) throw new Error(`${n} results were due; ${results?.length} came.`);
  results.forEach((result, i) => {
    if (result?.ok !== true || result.i !== i) throw new Error(`Result ${i} is ${JSON.stringify(result)}.`);
  });
}

const round = (number) => Number(number.toFixed(3));
