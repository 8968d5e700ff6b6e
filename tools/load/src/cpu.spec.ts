import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { cpuOfGroups, cpuPerPayment, groupOf, parseStat } from './cpu.js';

const ZERO = { switch: 0, postgres: 0, kafka: 0, redis: 0, simulators: 0, load: 0 };

describe('CPU time', () => {
  it('is read from a line of /proc, whatever the name of the process holds', () => {
    const line = '4711 (node) (x y) S 12 4711 4711 0 -1 4194304 100 200 0 0 150 50 7 3 20 0 11 0 999 1 2';
    expect(parseStat(line)).toEqual({ pid: 4711, parent: 12, ms: 2100 });
    expect(parseStat('')).toBeUndefined();
  });

  it('is counted with everything below a process', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000);';
    const script = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]); console.log(1); setInterval(() => {}, 1000)`;
    const parent = spawn(process.execPath, ['-e', script]);
    try {
      await once(parent.stdout, 'data');
      expect(cpuOfGroups({ kafka: [parent.pid!] }).kafka).toBeGreaterThanOrEqual(280);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('is told a payment, and nothing when there was none', () => {
    const from = { ...ZERO, switch: 100 };
    const to = { ...ZERO, switch: 250, load: 10 };
    expect(cpuPerPayment(from, to, 100)).toMatchObject({ switch: 1.5, load: 0.1, redis: 0 });
    expect(cpuPerPayment(from, to, 0)).toEqual(ZERO);
  });

  it.each([
    ['node --import x /w/services/sandbox/dist/main.js', 'simulators'],
    ['node /w/services/routing/dist/main.js', 'switch'],
    ['unshare --user /w/native/bin/postgres -D x', 'postgres'],
    ['redis-server 127.0.0.1:7441', 'redis'],
    ['java -cp x kafka.Kafka server.properties', 'kafka'],
  ])('%s belongs to %s', (command, group) => expect(groupOf(command)).toBe(group));
});
