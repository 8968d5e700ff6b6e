import { readdirSync, readFileSync } from 'node:fs';

/** Process groups whose CPU time is told apart. */
export type Group = 'switch' | 'postgres' | 'kafka' | 'redis' | 'simulators' | 'load';
export type CpuMs = Readonly<Record<Group, number>>;

/** Linux counts in hundredths of a second (USER_HZ), whatever the kernel's tick is. */
const TICK_MS = 10;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** Own time and that of children that have ended. */
  readonly ms: number;
}

/** One line of /proc/<pid>/stat; the name in brackets may hold blanks and brackets. */
export function parseStat(text: string): ProcessTimes | undefined {
  const end = text.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = text.slice(end + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return { pid: Number.parseInt(text, 10), parent: Number(fields[1]), ms: ticks * TICK_MS };
}

function allProcesses(): ProcessTimes[] {
  const found: ProcessTimes[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const times = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (times !== undefined) found.push(times);
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return found;
}

/** CPU time so far of each group: its processes with everything below them. 0 where /proc does not exist. */
export function cpuOfGroups(roots: Readonly<Partial<Record<Group, readonly number[]>>>): CpuMs {
  let processes: ProcessTimes[] = [];
  try {
    processes = allProcesses();
  } catch {
    // No /proc: no Linux.
  }
  const children = new Map<number, ProcessTimes[]>();
  for (const each of processes) children.set(each.parent, [...(children.get(each.parent) ?? []), each]);
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + child.ms + below(child.pid), 0);
  const total = (pids: readonly number[]): number =>
    pids.reduce((sum, pid) => sum + (processes.find((each) => each.pid === pid)?.ms ?? 0) + below(pid), 0);
  // The load itself may be the parent of all others.
  const own = process.cpuUsage();
  const load = (own.user + own.system) / 1000;
  const of = (group: Group): number => total(roots[group] ?? []);
  return {
    switch: of('switch'),
    postgres: of('postgres'),
    kafka: of('kafka'),
    redis: of('redis'),
    simulators: of('simulators'),
    load,
  };
}

/** CPU ms a payment by group, two decimals. */
export function cpuPerPayment(from: CpuMs, to: CpuMs, payments: number): Record<Group, number> {
  const each = (group: Group): number =>
    payments === 0 ? 0 : Math.round(((to[group] - from[group]) / payments) * 1000) / 1000;
  return {
    switch: each('switch'),
    postgres: each('postgres'),
    kafka: each('kafka'),
    redis: each('redis'),
    simulators: each('simulators'),
    load: each('load'),
  };
}

/** Roots of the groups below a launcher that somebody else started, told by their command lines. */
export function groupsBelow(launcherPid: number): Partial<Record<Group, number[]>> {
  const groups: Partial<Record<Group, number[]>> = {};
  for (const { pid, parent } of allProcesses()) {
    if (parent !== launcherPid) continue;
    (groups[groupOf(commandOf(pid))] ??= []).push(pid);
  }
  return groups;
}

export function groupOf(command: string): Group {
  if (command.includes('services/sandbox/')) return 'simulators';
  if (/redis-server/.test(command)) return 'redis';
  if (/kafka/i.test(command)) return 'kafka';
  return /postgres/.test(command) ? 'postgres' : 'switch';
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
