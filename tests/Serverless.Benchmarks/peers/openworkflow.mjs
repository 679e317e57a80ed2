// OpenWorkflow: every activity is a step, two commits each. --variant sqlite or postgres. A run may hold 1,000 steps, so
// larger fan-outs go through child workflows of 900. Its own wait looks once a second; here the run is read every 5 ms.
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { OpenWorkflow } from 'openworkflow';
import { run, versionOf } from './lib/peer.mjs';
import { databaseOf } from './lib/postgres.mjs';

const maxSteps = 1000;
const stepsPerChild = 900;
const lookMs = 5;

await run({
  name: (variant) => (variant === 'postgres' ? 'OpenWorkflow, PostgreSQL' : 'OpenWorkflow, SQLite'),
  version: versionOf('openworkflow'),
  async open({ activity, folder, mode, variant }) {
    const { backend, servers } = await store(variant, folder);
    const ow = new OpenWorkflow({ backend });
    const { fan, one } = define(ow, activity);
    await ow.newWorker({ concurrency: 32 }).start();
    const result = mode === 'burst' ? oneAtATime((id) => wait(backend, id)) : (id) => wait(backend, id);
    const begin = async (workflow, input) => (await workflow.run(input)).workflowRun.id;
    return {
      fan: async (n) => result(await begin(fan, { n })),
      single: async (k) => result(await begin(one, { k })),
      begin: (n) => begin(fan, { n }),
      finish: result,
      servers,
    };
  },
});

async function store(variant, folder) {
  if (variant === 'sqlite') {
    const { BackendSqlite } = await import('openworkflow/sqlite');
    return { backend: BackendSqlite.connect(path.join(folder, 'openworkflow.db')), servers: [] };
  }
  const { BackendPostgres } = await import('openworkflow/postgres');
  const database = await databaseOf(folder);
  return { backend: await BackendPostgres.connect(database.url), servers: [database.pid] };
}

function define(ow, activity) {
  const steps = (step, from, to) => Promise.all(Array.from(
    { length: to - from }, (_, d) => step.run({ name: `work-${from + d}` }, () => activity(from + d))));
  const part = ow.defineWorkflow({ name: 'part' }, ({ input, step }) => steps(step, input.from, input.to));
  const fan = ow.defineWorkflow({ name: 'fan' }, async ({ input: { n }, step }) => {
    if (n <= maxSteps) return steps(step, 0, n);
    const parts = [];
    for (let from = 0; from < n; from += stepsPerChild) {
      const range = { from, to: Math.min(n, from + stepsPerChild) };
      parts.push(step.runWorkflow(part.workflow.spec, range, { name: `part-${from}` }));
    }
    return (await Promise.all(parts)).flat();
  });
  const one = ow.defineWorkflow({ name: 'one' }, ({ input, step }) => step.run({ name: 'work' }, () => activity(input.k)));
  return { fan, one };
}

async function wait(backend, workflowRunId) {
  for (;;) {
    const { status, output, error } = await backend.getWorkflowRun({ workflowRunId });
    if (status === 'completed') return output;
    if (status === 'failed' || status === 'canceled') throw new Error(JSON.stringify(error));
    await sleep(lookMs);
  }
}

/** With many waiting at once only the first in line looks, so that the looking costs little. */
function oneAtATime(ask) {
  let last = Promise.resolve();
  return (id) => (last = last.then(() => ask(id)));
}
