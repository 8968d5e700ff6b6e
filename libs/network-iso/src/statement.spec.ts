import { describe, expect, it } from '@jest/globals';
import { writeIso, type Statement } from '@tonle/iso20022';
import { amount, magnitude } from '@tonle/money';
import { messageIdOf } from './message.js';
import { isoProfile } from './profile.js';
import { LAGOON, LAGOON_FILE } from './profile.testing.js';
import { isoStatement } from './statement.js';

const LEG = '0193b0a0-0000-7000-8000-000000000001:C';
const DAY = '2026-11-22';
const source = isoStatement(LAGOON);

type Entries = Statement['entries'];
const signed = ({ amount: { minor }, credit, status }: Entries[number]): bigint =>
  status !== 'BOOK' ? 0n : credit ? minor : -minor;

/** A statement that ties, but for what `over` changes. */
function statementOf(entries: Entries, over: Partial<Statement> = {}): Statement {
  const net = entries.reduce((sum, each) => sum + signed(each), 0n);
  const balance = (type: string, minor: bigint) => ({
    type,
    amount: amount('FJD', magnitude(minor)),
    credit: minor >= 0n,
    date: DAY,
  });
  return {
    kind: 'statement',
    messageId: 'S1',
    createdAt: '2026-11-22T12:00:00.000Z',
    statementId: 'TONLE-FJD',
    account: { id: 'TONLE-FJD', currency: 'FJD' },
    balances: [balance('OPBD', 0n), balance('CLBD', net)],
    entries,
    ...over,
  };
}

function camt053(...statements: Statement[]): Buffer {
  const [first, ...others] = statements.map((each) =>
    writeIso(each, 'camt.053.001.08', undefined, { envelope: 'none' }),
  );
  const inner = others.map((each) => /<Stmt>.*<\/Stmt>/s.exec(each)![0]).join('');
  return Buffer.from(first!.replace('</Stmt>', `</Stmt>${inner}`));
}

const readDay = (bytes: Uint8Array, status = 200, from = source) => {
  if (from?.kind !== 'whole') throw new Error('no statement');
  return from.read({ kind: 'answered', status, headers: {}, bytes }, DAY);
};
const read = (...given: Parameters<typeof readDay>) => readDay(...given).lines;
const entry = (over: Partial<Entries[number]> = {}): Entries[number] => ({
  amount: amount('FJD', 300n),
  credit: false,
  status: 'BOOK',
  bookedAt: '2026-11-22T10:00:00+12:00',
  servicerReference: 'R1',
  transactions: [],
  ...over,
});

