import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNKNOWN_STATES, type PaymentEventMessage, type PaymentState } from '@tonle/contracts';
import type { Door } from './door.js';
import { instructionOf, newsOf, openDoorWorld, type DoorWorld } from './door.testing.js';
import type { Instruction } from './instruction.js';

// Real: PostgreSQL, the lane. Two doors on one database stand for two instances.

const MINUTE = 60_000;

let world: DoorWorld;
let door: Door<PaymentEventMessage>;
let other: Door<PaymentEventMessage>;
beforeAll(async () => {
  world = await openDoorWorld('door_alike');
  door = world.door({ warnsOfDuplicates: true });
  other = world.door({ warnsOfDuplicates: true });
});
afterAll(() => world.close());

let payers = 0;
const now = (): number => world.platform.clock.now();
/** Of a payer whom no other test has. */
const payer = () => ({ name: 'Sok Dara', account: `u${(payers += 1)}@mekong`, accountType: 'bakong' });
const tell = ({ submit }: Instruction, state: PaymentState, version: number) =>
  door.news.take([newsOf(submit, state, version)]);
const refused = (id: string) =>
  expect.objectContaining({
    kind: 'refused',
    reason: 'duplicate_suspected',
    members: { duplicateOf: expect.objectContaining({ paymentId: id }) },
  });

async function taken(more: Partial<Instruction['submit']>, state?: PaymentState): Promise<Instruction> {
  const instruction = instructionOf(now(), more);
  expect(await door.take(instruction, 0)).toMatchObject({ kind: 'taken', repeated: false });
  if (state !== undefined) await tell(instruction, state, 5);
  return instruction;
}

describe('a payment that is like one without an outcome', () => {
  it.each(UNKNOWN_STATES)('has to be confirmed while that one is %s, at every instance', async (state) => {
    const debtor = payer();
    const { submit } = await taken({ debtor }, state);
    const again = instructionOf(now(), { debtor });
    const before = await world.count();
    expect(await other.take(again, 0)).toEqual(refused(submit.paymentId));
    // By its source alone, as when the rate has moved.
    const target = { currency: 'THB', minor: '81999' };
    expect(await other.take(instructionOf(now(), { debtor, target }), 0)).toEqual(refused(submit.paymentId));
    expect(await world.count()).toBe(before);
    expect(await other.take({ ...again, confirmsDuplicateOf: submit.paymentId }, 0)).toMatchObject({
      kind: 'taken',
    });
  });

  it('confirms the newest of several, by its id or its UETR', async () => {
    const debtor = payer();
    const first = await taken({ debtor });
    world.platform.clock.set(now() + 1);
    const second = await taken({ debtor });
    await tell(first, 'CREDIT_UNKNOWN', 5);
    await tell(second, 'DEBIT_UNKNOWN', 5);
    const third = instructionOf(now(), { debtor });
    const confirming = (confirmsDuplicateOf: string) => door.take({ ...third, confirmsDuplicateOf }, 0);
    expect(await confirming(first.submit.paymentId)).toEqual(refused(second.submit.paymentId));
    expect(await confirming(second.submit.uetr)).toMatchObject({ kind: 'taken' });
  });

  it('is no repeat of that one: a repeat is answered as ever, and so is one of several at once', async () => {
    const debtor = payer();
    const first = await taken({ debtor }, 'CREDIT_UNKNOWN');
    expect(await other.take(first, 0)).toMatchObject({ kind: 'taken', repeated: true });
    const answers = await Promise.all(
      [first, instructionOf(now(), { debtor }), instructionOf(now())].map((each) => door.take(each, 0)),
    );
    expect(answers).toEqual([
      expect.objectContaining({ repeated: true }),
      refused(first.submit.paymentId),
      expect.objectContaining({ kind: 'taken', repeated: false }),
    ]);
  });

  it.each<[string, Partial<Instruction['submit']>]>([
    ['another payee', { creditor: { name: 'Malee', account: '2', accountType: 'BIID' } }],
    ['another payer', { debtor: { name: 'Sok Dara', account: 'somebody@mekong', accountType: 'bakong' } }],
    [
      'another amount',
      { target: { currency: 'THB', minor: '1' }, source: { currency: 'KHR', minor: '12200' } },
    ],
    ['another bank', { debtorAgent: 'C' }],
  ])('is not one with %s', async (_what, more) => {
    const debtor = payer();
    await taken({ debtor }, 'CREDIT_UNKNOWN');
    expect(await door.take(instructionOf(now(), { debtor, ...more }), 0)).toMatchObject({ kind: 'taken' });
  });

  it('is taken when that one has ended, was never in doubt, or is ten minutes old', async () => {
    const debtor = payer();
    await taken({ debtor });
    const first = await taken({ debtor }, 'CREDIT_UNKNOWN');
    await tell(first, 'COMPLETED', 6);
    await taken({ debtor }, 'CREDIT_UNKNOWN');
    world.platform.clock.set(now() + 10 * MINUTE);
    await taken({ debtor });
  });

  it('keeps no door back that does not warn', async () => {
    const debtor = payer();
    await taken({ debtor }, 'CREDIT_UNKNOWN');
    expect(await world.door().take(instructionOf(now(), { debtor }), 0)).toMatchObject({ kind: 'taken' });
  });
});
