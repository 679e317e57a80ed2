// Processor time and memory of other processes, as /proc tells them.
import fs from 'node:fs';

const msPerTick = 10; // Linux has shown 100 ticks a second to programs for as long as /proc exists
const kibPerMib = 1024;

/** The processes that descend from one, itself first. */
export function treeOf(root) {
  const children = new Map();
  for (const name of fs.readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) && readStat(name);
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  const descend = (pid) => [pid, ...(children.get(pid) ?? []).flatMap(descend)];
  return descend(root);
}

/** Processor time of a tree, with what its ended children have used. */
export const cpuMsOf = (root) => sum(treeOf(root).map((pid) => readStat(pid)?.ticks ?? 0)) * msPerTick;

/** Memory of a tree now; what its processes share counts once. */
export const memoryMbOf = (root) => sum(treeOf(root).map((pid) => kib(`/proc/${pid}/smaps_rollup`, 'Pss'))) / kibPerMib;

/** The most memory that this process has had. */
export const peakMb = () => kib('/proc/self/status', 'VmHWM') / kibPerMib;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function readStat(pid) {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text && { parent: Number(fields[1]), ticks: sum(fields.slice(11, 15).map(Number)) };
}

const kib = (path, name) => Number(read(path).match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1] ?? 0);

/** A process may end between two looks: then there is nothing to read. */
function read(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
    throw error;
  }
}
