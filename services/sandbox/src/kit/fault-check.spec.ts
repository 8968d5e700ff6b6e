import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import { checkFault } from './fault-check.js';
import { faultRequest } from './fault.js';
import { falsified } from './faulty.js';
import { BANK_OPERATIONS } from '../banks/bank-gateway.js';
import { BAKONG_OPERATIONS } from '../networks/bakong/operations.js';
import { operationsOf } from '../networks/iso20022/operations.js';
import { Messages } from '../networks/iso20022/messages.js';
import { schemeOf } from '../networks/iso20022/scheme.js';

const NOW = Date.UTC(2026, 10, 20);
const scheme = schemeOf('thailand');
const thai = operationsOf(scheme);
const check = (over: object, known = thai) =>
  checkFault(faultRequest.parse({ network: 'x', fault: 'delay', ...over }), known);
const issues = (over: object, known = thai) => {
  const checked = check(over, known);
  return checked.kind === 'refused' ? checked.issues : [];
};

describe('a fault', () => {
  it('strikes the operations that can do it', () => {
    expect(check({ operation: 'pacs.008' })).toEqual({ kind: 'fits', operations: ['pacs.008'] });
    expect(check({ fault: 'wrong_amount' })).toEqual({
      kind: 'fits',
      operations: ['pacs.008', 'pacs.004', 'pay.pacs.008', 'pay.pacs.004'],
    });
    expect(check({ match: { account: '1' } })).toMatchObject({
      operations: ['pacs.008', 'pacs.004', 'acmt.023', 'pay.pacs.008', 'pay.pacs.004'],
    });
  });

  it('of an operation that is not there is refused with those that are', () => {
    expect(issues({ operation: 'pacs.009' })).toEqual([
      'operation: pacs.009 is none of *, pacs.008, pacs.004, camt.056, pacs.028, acmt.023, qr.resolve, camt.053, pay.pacs.008, pay.pacs.004',
    ]);
    expect(issues({ operation: 'pacs.008' }, BAKONG_OPERATIONS)[0]).toContain('makeFullFundTransfer');
    expect(operationsOf({ ...scheme, codes: undefined })).not.toHaveProperty('qr.resolve');
  });

  it('that an operation cannot do is refused with what it can', () => {
    const untold = { fault: 'timeout_after', code: 'AC04' };
    expect(issues({ operation: 'pacs.008', ...untold })).toEqual([]);
    expect(issues({ operation: 'pay.pacs.008', ...untold })).toEqual([
      expect.stringMatching(/^fault: pay\.pacs\.008 cannot do timeout_after by reject, only /),
    ]);
    expect(issues({ operation: 'pay.pacs.008', fault: 'reject', code: 'AC04' })).toEqual([
      'fault: pay.pacs.008 cannot do reject, only delay, timeout_before, timeout_after, duplicate, wrong_amount, garbage, reset',
    ]);
    expect(issues({ fault: 'bad_signature' }, BAKONG_OPERATIONS)[0]).toContain('* cannot do bad_signature');
  });

  it('that no call can match is refused with what they can be matched by', () => {
    expect(issues({ operation: 'acmt.023', match: { uetr: 'u' } })).toEqual([
      'match: calls of acmt.023 cannot be matched by uetr, only by account',
    ]);
    expect(issues({ operation: 'camt.053', match: { uetr: 'u' } })[0]).toContain('nor by anything else');
  });

  it('has words beside its code where the answer has room for them', () => {
    const reject = { fault: 'reject', code: 'AC04', texts: ['closed'] };
    expect(issues({ ...reject, operation: 'pacs.008' })).toEqual([]);
    expect(issues({ ...reject, operation: 'acmt.023' })).toEqual([
      'texts: acmt.023 has no room for words beside the code',
    ]);
  });

  it.each([
    ['pacs.008', thai, 35],
    ['makeFullFundTransfer', BAKONG_OPERATIONS, 78],
  ])('of %s has a code that its answer has room for', (operation, known, max) => {
    const reject = { operation, fault: 'reject' };
    expect(issues({ ...reject, code: 'x'.repeat(max) }, known)).toEqual([]);
    expect(issues({ ...reject, code: 'x'.repeat(max + 1) }, known)).toEqual([
      `code: ${operation} takes at most ${max} characters, none of them a control or half a surrogate`,
    ]);
  });

  it('has a code that the Open API has as a number, or as a text', () => {
    const reject = { operation: 'check_bakong_account', fault: 'reject' };
    expect(issues({ ...reject, code: '13' }, BAKONG_OPERATIONS)).toEqual([]);
    expect(issues({ ...reject, code: '9'.repeat(30) }, BAKONG_OPERATIONS)).toHaveLength(1);
  });

  it('has a code that says what is wrong in a finalisation', () => {
    const wrong = { operation: 'finalisations', fault: 'wrong_finalisation' };
    expect(issues({ ...wrong, code: 'hash' }, BANK_OPERATIONS)).toEqual([]);
    expect(issues({ ...wrong, code: 'AC04' }, BANK_OPERATIONS)).toEqual([
      'code: finalisations takes one of amount, balance, hash, sequence, window, account',
    ]);
  });

  it('has an amount that can be paid', () => {
    const wrong = { operation: 'makeFullFundTransfer', fault: 'wrong_amount' };
    expect(issues({ ...wrong, addMinor: '-500' }, BAKONG_OPERATIONS)).toEqual([]);
    expect(issues({ ...wrong, addMinor: '50' }, BAKONG_OPERATIONS)).toEqual([
      'addMinor: makeFullFundTransfer takes a multiple of 100 minor units',
    ]);
    expect(falsified(500n, -200n)).toBe(300n);
    expect(falsified(500n, -500n)).toBe(100n);
  });
});

it.each(['AC04', 'free text of a network', 'ก'.repeat(35), 'x'.repeat(35)])(
  'the Thai switch writes the code %s',
  (reason) => {
    const messages = new Messages(scheme);
    const status = {
      kind: 'status',
      messageId: 'M1',
      createdAt: new Date(NOW).toISOString(),
      originalMessageId: 'O1',
      originalMessageName: 'pacs.008.001.08',
      status: 'RJCT',
      reason,
      originalAmount: amount('THB', 100n),
    } as const;
    expect(messages.write(status, scheme.versions.status, NOW)).toContain(`>${reason}<`);
  },
);

describe('an admi.002', () => {
  const messages = new Messages(scheme);
  const finding = (detail: string) =>
    ({ code: 'schema_invalid', path: '/a', line: 1, offset: 0, detail }) as const;
  const written = (...details: string[]) => {
    const rejection = messages.unreadable(details.map(finding), NOW);
    expect(messages.write(rejection, 'admi.002.001.01', NOW)).toContain('<Rsn>');
    return rejection;
  };

  it('has all findings, whole', () => {
    const long = 'x'.repeat(1000);
    expect(written('short', long)).toMatchObject({
      location: '/a',
      description: 'short',
      findings: `/a short\n/a ${long}`,
    });
    expect(written(long)).toEqual(expect.not.objectContaining({ description: expect.anything() }));
  });

  it('counts those that it has no room for', () => {
    const { findings } = written(...Array.from({ length: 50 }, () => 'y'.repeat(996)));
    expect(findings?.split('\n')).toHaveLength(20);
    expect(findings?.endsWith('and 31 more')).toBe(true);
  });
});
