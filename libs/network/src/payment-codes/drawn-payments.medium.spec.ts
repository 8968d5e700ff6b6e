import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lockWaiters } from '../../../../tests/world/lock-waiters.js';
import { until } from '../../../../tests/world/until.js';
import { openDrawnWorld, type DrawnWorld } from './drawn-payments.testing.js';
import type { StandingDrawing } from './drawn-payments.js';
import { codeNamed, forgetCodes, insertCode } from './payment-code.store.js';

// Real: PostgreSQL, the door with its intake and outbox, the transport.

const RUNS = 25;

let world: DrawnWorld;
let codes = 0;
const newCode = () => `28${String((codes += 1)).padStart(16, '0')}`;
beforeAll(async () => {
  world = await openDrawnWorld('drawn_payments');
});
afterAll(() => world.close());

const reasonOf = (answer: StandingDrawing) => (answer.kind === 'refused' ? answer.reason : 'taken');
const paymentOf = (answer: StandingDrawing) =>
  answer.kind === 'taken' ? answer.request.paymentId : answer.reason;

describe('a merchant who draws on a code', () => {
  it("makes one payment of the payer's bank, with the payer and the merchant", async () => {
    const code = newCode();
    const { codeId, debtor } = await world.issue(code);
    const taken = await world.draw({ drawingId: `${code}-D`, code });
    if (taken.kind === 'refused') throw new Error(taken.reason);
    expect(taken.request.submit).toMatchObject({
      direction: 'outbound',
      sender: 'KHMEKONG',
      debtorAgent: 'KHMEKONG',
      creditorAgent: 'APLUS',
      debtor,
      creditor: { name: 'Kopi Shop', account: `${code}-D` },
      source: { currency: 'KHR', minor: '4000000' },
      target: { currency: 'USD', minor: '1000' },
      paymentCodeId: codeId,
      payerSecured: false,
      replyTo: { service: 'adapter-alipay' },
    });
    // No Idempotency-Key has a blank, and no MsgId of ISO 20022 more than 35 characters.
    expect(taken.request.messageId).toMatch(/ /);
    expect(taken.request.messageId.length).toBeGreaterThan(35);
    expect(await codeNamed(world.platform.database, code)).toMatchObject({ codeId, isUsed: true });
  });

  it('gets the same payment five times for the same message, at once or later', async () => {
    const code = newCode();
    await world.issue(code);
    const drawing = { drawingId: `${code}-D`, code };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => world.draw(drawing)));
    answers.push(await world.draw(drawing));
    expect(new Set(answers.map(paymentOf)).size).toBe(1);
    expect(answers[0]!.kind).toBe('taken');
    expect(world.submits.filter(({ creditor }) => creditor.account === drawing.drawingId)).toHaveLength(1);
  });

  it('and another at the same moment: one of them is paid', async () => {
    const code = newCode();
    await world.issue(code);
    const answers = await Promise.all(
      [1, 2, 3].map((till) => world.draw({ drawingId: `${code}-${till}`, code })),
    );
    expect(answers.map(reasonOf).sort()).toEqual(['payment_code_used', 'payment_code_used', 'taken']);
  });

  it('is refused, for good, what the code is not good for', async () => {
    const [code, small, late] = [newCode(), newCode(), newCode()];
    await world.issue(code);
    await world.issue(small, '39999');
    await world.issue(late, '100000', 0);
    const { platform } = world;
    const reasons = async () => [
      reasonOf(await world.draw({ drawingId: `${code}-unknown`, code: 'another' })),
      reasonOf(await world.draw({ drawingId: `${code}-more`, code: small })),
      reasonOf(await world.draw({ drawingId: `${code}-expired`, code: late })),
      reasonOf(await world.draw({ drawingId: `${code}-late`, code, expiresMs: platform.clock.now() })),
    ];
    const said = ['payment_code_unknown', 'payment_code_exceeded', 'payment_code_expired', 'deadline_passed'];
    expect(await reasons()).toEqual(said);
    // What was refused stays so, though it came again in time, and its code was there by now.
    await world.issue('another');
    expect([
      reasonOf(await world.draw({ drawingId: `${code}-unknown`, code: 'another' })),
      reasonOf(await world.draw({ drawingId: `${code}-late`, code })),
    ]).toEqual(['payment_code_unknown', 'deadline_passed']);
    expect(reasonOf(await world.draw({ drawingId: `${code}-D`, code }))).toBe('taken');
    expect(reasonOf(await world.draw({ drawingId: `${code}-second`, code }))).toBe('payment_code_used');
    const other = { currency: 'USD', minor: '1001' };
    expect(reasonOf(await world.draw({ drawingId: `${code}-D`, code, amount: other }))).toBe('key_reused');
  });

  it('is told "later", and not remembered, while there is no price', async () => {
    const code = newCode();
    await world.issue(code);
    const drawing = { drawingId: `${code}-D`, code };
    world.fxIsAway = true;
    expect(reasonOf(await world.draw(drawing))).toBe('unavailable');
    world.fxIsAway = false;
    expect(await world.drawn.standing(drawing.drawingId)).toBeUndefined();
    expect(reasonOf(await world.draw(drawing))).toBe('taken');
  });

  it('who calls off what has not come gets no payment when it comes; what was taken stands', async () => {
    const code = newCode();
    await world.issue(code);
    const drawing = { drawingId: `${code}-D`, code };
    expect(reasonOf(await world.drawn.callOff(drawing.drawingId))).toBe('called_off');
    expect(reasonOf(await world.draw(drawing))).toBe('called_off');
    const next = { ...drawing, drawingId: `${code}-next` };
    const taken = await world.draw(next);
    expect(paymentOf(await world.drawn.callOff(next.drawingId))).toBe(paymentOf(taken));
    expect(paymentOf((await world.drawn.standing(next.drawingId))!)).toBe(paymentOf(taken));
  });
});

