import { existsSync } from 'node:fs';
import { moveSandboxTime, readSandboxTime, sandboxTimeFile } from '@tonle/security';
import type { CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { show } from './output.js';

export interface SandboxTimeOptions {
  /** How much further, such as `90m`, `8h`, `1d`. */
  readonly forward?: string;
  /** An instant that is still to come. */
  readonly to?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `tonle sandbox time`: what time it is in the sandbox; moves it on for the switch, the networks and the banks alike. */
export function runSandboxTime({ output, home }: CommandContext, options: SandboxTimeOptions): number {
  if (!existsSync(home))
    throw new UsageError(
      `There is no sandbox in ${home}: start it (npm start), or name its home with --home.`,
    );
  const file = sandboxTimeFile(home);
  const aheadMs = readSandboxTime(file);
  const wantedMs = wanted(options, aheadMs);
  if (wantedMs < aheadMs)
    throw new UsageError('The time of a sandbox goes forward only: what has happened stays in its books.');
  moveSandboxTime(file, wantedMs);
  const shown = { now: new Date(Date.now() + wantedMs).toISOString(), aheadSeconds: wantedMs / 1000 };
  show(output, shown, () => `It is ${shown.now} in the sandbox, ${shown.aheadSeconds} s ahead.`);
  return 0;
}

function wanted({ forward, to }: SandboxTimeOptions, aheadMs: number): number {
  if (forward !== undefined && to !== undefined)
    throw new UsageError('Give either --forward or --to, not both.');
  if (forward !== undefined) {
    const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(forward) ?? [];
    if (unit === undefined) throw new UsageError(`--forward: "${forward}" is no time; write 90m, 8h or 1d.`);
    return aheadMs + Number(count) * UNIT_MS[unit]!;
  }
  if (to === undefined) return aheadMs;
  const toMs = Date.parse(to);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(to) || Number.isNaN(toMs))
    throw new UsageError(`--to: "${to}" is no instant; write 2026-12-01T09:00:00+07:00.`);
  return toMs - Date.now();
}
