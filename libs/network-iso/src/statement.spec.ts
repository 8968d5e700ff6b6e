import { describe, expect, it } from '@jest/globals';
import { writeIso, type Statement } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { messageIdOf } from './message.js';
import { LAGOON } from './profile.testing.js';
import { isoStatement } from './statement.js';

const LEG = '0193b0a0-0000-7000-8000-000000000001:C';
const source = isoStatement(LAGOON);

function camt053(entries: Statement['entries']): Buffer {
  const balance = { amount: amount('FJD', 0n), credit: true, date: '2026-11-22' };
  const statement: Statement = {
    kind: 'statement',
    messageId: 'S1',
    createdAt: '2026-11-22T12:00:00.000Z',
    statementId: 'TONLE-FJD',
    account: { id: 'TONLE-FJD', currency: 'FJD' },
    balances: [
      { type: 'OPBD', ...balance },
      { type: 'CLBD', ...balance },
    ],
    entries,
  };
  return Buffer.from(writeIso(statement, 'camt.053.001.08', undefined, { envelope: 'none' }));
}

const read = (bytes: Uint8Array, status = 200) => {
  if (source?.kind !== 'whole') throw new Error('no statement');
  return source.read({ kind: 'answered', status, headers: {}, bytes }, '2026-11-22');
};

describe('the statement of a day', () => {
  it('is asked for by its day', () => {
    expect(source).toMatchObject({ kind: 'whole' });
    if (source?.kind === 'whole')
      expect(source.ask('2026-11-22')).toMatchObject({ path: '/statements/camt.053?day=2026-11-22' });
  });

  it('gives our leg, the reference of the network and the direction of each line', () => {
    const entry = { amount: amount('FJD', 300n), status: 'BOOK', bookedAt: '2026-11-22T10:00:00+12:00' };
    const parts = [
      {
        instructionId: messageIdOf(LEG),
        uetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d',
        amount: amount('FJD', 100n),
      },
      { instructionId: 'OTHER', amount: amount('FJD', 200n) },
    ];
    const lines = read(
      camt053([
        { ...entry, credit: false, servicerReference: 'R1', transactions: parts },
        { ...entry, credit: true, status: 'PDNG', transactions: [] },
      ]),
    );
    const bookedAt = '2026-11-21T22:00:00.000Z';
    expect(lines).toMatchObject([
      { lineId: 'R1', legKey: LEG, partnerRef: 'R1', leg: 'credit', status: 'booked', bookedAt },
      { lineId: 'R1-1', externalRef: 'OTHER', amount: { currency: 'FJD', minor: '200' } },
      { lineId: 'TONLE-FJD-1', leg: 'debit', status: 'pending', amount: { minor: '300' } },
    ]);
    expect(lines[1]!.legKey).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['not there', () => read(camt053([]), 404)],
    ['cut off', () => read(camt053([]).subarray(0, 200))],
    ['no statement', () => read(Buffer.from('<a/>'))],
  ])('throws when it is %s: no partial truth', (_name, look) => expect(look).toThrow());

  it('is none where the network gives none', () => {
    expect(isoStatement({ ...LAGOON, statement: { kind: 'none' } })).toBeUndefined();
  });
});
