// kill -9 in the middle of a fan-out, the peer's own server included (PostgreSQL goes on), then a new process on the
// same state: which calls are made again, and how long until calls are made and until the result is there.
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, startStub } from './lib/launch.mjs';

const n = 2000;
const killedAt = 0.4;
const callMs = 5;
const lookMs = 5;
const settleMs = 300;

export async function killAndResume(command, program, folder) {
  const stub = await startStub(program, callMs);
  try {
    const words = ['--n', String(n), '--work', 'http', '--url', stub.url, '--folder', folder];
    const first = launch(command('begin', words), (value) => value.id);
    const { id } = await first.printed;
    while (await stub.count() < n * killedAt) await sleep(lookMs);
    first.kill();
    await first.ended;
    await sleep(settleMs);

    const before = await stub.count();
    const start = performance.now();
    const second = launch(command('finish', [...words, '--id', id]), (value) => value.peer);
    const running = nextCall(stub, before, start);
    const line = await second.printed;
    const resultMs = performance.now() - start;
    await second.ended;
    return {
      ...line, mode: 'kill', work: 'http', calls_before: before, calls_again: await stub.count() - n,
      running_ms: Math.round(await running), wall_ms: Math.round(resultMs),
    };
  } finally {
    stub.stop();
  }
}

async function nextCall(stub, before, start) {
  while (await stub.count() === before) await sleep(lookMs);
  return performance.now() - start;
}
