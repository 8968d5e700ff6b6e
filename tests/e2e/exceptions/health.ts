import { expect, it } from '@jest/globals';
import { networkFlows } from '@tonle/tool-launcher';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Standing {
  readonly outbound: { readonly status: string; readonly taking: boolean; readonly by?: string };
  readonly inbound: { readonly status: string };
}
interface Deed {
  readonly done: boolean;
  readonly underWay: number;
}

const LAOS = networkFlows().find(({ network }) => network === 'laos')!;
/** Refuses payments while its network is down, as the sandbox's directory says. */
const CORRIDOR = 'KH-LA';
/** Sent at once; the others follow while it is not known to be down. */
const FIRST = 4;
const PACE_MS = 500;

/** A network that goes silent and comes back, and what operators stop while payments are under way. */
export const health: InstallationTests = (world) => {
  const standing = async () =>
    (await world().as('KHMEKONG').get<Standing>(`/v1/corridors/${CORRIDOR}/status`)).body;
  const codeOf = (answer: { readonly body: unknown }) => (answer.body as { code?: string }).code;
  const until = (what: string, isSo: (now: Standing) => boolean) =>
    world().until(what, async () => {
      const now = await standing();
      return isSo(now) ? now : undefined;
    });

  it('refuses payments early while a network is silent, and goes on by itself when it is back', async () => {
    // Of a payer each: what is paid twice while nobody knows of the first is asked about.
    const prepare = (payer: number) => world().prepareAt(LAOS, { account: `u0000${payer}@mekong` });
    const ready = await Promise.all(Array.from({ length: 12 }, (_, at) => prepare(700 + at)));
    await world().control('POST', '/control/faults', [
      { network: 'laos', operation: '*', fault: 'http_5xx', phase: 'before' },
    ]);
    const send = (prepared: (typeof ready)[number]) => world().pay(prepared, { wait: 0 });
    try {
      // They fail until the breaker opens; what is taken before that ends by itself, within its time.
      await Promise.all(ready.slice(0, FIRST).map(send));
      const rest = ready.slice(FIRST, -1);
      let sentAt = performance.now();
      const refused = await world().until('payments to be refused', async () => {
        if (!(await standing()).outbound.taking) return send(ready.at(-1)!);
        // What fails in one moment is no outage.
        if (performance.now() - sentAt < PACE_MS || rest.length === 0) return undefined;
        sentAt = performance.now();
        await send(rest.pop()!);
        return undefined;
      });
      expect([refused.status, codeOf(refused)]).toEqual([503, 'corridor_down']);
      expect(await standing()).toMatchObject({
        outbound: { status: 'degraded', taking: false, by: 'health' },
        inbound: { status: 'open' },
      });
    } finally {
      await world().control('DELETE', '/control/faults');
    }
    const back = await world().until('a payment to be taken again', async () => {
      const answer = await world().pay(await prepare(799));
      return answer.ok ? answer.body : undefined;
    });
    expect((await world().ended(back.paymentId)).state).toBe('completed');
    await until('payments to be taken', ({ outbound }) => outbound.taking);
  });

  it('drains and pauses with payments under way, which end well, and resumes', async () => {
    const [slow, quoted, late] = await Promise.all([1, 2, 3].map(() => world().prepare()));
    const th = (body: object) =>
      world()
        .as('OPERATOR')
        .post<Deed>('/v1/ops/corridors/KH-TH', { reason: 'a drill', ...body });
    await world().fault({ network: 'thailand', operation: 'pacs.008', fault: 'delay', delayMs: 1_500 });
    const running = await world().pay(slow!, { wait: 0 });
    try {
      expect((await th({ switch: 'drain', direction: 'outbound' })).body).toMatchObject({ done: true });
      const code = async () => {
        const asked = { qrText: await world().thaiCode() };
        return codeOf(await world().as('KHMEKONG').post('/v1/lookups', asked));
      };
      await world().until('lookups to be refused', async () =>
        (await code()) === 'corridor_closed' ? true : undefined,
      );
      // Its quote is from before.
      expect((await world().pay(quoted!)).body.state).toBe('completed');
      await th({ switch: 'pause', direction: 'outbound', notice: 'A drill.' });
      const refused = await world().until('payments to be refused', async () => {
        const answer = await world().pay(late!);
        return answer.ok ? undefined : answer;
      });
      expect(codeOf(refused)).toBe('corridor_closed');
      expect((await world().ended(running.body.paymentId)).state).toBe('completed');
    } finally {
      await world().doneByTwo('/v1/ops/corridors/KH-TH', { reason: 'a drill', switch: 'resume' });
    }
    const again = await world().until('payments to be taken', async () => {
      const answer = await world().pay(await world().prepare());
      return answer.ok ? answer.body : undefined;
    });
    expect(again.state).toBe('completed');
    const idle = { reason: 'a drill', switch: 'resume' };
    expect(
      (await world().as('OPERATOR').post<Deed>(`/v1/ops/corridors/${CORRIDOR}`, idle)).body,
    ).toMatchObject({
      done: true,
    });
  });
};