describe('who calls off what is being drawn at that moment', () => {
  it('is told of the payment', async () => {
    const code = newCode();
    await world.issue(code);
    const other = await world.test.another();
    const [drawn, calledOff] = await other.transaction(async (holder) => {
      await holder.query('SELECT 1 FROM outbox_lane FOR UPDATE');
      const drawing = world.draw({ drawingId: `${code}-D`, code });
      await until('its commit to wait', async () => (await lockWaiters(world.test.database)) === 1);
      const off = world.drawn.callOff(`${code}-D`);
      await until('the other to wait for it', async () => (await lockWaiters(world.test.database)) === 2);
      return [drawing, off] as const;
    });
    expect(reasonOf(await drawn)).toBe('taken');
    expect(paymentOf(await calledOff)).toBe(paymentOf(await drawn));
  });
});

describe('codes', () => {
  it('are kept once, and dropped when nothing can be drawn on them any more', async () => {
    const { database, clock } = world.platform;
    const [kept, dropped] = [newCode(), newCode()];
    const request = await world.issue(kept);
    const times = { issuedAt: new Date(clock.now()), expiresAt: new Date(clock.now()) };
    expect(
      await insertCode(database, { ...request, codeId: world.platform.random.id(0) }, { text: kept }, times),
    ).toBe(false);
    await world.issue(dropped, '1000', -8 * 86_400_000);
    await world.draw({ drawingId: `${kept}-D`, code: kept });
    await database.query("UPDATE payment_code SET expires_at = now() - interval '8 days' WHERE name = $1", [
      kept,
    ]);
    await forgetCodes(database);
    expect([await codeNamed(database, kept), await codeNamed(database, dropped)]).toEqual([
      expect.objectContaining({ isUsed: true }),
      undefined,
    ]);
  });
});

/** What happens to one code, at the same time or one after the other. */
const step = fc.record({
  kind: fc.constantFrom('draw', 'draw', 'draw', 'call_off', 'ask'),
  drawing: fc.integer({ min: 0, max: 3 }),
  code: fc.integer({ min: 0, max: 2 }),
  minor: fc.constantFrom('1000', '1000', '1001', '9000'),
});

describe('whatever comes in whatever order', () => {
  it('a code has one payment at most, and the name of a drawing one answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 5 }),
        async (rounds) => {
          const names = [newCode(), newCode(), newCode()];
          // The third is unknown.
          await Promise.all(names.slice(0, 2).map((name) => world.issue(name)));
          const said = new Map<string, string[]>();
          for (const round of rounds) {
            await Promise.all(
              round.map(async ({ kind, drawing, code, minor }) => {
                const drawingId = `${names[0]}-${drawing}`;
                const answer =
                  kind === 'draw'
                    ? await world.draw({ drawingId, code: names[code]!, amount: { currency: 'USD', minor } })
                    : kind === 'ask'
                      ? await world.drawn.standing(drawingId)
                      : await world.drawn.callOff(drawingId);
                if (answer !== undefined)
                  said.set(drawingId, [...(said.get(drawingId) ?? []), paymentOf(answer)]);
              }),
            );
          }
          await expectOneEach(names, said);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

async function expectOneEach(names: readonly string[], said: ReadonlyMap<string, string[]>): Promise<void> {
  const rows = await world.test.database.query<{
    drawing_id: string;
    name: string;
    payment_id: string;
    asked: boolean;
  }>(
    `SELECT drawing_id, name, drawing.payment_id, request.payment_id IS NOT NULL AS asked
     FROM drawing
     JOIN payment_code USING (code_id)
     LEFT JOIN request ON request.payment_id = drawing.payment_id
     WHERE name = ANY ($1)`,
    [names],
  );
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  expect(rows.filter(({ asked }) => !asked)).toEqual([]);
  for (const [drawingId, answers] of said) {
    const payment = rows.find(({ drawing_id: id }) => id === drawingId)?.payment_id;
    // Another content under a name is told so; all else has one answer.
    const told = new Set(answers.filter((answer) => answer !== 'key_reused'));
    if (payment !== undefined) expect([...told].filter((answer) => answer !== payment)).toEqual([]);
    else expect(told.size).toBeLessThan(2);
  }
}
