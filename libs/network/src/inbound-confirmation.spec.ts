import { describe, expect, it } from '@jest/globals';
import type { InboundOutcome } from '@tonle/contracts';
import type { Answered } from '@tonle/door';
import { createTestTelemetry } from '@tonle/telemetry';
import { InboundConfirmation } from './inbound-confirmation.js';
import type { Confirmation, InboundMessages } from './inbound.js';
import type { WireRequest } from './network.js';

type Said = ReturnType<Confirmation<unknown>['isBack']>;

const request = (operation: string): WireRequest => ({ wire: 'acp', method: 'POST', path: '/', operation });
const WAYS = [['was it cancelled?'], ['refund', 'was it refunded?']];

/** What is asked for a payment that was refused, when each request is answered so, and whether its payer is still owed. */
async function givenBack(says: Readonly<Record<string, Said>>) {
  const asked: string[] = [];
  const route = {
    subjectOf: () => 'S1',
    confirmation: { giveBack: () => WAYS.map((way) => way.map(request)), isBack: () => says[asked.at(-1)!]! },
  } as unknown as InboundMessages;
  const confirmation = new InboundConfirmation({
    network: 'unionpay',
    wires: {
      ask: ({ operation }) => {
        asked.push(operation);
        return Promise.resolve({ reply: { kind: 'ambiguous', because: 'any' }, evidence: [] });
      },
    },
    evidence: { keep: () => undefined },
    clock: { now: () => 0 } as never,
    telemetry: createTestTelemetry('confirmation'),
  });
  const answered = {
    reading: { kind: 'instruction', asked: {}, key: { messageId: 'M1' } },
    answer: { kind: 'refused', reason: 'qr_expired' },
  } as unknown as Answered<unknown, InboundOutcome>;
  const isOwed = await confirmation.isOwed(route, answered, () => Promise.resolve(undefined));
  return { asked, isOwed };
}

describe('what cannot be paid', () => {
  it('is given back in the next way only when the one before denied it', async () => {
    expect(await givenBack({ 'was it cancelled?': 'back' })).toEqual({ asked: WAYS[0], isOwed: false });
    expect(await givenBack({ 'was it cancelled?': 'unknown' })).toEqual({ asked: WAYS[0], isOwed: true });
  });

  it.each(['back', 'unknown', 'not_back'] as const)('is asked about after it was sent: %s', async (said) => {
    const says = { 'was it cancelled?': 'not_back', refund: 'unknown', 'was it refunded?': said } as const;
    expect(await givenBack(says)).toEqual({ asked: WAYS.flat(), isOwed: said !== 'back' });
  });
});
