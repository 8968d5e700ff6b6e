import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { daysSince } from '../../world/days.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Entry {
  readonly service: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly name: string; readonly participant?: string };
  readonly action: string;
  readonly object: string;
  readonly before?: object;
  readonly after?: object;
  readonly reason?: string;
}

const PHNOM_PENH_MINUTES = 420;

/** Who did what: deeds through the API stand in the log of the service that did them, and `tonle` verifies it without the switch. */
export const auditlogTests: InstallationTests = (world) => {
  const tonle = (...args: string[]) => {
    const { home, gatewayUrl } = world().running;
    return execFileSync('./tonle', ['--home', home, '--gateway', gatewayUrl, ...args], { encoding: 'utf8' });
  };
  const verify = (...files: string[]) =>
    spawnSync('./tonle', ['audit', 'log', 'verify', ...files], { encoding: 'utf8' });

  it('what operators, banks and FX providers did is exported whole, verified offline, and refused once it is edited', async () => {
    const operator = world().as('OPERATOR');
    const startedMs = Date.now();
    const began = new Date(startedMs).toISOString();
    const corridor = { direction: 'inbound', reason: 'a test of the audit log' };
    const path = '/v1/ops/corridors/KH-TH';
    expect((await operator.post(path, { ...corridor, open: false })).ok).toBe(true);
    await world().doneByTwo(path, { ...corridor, open: true });
    const publicKeyPem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    const keyId = `KHANGKOR-audit-${Date.now()}`;
    expect((await world().as('KHANGKOR').post('/v1/keys', { keyId, publicKeyPem })).ok).toBe(true);
    expect((await world().as('KHANGKOR').send('DELETE', `/v1/keys/${keyId}`, undefined, {})).ok).toBe(true);
    const job = { job: 'close-windows', reason: 'a test of the audit log' };
    expect([202, 409]).toContain((await operator.post('/v1/ops/jobs', job)).status);

    const exported = daysSince(startedMs, PHNOM_PENH_MINUTES)
      .map((day) => tonle('audit', 'log', 'export', '--day', day))
      .join('');
    const entries = exported
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry)
      .filter(
        ({ at, reason, object }) =>
          at >= began && (reason?.includes('audit log') === true || object === keyId),
      );
    const told = entries.map(({ service, action, actor, object }) => [service, action, actor.name, object]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['gateway', 'key.register', 'KHANGKOR-1', keyId],
        ['gateway', 'key.withdraw', 'KHANGKOR-1', keyId],
        ['routing', 'corridor.close.inbound', 'OPERATOR-1', 'KH-TH'],
        ['routing', 'corridor.open.inbound', 'OPERATOR2-1', 'KH-TH'],
      ]),
    );
    expect(entries.find(({ action }) => action === 'corridor.close.inbound')).toMatchObject({
      actor: { kind: 'operator', participant: 'OPERATOR' },
      before: { open: { inbound: true } },
      after: { open: { inbound: false } },
    });
    // Rates are pushed all the time, and the directory came by its file.
    expect(exported).toContain('"action":"rates.push"');
    expect(exported).toContain('"action":"directory.file"');

    const file = join(world().running.home, 'audit.ndjson');
    const heads = join(world().running.home, 'heads.ndjson');
    writeFileSync(file, exported);
    // The heads of a day that goes on grow: those of the day before stand.
    writeFileSync(heads, tonle('--json', 'audit', 'log', 'heads', '--day', '2026-01-01'));
    const sound = verify(file, '--heads', heads);
    expect([sound.status, sound.stdout]).toEqual([0, expect.stringContaining('Nothing was altered')]);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('corridor.close.inbound', 'corridor.open.inbound'),
    );
    const edited = verify(file);
    expect([edited.status, edited.stdout]).toEqual([
      1,
      expect.stringMatching(/entry \d+ of routing was altered/),
    ]);
    for (const each of [file, heads]) rmSync(each);
  });

  it('no corridor is stopped while the books are right', async () => {
    const { body } = await world().as('OPERATOR').get<{ stops: unknown[] }>('/v1/ops/corridor-stops');
    expect(body.stops).toEqual([]);
  });
};
