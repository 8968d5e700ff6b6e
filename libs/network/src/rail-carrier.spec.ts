import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { legKeyOf, type LegCommand, type LegKind } from '@tonle/contracts';
import { createTestTelemetry } from '@tonle/telemetry';
import type { WireReply } from './exchange.js';
import type { Evidence, LegAnswer, OpenLeg } from './leg.js';
import type { AskedLeg, FollowUp, Rail, WireRequest } from './network.js';
import type { AskedFor } from './open-wires.js';
import { RailCarrier, type RailCarrierOptions } from './rail-carrier.js';

// A rail whose replies are words: what the carrier does with them, without sockets and tables.

const NOW = Date.parse('2026-11-22T10:00:00Z');
const SEND_MS = 20_000;
const BROKEN_KEY = 'broken';

interface Asked extends WireRequest, AskedFor {}

let replies: string[];
let asked: Asked[];

function wireOf(operation: string, body = ''): WireRequest {
  return { wire: 'w', method: 'POST', path: '/', operation, body: Buffer.from(body) };
}

function readWord(word: string): LegAnswer | FollowUp {
  const meanwhile: LegAnswer = { kind: 'in_progress', partnerRef: 'R' };
  switch (word) {
    case 'paid':
      return { kind: 'accepted', partnerRef: 'R' };
    case 'none':
      return { kind: 'not_found' };
    case 'later':
      return { kind: 'follow_up', question: wireOf('again'), partnerRef: 'R', waitsMs: [0, 1, 1], meanwhile };
    case 'booked':
      return { kind: 'follow_up', question: { bulk: 'hash', key: 'H' }, waitsMs: [0], meanwhile };
    case 'odd':
      return { kind: 'ambiguous', because: 'a code', unmapped: '99' };
    default:
      return { kind: 'ambiguous', because: word };
  }
}

const rail: Rail = {
  legs: ['debit', 'credit'],
  notFoundIsFinal: false,
  refusesRepeats: true,
  sendMs: SEND_MS,
  followUpMs: 500,
  bulk: {
    hash: {
      keysMax: 2,
      ask: (keys) => wireOf('list', keys.join()),
      read: (reply, keys) => {
        if (keys.includes(BROKEN_KEY)) throw new RangeError('rows that nobody can read');
        return keys.map((key) => (leg: AskedLeg) => ({
          kind: 'accepted',
          partnerRef: `${key} ${wordOf(reply)} ${leg.externalRef}`,
        }));
      },
    },
  },
  prepare: (command) => ({ command, bytes: Buffer.from(command.legKey), externalRef: 'E' }),
  send: () => wireOf('pay'),
  enquire: ({ partnerRef }) => {
    if (partnerRef === 'broken') throw new RangeError('a leg that this network cannot ask about');
    if (partnerRef === undefined) return wireOf('ask');
    if (partnerRef === 'nobody') return { kind: 'ambiguous', because: 'there is nobody to ask' };
    return { bulk: 'hash', key: partnerRef };
  },
  read: (reply) => readWord(wordOf(reply)),
};

function wordOf(reply: WireReply): string {
  return reply.kind === 'answered' ? Buffer.from(reply.bytes).toString() : reply.because;
}

function evidenceOf({ subject, operation }: Asked, bytes: string): Evidence {
  return { subject, direction: 'in', at: NOW, operation, bytes: Buffer.from(bytes) };
}

const telemetry = createTestTelemetry('carrier', { TONLE_LOG_LEVEL: 'silent' });
const timers = { payerLegMs: 7_000, beneficiaryLegMs: 30_000 };
const directory = {
  participantIncludingEnded: (id: string) => ({ participantId: id }),
  corridorIncludingEnded: () => ({ timers }),
} as unknown as RailCarrierOptions['directory'];

function carrierOf(carried: Rail): RailCarrier {
  return new RailCarrier({
    network: 'wordy',
    rail: carried,
    directory,
    telemetry,
    clock: { now: () => NOW },
    wires: {
      ask: (request, about) => {
        const question = { ...request, ...about };
        asked.push(question);
        const word = replies.shift() ?? 'silence';
        const reply: WireReply = { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(word) };
        return Promise.resolve({ reply, evidence: [evidenceOf(question, word)] });
      },
    },
  });
}
const carrier = carrierOf(rail);

