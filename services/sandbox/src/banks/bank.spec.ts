import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  readAcknowledgement,
  readBankStatement,
  readFinalisation,
  type BankFileStatement,
  type BankStatementFormat,
} from '@tonle/bank-files';
import { faultRequest, type Fault } from '../kit/fault.js';
import { BareBank, bytesOf, instructionOf, MONDAY, NOON, SCHEME } from './bank.testing.js';

const DAY_MS = 86_400_000;
const TUESDAY = '2026-12-01';
const opened: BareBank[] = [];
const openBank = async (...scheme: Parameters<typeof BareBank.open>): Promise<BareBank> => {
  const bank = await BareBank.open(...scheme);
  opened.push(bank);
  return bank;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bank) => bank.close()));
});

/** What the bank said to an instruction: its status, and why. */
const said = async (bank: BareBank, ...given: Parameters<BareBank['take']>): Promise<string> => {
  const taking = await bank.take(...given);
  if (taking.kind === 'unusable') return `HTTP ${taking.status}`;
  const bytes = bank.desk.acknowledgement(taking.order);
  if (bytes === undefined) return 'pending';
  const reading = readAcknowledgement(bytes, 'pacs.002');
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  const { status, reason, detail } = reading.acknowledgement;
  return [status, reason, detail].filter((each) => each !== undefined).join(' ');
};
const statementOf = (bytes: Uint8Array | undefined, format: BankStatementFormat): BankFileStatement => {
  const reading = readBankStatement(bytes ?? new Uint8Array(), format);
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  return reading.statements[0]!;
};
const linesOf = (bank: BareBank) =>
  bank.books
    .lines('THB')
    .map(({ minor, day, valueDate, endToEndId }) => ({ minor, day, valueDate, endToEndId }));
const fault = (over: object): Fault => ({
  ...faultRequest.parse({ network: 'x', ...over }),
  id: 'f',
  operations: [],
  hits: 1,
});

