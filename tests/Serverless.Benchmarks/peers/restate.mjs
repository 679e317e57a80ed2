// Restate: every activity is a durable step of one invocation. Its server keeps the log, and drives the handlers in this
// process over HTTP/2.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import { Pool } from 'undici';
import { run, versionOf } from './lib/peer.mjs';

const patienceMs = 600_000;
const startTries = 200;
const startPauseMs = 100;
const host = '127.0.0.1';
const json = { 'content-type': 'application/json' };

await run({
  name: () => 'Restate',
  version: versionOf('@restatedev/restate-server'),
  async open({ activity, folder, concurrency }) {
    const ports = await portsOf(folder);
    await serveHandlers(activity, ports.handlers);
    const server = startServer(folder, ports);
    await register(ports);
    const ingress = new Pool(
      `http://${host}:${ports.ingress}`, { connections: concurrency, headersTimeout: patienceMs, bodyTimeout: patienceMs });
    const ask = async (method, at, input) => {
      const answer = await ingress.request({ method, path: at, headers: json, body: JSON.stringify(input) });
      if (answer.statusCode >= 300) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`);
      return answer.body.json();
    };
    return {
      fan: (n) => ask('POST', '/flow/fan', n),
      single: (k) => ask('POST', '/flow/one', k),
      begin: async (n) => (await ask('POST', '/flow/fan/send', n)).invocationId,
      finish: (id) => ask('GET', `/restate/invocation/${id}/attach`),
      servers: [server.pid],
    };
  },
});

/** Free ports, and for the second process in a folder those of the first: the server remembers where it found the handlers. */
async function portsOf(folder) {
  const file = path.join(folder, 'ports.json');
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  const probes = await Promise.all(Array.from({ length: 4 }, async () => {
    const probe = net.createServer().listen(0, host);
    await once(probe, 'listening');
    return probe;
  }));
  const [handlers, node, ingress, admin] = probes.map((probe) => probe.address().port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  fs.writeFileSync(file, JSON.stringify({ handlers, node, ingress, admin }));
  return { handlers, node, ingress, admin };
}

async function serveHandlers(activity, port) {
  const flow = restate.service({
    name: 'flow',
    handlers: {
      fan: restate.handlers.handler({ inactivityTimeout: patienceMs }, (context, n) => restate.RestatePromise.all(
        Array.from({ length: n }, (_, i) => context.run(`work-${i}`, () => activity(i))))),
      one: (context, k) => context.run('work', () => activity(k)),
    },
  });
  const endpoint = restate.endpoint().bind(flow).setLogger(() => {});
  await once(http2.createServer(endpoint.http2Handler()).listen(port, host), 'listening');
}

function startServer(folder, ports) {
  const program = createRequire(import.meta.url).resolve(`@restatedev/restate-server-linux-${process.arch}/bin/restate-server`);
  const server = spawn(program, ['--no-logo', '--base-dir', folder, '--bind-ip', host], {
    stdio: 'ignore',
    env: {
      ...process.env,
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
      RESTATE_BIND_PORT: ports.node,
      RESTATE_INGRESS__BIND_PORT: ports.ingress,
      RESTATE_ADMIN__BIND_PORT: ports.admin,
    },
  });
  process.on('exit', () => server.kill('SIGKILL'));
  return server;
}

/** Tells the server where the handlers are, as soon as it listens; 409 means that it knows. */
async function register(ports) {
  const body = JSON.stringify({ uri: `http://${host}:${ports.handlers}` });
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`http://${host}:${ports.admin}/deployments`, { method: 'POST', headers: json, body });
      if (answer.ok || answer.status === 409) return;
      throw new Error(`${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (attempt === startTries) throw error;
      await sleep(startPauseMs);
    }
  }
}