it('a not-found is final for the legs that come too late only', () => {
  const takesLate = ({ leg }: LegCommand): boolean => leg === 'credit';
  const final = (carried: Rail, leg: LegKind) => carrierOf(carried).notFoundIsFinal(commandOf(leg));
  expect(final(rail, 'debit')).toBe(false);
  expect(final({ ...rail, notFoundIsFinal: true }, 'credit')).toBe(true);
  expect(final({ ...rail, notFoundIsFinal: true, takesLate }, 'credit')).toBe(false);
  expect(final({ ...rail, notFoundIsFinal: true, takesLate }, 'debit')).toBe(true);
});

function commandOf(leg: LegKind): LegCommand {
  const paymentId = crypto.randomUUID();
  const amount = { currency: 'LAK', minor: '25000000' };
  return {
    legKey: legKeyOf(paymentId, leg),
    paymentId,
    leg,
    amount,
    corridor: 'KH-XX',
  } as unknown as LegCommand;
}

function openOf(command: LegCommand, more: Partial<OpenLeg> = {}): OpenLeg {
  const known = { attempt: 1, bytesHash: '', intentMs: NOW, enquiries: 1, notFounds: 0 };
  return { ...known, legKey: command.legKey, command, externalRef: 'E', ...more };
}

async function send(leg: LegKind, ...words: string[]) {
  replies = words;
  const command = commandOf(leg);
  const parties = carrier.partiesOf(command);
  const prepared = carrier.prepare(command, parties);
  if ('kind' in prepared) throw new Error(prepared.reasonText);
  return carrier.send(prepared, parties, () => true);
}

beforeEach(() => {
  [replies, asked] = [[], []];
});

it('writes nothing for a leg that the network does not carry', () => {
  expect(carrier.prepare(commandOf('reversal'), {})).toMatchObject({ kind: 'refused', reason: 'AG03' });
});

it('writes nothing for a part of a kip', () => {
  const command = { ...commandOf('credit'), amount: { currency: 'LAK', minor: '25000050' } };
  expect(carrier.prepare(command, {})).toEqual({
    kind: 'refused',
    reason: 'AM12',
    reasonText: '250000.50 LAK is a part of what is paid',
  });
});

it('writes no refund for a network that has none', () => {
  const command = { ...commandOf('credit'), refundOf: { paymentId: 'P' } } as unknown as LegCommand;
  expect(carrier.prepare(command, {})).toMatchObject({ kind: 'refused', reason: 'AG03' });
  const refunding = carrierOf({ ...rail, refunds: true });
  expect(refunding.prepare(command, {})).toMatchObject({ externalRef: 'E' });
});

it('waits as long as the corridor says, never longer than the network allows', async () => {
  await send('debit', 'paid');
  await send('credit', 'paid');
  expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([7_000, SEND_MS]);
  expect(carrier.sendMsMax).toBe(SEND_MS + 500);
});

it('asks about the others of a batch when one leg breaks the functions of its network', async () => {
  replies = ['paid', 'paid'];
  const legs = [
    openOf(commandOf('debit')),
    openOf(commandOf('debit'), { partnerRef: 'broken' }),
    openOf(commandOf('credit')),
  ];
  const answers = await carrier.enquire(legs);
  expect(answers.map(({ answer }) => answer.kind)).toEqual(['accepted', 'ambiguous', 'accepted']);
});

