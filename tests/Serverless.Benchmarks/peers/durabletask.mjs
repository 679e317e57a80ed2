// Durable Task's SDK for JavaScript on the in-memory backend it has for tests: not durable, a point of reference. It runs
// one activity at a time, runs the orchestrator again after each, and logs each event, which is turned off to be fair.
import {
  InMemoryOrchestrationBackend, TestOrchestrationClient, TestOrchestrationWorker, whenAll,
} from '@microsoft/durabletask-js';
import { run, versionOf } from './lib/peer.mjs';

const patienceSeconds = 600;
for (const level of ['log', 'info', 'debug', 'warn']) console[level] = () => {};

await run({
  name: () => 'Durable Task, in memory',
  version: versionOf('@microsoft/durabletask-js'),
  async open({ activity, n }) {
    const backend = new InMemoryOrchestrationBackend(10 * n + 100_000);
    const worker = new TestOrchestrationWorker(backend);
    const client = new TestOrchestrationClient(backend);
    worker.addNamedActivity('work', (_, i) => activity(i));
    worker.addNamedOrchestrator('fan', async function* (context, count) {
      return yield whenAll(Array.from({ length: count }, (_, i) => context.callActivity('work', i)));
    });
    worker.addNamedOrchestrator('one', async function* (context, k) {
      return yield context.callActivity('work', k);
    });
    await worker.start();
    const call = async (name, input) => {
      const id = await client.scheduleNewOrchestration(name, input);
      const state = await client.waitForOrchestrationCompletion(id, true, patienceSeconds);
      if (!state?.serializedOutput) throw new Error(`It failed: ${JSON.stringify(state?.failureDetails)}`);
      return JSON.parse(state.serializedOutput);
    };
    return { fan: (count) => call('fan', count), single: (k) => call('one', k) };
  },
});