describe('the statement of a day', () => {
  it('is asked for by its day', () => {
    expect(source).toMatchObject({ kind: 'whole' });
    if (source?.kind === 'whole')
      expect(source.ask('2026-11-22')).toMatchObject({ path: '/statements/camt.053?day=2026-11-22' });
  });

  it('gives our leg, the reference of the network and the direction of each line', () => {
    const parts = [
      {
        instructionId: messageIdOf(LEG),
        uetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d',
        amount: amount('FJD', 100n),
      },
      { instructionId: 'OTHER', servicerReference: 'R1/2', amount: amount('FJD', 200n) },
    ];
    const lines = read(
      camt053(
        statementOf([
          entry({ transactions: parts }),
          entry({ transactions: parts.slice(0, 1), amount: amount('FJD', 100n), servicerReference: 'R2' }),
          entry({ credit: true, status: 'PDNG', servicerReference: 'NOTPROVIDED' }),
        ]),
      ),
    );
    const bookedAt = '2026-11-21T22:00:00.000Z';
    expect(lines).toMatchObject([
      { lineId: 'R1', legKey: LEG, leg: 'credit', status: 'booked', bookedAt },
      {
        lineId: 'R1-1',
        externalRef: 'OTHER',
        partnerRef: 'R1/2',
        amount: { currency: 'FJD', minor: '200' },
      },
      { lineId: 'R2', legKey: LEG, partnerRef: 'R2' },
      { lineId: 'TONLE-FJD/2', leg: 'debit', status: 'pending', amount: { minor: '300' } },
    ]);
    // The reference of a batch names none of its parts, and a filler names nothing.
    expect([lines[0]!.partnerRef, lines[3]!.partnerRef, lines[1]!.legKey]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads the entries of a busy day', () => {
    const entries = Array.from({ length: 6_000 }, (_, n) =>
      entry({ servicerReference: `R${n}`, transactions: [{ endToEndId: `E${n}` }] }),
    );
    expect(read(camt053(statementOf(entries)))).toHaveLength(6_000);
  });

  it('counts every amount once, and keeps what the parts leave over', () => {
    const part = (endToEndId: string, minor?: bigint) => ({
      endToEndId,
      ...(minor !== undefined && { amount: amount('FJD', minor) }),
    });
    const lines = read(
      camt053(
        statementOf([
          entry({ transactions: [part('A'), part('B')] }),
          entry({ servicerReference: 'R2', transactions: [part('NOTPROVIDED', 274n)] }),
        ]),
      ),
    );
    expect(lines.map(({ lineId, amount: { minor } }) => [lineId, minor])).toEqual([
      ['R1', '300'],
      ['R2', '274'],
      ['R2-1', '26'],
    ]);
    expect(lines.map(({ endToEndId }) => endToEndId)).toEqual([undefined, undefined, undefined]);
    expect(lines.map(({ partnerRef }) => partnerRef)).toEqual(['R1', 'R2', undefined]);
  });

  it('tells money that came back from money that was collected', () => {
    const back = { credit: true, transactions: [{ endToEndId: 'A' }] };
    const returned = { credit: true, transactions: [{ endToEndId: 'A', returnReason: 'AC04' }] };
    const lines = read(
      camt053(statementOf([entry({ ...back, reversal: true }), entry(returned), entry(back)])),
    );
    expect(lines.map(({ leg }) => leg)).toEqual(['reversal', 'reversal', 'debit']);
  });

  it.each([
    ['2026-11-22', '2026-11-21T12:00:00.000Z'],
    ['2026-11-22+12:00', '2026-11-21T12:00:00.000Z'],
    ['2026-11-22T23:30:00', '2026-11-22T11:30:00.000Z'],
    ['2026-11-22T23:30:00.25+13:00', '2026-11-22T10:30:00.250Z'],
  ])('reads %s as the network means it, wherever this runs', (bookedAt, expected) => {
    expect(read(camt053(statementOf([entry({ bookedAt })])))).toMatchObject([{ bookedAt: expected }]);
  });

  it('takes several statements and pages of one', () => {
    const pages = [statementOf([entry()]), statementOf([entry({ servicerReference: 'R2' })])].map(
      (each, index) => ({
        ...each,
        page: { number: `${index + 1}`, last: index === 1 },
        balances: statementOf([entry(), entry()]).balances,
      }),
    );
    const other = statementOf([entry({ servicerReference: 'R3' })], { statementId: 'S2' });
    expect(read(camt053(...pages, other)).map(({ lineId }) => lineId)).toEqual(['R1', 'R2', 'R3']);
  });

  it('says which statement it is, and from where to where it goes', () => {
    const later = { ...statementOf([entry()], { sequence: '8' }) };
    const balances = later.balances.map((each) => ({ ...each, credit: false, amount: amount('FJD', 300n) }));
    const opened = { ...later, balances: [balances[0]!, { ...balances[1]!, amount: amount('FJD', 600n) }] };
    expect(readDay(camt053(opened)).heads).toMatchObject([
      {
        account: 'TONLE-FJD',
        currency: 'FJD',
        number: '8',
        openingMinor: '-300',
        closingMinor: '-600',
        statementId: opened.statementId,
        createdAt: expect.stringMatching(/Z$/),
      },
    ]);
    const digestOf = (of: Statement) => readDay(camt053(of)).heads[0]?.digest;
    expect(digestOf({ ...opened, messageId: 'AGAIN' })).toBe(digestOf(opened));
    expect(digestOf(statementOf([entry(), entry()]))).not.toBe(digestOf(statementOf([entry()])));
    expect(readDay(camt053(statementOf([]))).heads[0]).not.toHaveProperty('number');
  });

  it('takes the original of a copy, and the accounts that are ours', () => {
    const copied = statementOf([entry()], { copy: 'DUPL' });
    expect(read(camt053(statementOf([entry()]), copied))).toHaveLength(1);
    const ours = isoStatement({
      ...LAGOON,
      statement: { kind: 'camt.053', path: '/{day}', accounts: ['TONLE-FJD'] },
    });
    const others = statementOf([entry()], { statementId: 'S2', account: { id: 'ELSE', currency: 'FJD' } });
    expect(read(camt053(others, statementOf([])), 200, ours)).toEqual([]);
    expect(() => read(camt053(others), 200, ours)).toThrow(
      'there is no statement of our account TONLE-FJD, only of ELSE',
    );
    const installed = isoStatement(LAGOON, ['ELSE', 'ELSE-2']);
    expect(read(camt053(others, statementOf([])), 200, installed)).toHaveLength(1);
  });

  const OTHER = { account: { id: 'ELSE', currency: 'FJD' }, statementId: 'S2' };
  it.each<[string, string, () => unknown]>([
    ['not there', 'no statement', () => read(camt053(statementOf([])), 404)],
    ['cut off', 'cannot be read', () => read(camt053(statementOf([])).subarray(0, 200))],
    ['no statement', 'cannot be read', () => read(Buffer.from('<a/>'))],
    [
      'of balances that differ',
      'balance_differs',
      () => read(camt053(statementOf([entry()], { balances: statementOf([]).balances }))),
    ],
    [
      'the first page alone',
      'page_missing',
      () => read(camt053(statementOf([entry()], { page: { number: '1', last: false } }))),
    ],
    ['a duplicate alone', 'copy', () => read(camt053(statementOf([entry()], { copy: 'CODU' })))],
    ['the same twice', 'repeated', () => read(camt053(statementOf([entry()]), statementOf([entry()])))],
    [
      'one of two accounts',
      'does not say which',
      () => read(camt053(statementOf([entry()]), statementOf([], OTHER))),
    ],
    [
      'of another day',
      'not of 2026-11-22',
      () => read(camt053(statementOf([], { from: '2026-11-20T00:00:00', to: '2026-11-21T23:59:59' }))),
    ],
  ])('throws when it is %s: no partial truth', (_name, why, look) => expect(look).toThrow(why));

  it('is none where the network gives none', () => {
    expect(isoStatement({ ...LAGOON, statement: { kind: 'none' } })).toBeUndefined();
  });
});

describe('returns in a statement', () => {
  const back = (instructionId: string, credit: boolean) =>
    entry({
      credit,
      transactions: [{ instructionId, uetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d', returnReason: 'MD06' }],
    });
  const own = messageIdOf(LEG);
  const withReturns = isoStatement(isoProfile.parse({ ...LAGOON_FILE, returns: {} }));
  const lineOf = (each: Entries[number], from = withReturns) =>
    read(camt053(statementOf([each])), 200, from)[0];

  it('go by the id of their pacs.004 where the network has such payments', () => {
    const ours = lineOf(back(own, false));
    expect(ours).toMatchObject({ leg: 'credit', legKey: LEG, externalRef: own });
    expect(ours).not.toHaveProperty('uetr', expect.any(String));
    const theirs = lineOf(back('LGR1', true));
    expect(theirs).toMatchObject({ leg: 'debit', messageId: 'LGR1' });
    expect([theirs?.uetr, theirs?.externalRef]).toEqual([undefined, undefined]);
  });

  it('undo a payment of ours when they have its id, or when there are no returns', () => {
    expect(lineOf(back(own, true))).toMatchObject({ leg: 'reversal', uetr: expect.any(String) });
    expect(lineOf(back('LGR1', true), source)).toMatchObject({ leg: 'reversal', uetr: expect.any(String) });
  });
});