describe('a follow-up', () => {
  it.each<[string, string[], LegAnswer['kind'], number]>([
    ['is asked until there is an answer', ['later', 'none', 'paid'], 'accepted', 3],
    ['leaves the leg in progress when nothing is found', ['later', 'none', 'none', 'none'], 'in_progress', 4],
    ['leaves it in progress at once when the answer cannot be read', ['later', 'noise'], 'in_progress', 2],
    ['does not follow itself', ['later', 'later'], 'in_progress', 2],
  ])('%s', async (_name, words, kind, questions) => {
    const { answer, evidence } = await send('debit', ...words);
    expect(answer.kind).toBe(kind);
    expect(asked).toHaveLength(questions);
    expect(evidence.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(words);
  });

  it('may be asked in bulk', async () => {
    const { answer, evidence } = await send('debit', 'booked', 'rows');
    expect(answer).toEqual({ kind: 'accepted', partnerRef: 'H rows E' });
    expect(evidence).toHaveLength(2);
  });
});

describe('enquiries', () => {
  it('go together under a bulk question, its bytes with the first of each request', async () => {
    replies = ['one', 'two'];
    const legs = ['A', 'B', 'C'].map((partnerRef) => openOf(commandOf('debit'), { partnerRef }));
    const answers = await carrier.enquire(legs);
    expect(answers.map(({ answer }) => (answer as { partnerRef: string }).partnerRef)).toEqual([
      'A one E',
      'B one E',
      'C two E',
    ]);
    expect(answers.map(({ evidence }) => evidence.length)).toEqual([2, 1, 1]);
    expect(answers.map(({ evidence }) => evidence.at(-1)!.subject)).toEqual(legs.map(({ legKey }) => legKey));
    expect(asked.map(({ subject }) => subject)).toEqual(['hash:A', 'hash:C']);
  });

  it('of which one breaks the reading of a list are asked for again without it', async () => {
    replies = Array.from({ length: 9 }, () => 'rows');
    const legs = ['A', 'B', BROKEN_KEY, 'D'].map((partnerRef) => openOf(commandOf('debit'), { partnerRef }));
    const answers = await carrier.enquire(legs);
    expect(answers.map(({ answer }) => answer.kind)).toEqual([
      'accepted',
      'accepted',
      'ambiguous',
      'accepted',
    ]);
  });

  it('are answered one by one, also those that cannot be asked', async () => {
    replies = ['none'];
    const legs = [
      openOf(commandOf('debit'), { partnerRef: 'nobody' }),
      openOf(commandOf('credit'), { partnerRef: undefined }),
    ];
    const answers = await carrier.enquire(legs);
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['ambiguous', 'not_found']);
    expect(asked.map(({ subject }) => subject)).toEqual([legs[1]!.legKey]);
  });
});

describe('terms', () => {
  const agreeing = carrierOf({
    ...rail,
    terms: {
      askMs: 3_000,
      ask: () => wireOf('who'),
      read: (reply, _leg, earlier) => {
        const word = wordOf(reply);
        if (word === 'no') return { kind: 'rejected', reason: 'AM09' };
        if (word === 'more') return wireOf(`question ${earlier.length + 2}`);
        return { kind: 'agreed', terms: { said: [...earlier.map(wordOf), word].join(' ') } };
      },
    },
  });
  const agree = (...words: string[]) => {
    [replies, asked] = [words, []];
    const command = commandOf('credit');
    return agreeing.agree!({ command, bytes: Buffer.of(), externalRef: 'E' }, {});
  };

  it('are asked for by as many questions as it takes, each with its own wait', async () => {
    const agreement = await agree('more', 'these');
    expect(agreement).toMatchObject({ kind: 'agreed', terms: { said: 'more these' } });
    expect(agreement.evidence).toHaveLength(2);
    expect(asked.map(({ operation, timeoutMs }) => [operation, timeoutMs])).toEqual([
      ['who', 3_000],
      ['question 2', 3_000],
    ]);
    expect([agreeing.sendMsMax, carrier.sendMsMax]).toEqual([SEND_MS + 500 + 9_000, SEND_MS + 500]);
  });

  it('that never come leave the leg unsent', async () => {
    expect(await agree('more', 'more', 'more', 'these')).toMatchObject({ answer: { kind: 'not_sent' } });
    expect(asked).toHaveLength(3);
  });

  it('that are refused refuse the leg', async () => {
    const answer = { kind: 'rejected', reason: 'AM09' };
    expect(await agree('no')).toMatchObject({ kind: 'none', answer });
  });

  it('are nothing that other rails have', () => {
    expect(carrier.agree).toBeUndefined();
  });
});

it('counts a code that the tables do not have, and logs it with the leg whose evidence has the words', async () => {
  const warned = jest.spyOn(telemetry.log, 'warn');
  await send('debit', 'odd');
  expect(warned).toHaveBeenCalledWith(
    {
      partner: 'wordy',
      code: '99',
      legKey: expect.stringMatching(/:D$/),
      paymentId: expect.any(String),
    },
    expect.any(String),
  );
  const counted = await telemetry.registry.getSingleMetric('tonle_partner_unmapped_codes_total')!.get();
  expect(counted.values).toMatchObject([{ labels: { partner: 'wordy' }, value: 1 }]);
});
