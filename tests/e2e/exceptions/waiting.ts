import { expect, it } from '@jest/globals';
import { networkFlows } from '@tonle/tool-launcher';
import type { InstallationTests } from '../../world/installation-tests.js';

/** Its corridor lets payments wait while it does not answer, as the sandbox's directory says. */
const VIETNAM = networkFlows().find(({ network }) => network === 'vietnam')!;
/** What fails in one moment is no outage. */
const PACE_MS = 500;

/** Payments that wait for a network that is silent, and go on when it is back. */
export const waiting: InstallationTests = (world) => {
  it('lets payments wait for a network that is silent, says so, and goes on by itself when it is back', async () => {
    // Of a payer each: what is paid twice while nobody knows of the first is asked about.
    const prepare = (payer: number) => world().prepareAt(VIETNAM, { account: `u0000${payer}@mekong` });
    const ready = await Promise.all(Array.from({ length: 16 }, (_, at) => prepare(800 + at)));
    const standing = async () =>
      (await world().as('KHMEKONG').get<Standing>('/v1/corridors/KH-VN/status')).body;
    const shown = async (paymentId: string) =>
      (await world().as('KHMEKONG').get<Waits>(`/v1/payments/${paymentId}`)).body;
    // What another network of the corridor is still recovering from would be waited for as well.
    await world().until('the corridor to be open', async () => (await standing()).outbound.status === 'open');
    await world().control('POST', '/control/faults', [
      { network: 'vietnam', operation: '*', fault: 'http_5xx', phase: 'before' },
    ]);
    let waits: Waits;
    try {
      let sentAt = -Infinity;
      const tried: string[] = [];
      waits = await world().until('a payment to wait', async () => {
        if (performance.now() - sentAt >= PACE_MS && ready.length > 0) {
          sentAt = performance.now();
          const { ok, body } = await world().pay(ready.pop()!, { wait: 0 });
          if (ok) tried.push(body.paymentId);
        }
        const newest = await Promise.all(tried.slice(-3).map(shown));
        return newest.find(({ waitsUntil }) => waitsUntil !== undefined);
      });
      expect(waits).toMatchObject({ state: 'processing', step: 'VALIDATED', isoStatus: 'PDNG' });
      expect(waits.history.map(({ event }) => event)).toEqual(['received', 'validated', 'partner_down']);
      const { outbound, inbound } = await standing();
      expect(outbound).toMatchObject({ status: 'degraded', taking: true, by: 'health' });
      expect(outbound.words).toContain('payments wait');
      expect(inbound.taking).toBe(true);
    } finally {
      await world().control('DELETE', '/control/faults');
    }
    const { state, waitsUntil } = (await world().ended(waits.paymentId)) as Waits;
    expect([state, waitsUntil]).toEqual(['completed', undefined]);
  });
};

interface Waits {
  readonly paymentId: string;
  readonly state: string;
  readonly step: string;
  readonly isoStatus: string;
  readonly waitsUntil?: string;
  readonly history: readonly { readonly event: string }[];
}

interface Standing {
  readonly outbound: { readonly status: string; readonly taking: boolean; readonly words: string };
  readonly inbound: { readonly taking: boolean };
}