describe('a bank that is told to pay', () => {
  it('books what comes in before what goes out, once, and says what it did', async () => {
    const bank = await openBank();
    const bytes = bytesOf(instructionOf(1));
    expect(await said(bank, bytes)).toBe('accepted');
    await bank.payments.payDue(NOON);
    await bank.payments.payDue(NOON + 1);
    expect(linesOf(bank)).toEqual([
      { minor: '191000', day: MONDAY, valueDate: MONDAY, endToEndId: 'THB-1-IN' },
      { minor: '-191000', day: MONDAY, valueDate: MONDAY, endToEndId: 'THB-1-OUT' },
    ]);
    expect(bank.books.balance('THB', '2000300021')).toBe(99_809_000n);
    expect(bank.books.balance('THB', '2000300031')).toBe(100_191_000n);
    const notification = statementOf(bank.reporting.notification('THB', MONDAY), 'camt.054');
    expect(bank.reporting.statement('THB', MONDAY, NOON)).toBeUndefined();
    const statement = statementOf(bank.reporting.statement('THB', MONDAY, NOON + DAY_MS), 'camt.053');
    expect(statement).toMatchObject({
      number: 1,
      openingMinor: 0n,
      closingMinor: 0n,
      lines: notification.lines,
    });
    expect(notification.lines.map(({ id }) => id)).toEqual(['TH26113000000001', 'TH26113000000002']);
  });

  it('says the same to the same bytes, also after its death, and takes no other content under a known id', async () => {
    const bank = await openBank();
    const bytes = bytesOf(instructionOf(1));
    await bank.take(bytes);
    const other = bytesOf(instructionOf(1, { valueDate: TUESDAY }));
    expect(await said(bank, other)).toBe('HTTP 409');
    await bank.payments.payDue(NOON);
    const lines = linesOf(bank);
    const again = await bank.restarted();
    opened.splice(0, 1, again);
    expect(await said(again, bytes)).toBe('accepted');
    expect(await said(again, other)).toBe('HTTP 409');
    await again.payments.payDue(NOON);
    expect(linesOf(again)).toEqual(lines);
  });

  it('refuses what it cannot carry out, by name', async () => {
    const bank = await openBank();
    const [out, into] = instructionOf(1).transfers;
    const stranger = { ...into!, participant: { name: 'Nobody', account: '2000300099' } };
    expect(await said(bank, bytesOf(instructionOf(1, { transfers: [out!, stranger] })))).toMatch(
      /^rejected AC01/,
    );
    expect(
      await said(bank, bytesOf(instructionOf(2)), { fault: { reason: 'TM01', detail: 'too late' } }),
    ).toBe('rejected TM01 too late');
    const strange = { ...into!, endToEndId: 'THB_1' };
    const swift = await openBank({ ...SCHEME, statement: 'mt940' });
    expect(await said(swift, bytesOf(instructionOf(1, { transfers: [strange] })))).toMatch(/^rejected CH16/);
    expect(await said(bank, Buffer.from('<a/>'))).toBe('HTTP 400');
    expect(await said(bank, bytesOf(instructionOf(3, { scheme: { name: 'Tonle', account: 'other' } })))).toBe(
      'HTTP 400',
    );
    await bank.payments.payDue(NOON);
    expect(linesOf(bank)).toEqual([]);
  });

  it('takes numbers that rise: one that is given up is dead', async () => {
    const bank = await openBank();
    expect(await said(bank, bytesOf(instructionOf(1)))).toBe('accepted');
    expect(await said(bank, bytesOf(instructionOf(4)))).toBe(
      'accepted numbers 2 to 3 never came, and are not taken any more',
    );
    expect(await said(bank, bytesOf(instructionOf(3)))).toBe(
      'rejected NARR number 3 comes after 4; numbers only rise',
    );
  });

  it('wants a signature where the installation signs', async () => {
    const bank = await openBank();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(
      join(bank.folder, 'TONLE-settlement.pub.pem'),
      publicKey.export({ type: 'spki', format: 'pem' }),
    );
    const signature = (bytes: Buffer): string => sign(null, bytes, privateKey).toString('base64');
    const [one, two, three] = [1, 2, 3].map((sequence) => bytesOf(instructionOf(sequence)));
    expect(await said(bank, one!)).toMatch(/^rejected NARR the signature/);
    expect(await said(bank, two!, { signature: signature(one!) })).toMatch(/^rejected NARR the signature/);
    expect(await said(bank, three!, { signature: signature(three!) })).toBe('accepted');
  });

  it('pays on its value date, or on the next day on which it is open', async () => {
    const bank = await openBank({ ...SCHEME, holidays: [TUESDAY] });
    await bank.take(bytesOf(instructionOf(1, { valueDate: TUESDAY })));
    await bank.payments.payDue(NOON);
    await bank.payments.payDue(NOON + DAY_MS);
    expect(linesOf(bank)).toEqual([]);
    await bank.payments.payDue(NOON + 2 * DAY_MS);
    expect(linesOf(bank)).toMatchObject([{ day: '2026-12-02', valueDate: '2026-12-02' }, {}]);
    // Of a holiday there is no statement, and no number.
    expect(bank.reporting.statement('THB', TUESDAY, NOON + 3 * DAY_MS)).toBeUndefined();
    const wednesday = bank.reporting.statement('THB', '2026-12-02', NOON + 3 * DAY_MS);
    expect(statementOf(wednesday, 'camt.053')).toMatchObject({ number: 2 });
  });

  it('waits while an account does not bear a payment', async () => {
    const { THB } = SCHEME.currencies;
    const accounts = {
      ...THB!.accounts,
      '2000300021': { participant: 'FXNAGA', name: 'Naga FX', opening: '190999' },
    };
    const bank = await openBank({ ...SCHEME, currencies: { THB: { ...THB!, accounts } } });
    await bank.take(bytesOf(instructionOf(1)));
    await bank.payments.payDue(NOON);
    expect(linesOf(bank)).toEqual([]);
  });
});

describe('a bank that errs', () => {
  const paidUnder = async (over: object): Promise<BareBank> => {
    const bank = await openBank();
    bank.fault({ operation: 'payments', match: { reference: 'THB-1-IN' }, ...over });
    await bank.take(bytesOf(instructionOf(1)));
    await bank.payments.payDue(NOON);
    return bank;
  };

  it('pays short, and then cannot pay out what it has not', async () => {
    const bank = await paidUnder({ fault: 'pays_short', addMinor: '1000' });
    expect(linesOf(bank)).toMatchObject([{ minor: '190000', endToEndId: 'THB-1-IN' }]);
    await bank.books.addLine({
      id: 'REST',
      currency: 'THB',
      minor: '1000',
      day: MONDAY,
      valueDate: MONDAY,
      at: NOON,
    });
    await bank.payments.payDue(NOON);
    expect(linesOf(bank).at(-1)).toMatchObject({ minor: '-191000' });
  });

  it('pays late', async () => {
    const bank = await paidUnder({ fault: 'pays_late' });
    expect(linesOf(bank)).toEqual([]);
    await bank.payments.payDue(NOON + DAY_MS);
    expect(linesOf(bank)).toMatchObject([
      { day: TUESDAY, valueDate: TUESDAY, minor: '191000' },
      { minor: '-191000' },
    ]);
  });

  it('pays twice', async () => {
    const bank = await paidUnder({ fault: 'pays_twice' });
    expect(linesOf(bank).map(({ minor }) => minor)).toEqual(['191000', '191000', '-191000']);
    expect(new Set(bank.books.lines('THB').map(({ id }) => id)).size).toBe(3);
  });

  it('names another reference', async () => {
    const bank = await paidUnder({ fault: 'wrong_reference' });
    expect(linesOf(bank)[0]).toMatchObject({ minor: '191000', endToEndId: 'XTHB-1-IN' });
    expect(bank.books.lines('THB')[0]).not.toHaveProperty('remittance');
  });

  it('gives no statement, one with another number, or one that does not tie', async () => {
    const bank = await paidUnder({ fault: 'pays_twice' });
    const under = (kind: string) =>
      bank.reporting.statement('THB', MONDAY, NOON + DAY_MS, fault({ fault: kind }));
    expect(under('statement_missing')).toBeUndefined();
    expect(statementOf(under('statement_gap'), 'camt.053').number).toBe(2);
    expect(readBankStatement(under('statement_totals_off')!, 'camt.053')).toMatchObject({
      errors: [{ code: 'balance_differs' }],
    });
  });

  it('sends a statement anew that says what it replaces', async () => {
    const bank = await paidUnder({ fault: 'pays_twice' });
    const tuesday = NOON + DAY_MS;
    const first = statementOf(bank.reporting.statement('THB', MONDAY, tuesday), 'camt.053');
    await bank.books.reissue('THB', MONDAY);
    const second = statementOf(bank.reporting.statement('THB', MONDAY, tuesday), 'camt.053');
    expect(second).toEqual({ ...first, id: 'TH261130C1/1', replaces: first.id });
  });
});

