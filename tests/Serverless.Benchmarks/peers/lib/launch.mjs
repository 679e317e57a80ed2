// Starts programs and reads the JSON objects that they print.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { treeOf } from './processes.mjs';

const patienceMs = 300_000;

/** A program that prints one object of interest, of those that `isWanted`; it is killed when it takes too long. */
export function launch([program, ...words], isWanted) {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const kill = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    for (const pid of treeOf(child.pid).reverse()) endNow(pid);
  };
  const timeout = setTimeout(kill, patienceMs);
  const ended = new Promise((resolve) => child.on('close', resolve)).finally(() => clearTimeout(timeout));
  const printed = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = line.startsWith('{') ? JSON.parse(line) : {};
      if (isWanted(value)) resolve(value);
    });
    ended.then((code) => reject(new Error(`It ended with ${code} and no result. ${reasonIn(errors)}`)));
  });
  printed.catch(() => {}); // who waits for it hears of it; who kills the program first does not wait
  return { printed, ended, kill };
}

/** The server behind the http work, in a process of its own, and how many calls it has had. */
export async function startStub(program, delayMs) {
  const child = spawn('dotnet', [program, 'stub-server', '--delay-ms', String(delayMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { url, count: async () => (await fetch(`${url}/count`)).json(), stop: () => child.stdin.end() };
}

/** The line that names an error, or all there is. */
const reasonIn = (errors) => (errors.match(/^.*Error:.*$/m)?.[0] ?? errors).trim();

function endNow(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it has ended meanwhile
  }
}