describe('a finalisation', () => {
  it('is given when all is carried out, and is wrong where a fault says so', async () => {
    const bank = await openBank();
    const taking = await bank.take(bytesOf(instructionOf(1)));
    if (taking.kind !== 'taken') throw new Error('not taken');
    expect(bank.reporting.finalisation(taking.order)).toBeUndefined();
    await bank.payments.payDue(NOON);
    const read = (code?: string) => {
      const wrong = code === undefined ? undefined : fault({ fault: 'wrong_finalisation', code });
      const reading = readFinalisation(bank.reporting.finalisation(taking.order, wrong)!);
      if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
      return reading.finalisation;
    };
    const right = read();
    expect(right).toMatchObject({
      ...{ bank: 'THSETTLE', messageId: 'TONLE-THB-000001', sequence: 1, valueDate: MONDAY },
      ...{ windowId: 'THSWITCH-THB-2026-11-29', schemeAccount: '2000300001', schemeBalanceMinor: 0n },
      transfers: [
        { endToEndId: 'THB-1-OUT', amountMinor: 191_000n, balanceMinor: 100_191_000n },
        { endToEndId: 'THB-1-IN', amountMinor: -191_000n, balanceMinor: 99_809_000n },
      ],
    });
    for (const code of ['amount', 'balance', 'hash', 'sequence', 'window', 'account'])
      expect([code, JSON.stringify(read(code), text)]).not.toEqual([code, JSON.stringify(right, text)]);
  });
});

const text = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

describe('the scheme’s account', () => {
  it('begins with what the books were opened with, whatever the list says later', async () => {
    const { THB } = SCHEME.currencies;
    const listed = (schemeOpening: string) => ({
      ...SCHEME,
      currencies: { THB: { ...THB!, schemeOpening } },
    });
    const bank = await openBank(listed('7000'));
    await bank.take(bytesOf(instructionOf(1)));
    await bank.payments.payDue(NOON);
    const closing = (from: BareBank) => {
      const { openingMinor, closingMinor } = statementOf(
        from.reporting.statement('THB', MONDAY, NOON + DAY_MS),
        'camt.053',
      );
      return [openingMinor, closingMinor, from.books.schemeBalance('THB')];
    };
    expect(closing(bank)).toEqual([7_000n, 7_000n, 7_000n]);
    await bank.books.settled();
    const again = await BareBank.open(listed('9000'), NOON, bank.folder);
    opened.push(again);
    expect(closing(again)).toEqual([7_000n, 7_000n, 7_000n]);
  });
});

describe('books that were cut off anywhere', () => {
  it('open again with whole entries alone, and add up', async () => {
    const bank = await openBank();
    bank.fault({ operation: 'payments', fault: 'pays_twice' });
    await bank.take(bytesOf(instructionOf(1)));
    await bank.payments.payDue(NOON);
    await bank.books.settled();
    const whole = readFileSync(join(bank.folder, 'bank.books'));
    const opening = 200_000_000n;
    for (let length = whole.length; length > 0; length -= 37) {
      const torn = await openBank();
      await torn.books.close();
      writeFileSync(join(torn.folder, 'bank.books'), whole.subarray(0, length));
      const again = await BareBank.open(SCHEME, NOON, torn.folder);
      opened.splice(opened.indexOf(torn), 1, again);
      const held = ['2000300021', '2000300031'].map((account) => again.books.balance('THB', account)!);
      expect(held.reduce((sum, each) => sum + each, again.books.schemeBalance('THB'))).toBe(opening);
      // It goes on where it was, and pays nothing twice that it has booked.
      await again.take(bytesOf(instructionOf(1)));
      await again.payments.payDue(NOON);
      expect(again.books.allOrders()[0]!.done.size).toBe(2);
    }
  });
});
