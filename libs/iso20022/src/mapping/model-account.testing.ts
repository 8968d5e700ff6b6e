import fc from 'fast-check';
import { amount } from '@tonle/money';
import type { AccountReport, Notification, ProxyReply, ProxyRequest, Statement } from '../model-account.js';
import {
  name,
  id,
  code,
  uuid,
  dateTime,
  date,
  digits,
  money,
  some,
  agent,
  party,
  account,
  plainAccount,
  head,
} from './parts.testing.js';

// Arbitrary messages about accounts: proxies, statements, reports, notifications.

export const proxyRequest = some<ProxyRequest>(
  {
    kind: fc.constant('proxy_request' as const),
    ...head,
    verificationId: id,
    assigner: agent,
    assignee: agent,
  },
  { party, account, agent },
);
export const proxyReply = some<ProxyReply>(
  {
    kind: fc.constant('proxy_reply' as const),
    ...head,
    originalMessageId: id,
    originalVerificationId: id,
    assigner: agent,
    assignee: agent,
    verified: fc.boolean(),
  },
  { reason: code, party, account, agent },
);
const balances = fc.array(
  fc.record({
    type: fc.constantFrom('OPBD', 'CLBD'),
    amount: fc.oneof(money, fc.constant(amount('THB', 0n))),
    credit: fc.boolean(),
    date: fc.oneof(date, dateTime),
  }),
  { minLength: 1, maxLength: 2 },
);
type Entry = Statement['entries'][number];
const figures = fc
  .record({ count: fc.nat(99), total: money, credit: fc.boolean() }, { requiredKeys: [] })
  .filter((said) => Object.keys(said).length > 0);
/** Some of an entry's transactions stand in a batch, or none of those of a batch are there. */
const inBatches = (entry: fc.Arbitrary<Entry>): fc.Arbitrary<Entry> =>
  fc.tuple(entry, fc.option(figures, { nil: undefined }), fc.boolean()).map(([given, said, isFirst]) =>
    said === undefined
      ? given
      : {
          ...given,
          batches: [
            {
              ...said,
              from: isFirst ? 0 : given.transactions.length,
              shown: isFirst ? given.transactions.length : 0,
            },
          ],
        },
  );
const entries = fc.array(
  inBatches(
    some<Entry>(
      {
        amount: money,
        credit: fc.boolean(),
        status: fc.constant('BOOK'),
        transactions: fc.array(
          some(
            {},
            {
              endToEndId: id,
              transactionId: id,
              uetr: uuid,
              instructionId: id,
              servicerReference: id,
              amount: money,
              credit: fc.boolean(),
              returnReason: fc.constantFrom('AC04', 'MS03'),
              remittance: name,
              creditorReference: id,
              debtorName: name,
              creditorName: name,
            },
          ),
          { maxLength: 2 },
        ),
      },
      { reference: id, reversal: fc.boolean(), bookedAt: dateTime, valueDate: date, servicerReference: id },
    ),
  ),
  { maxLength: 3 },
);
const pair = <T extends object>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<object> =>
  fc.option(fc.record(of), { nil: {} });
const pairs = fc.tuple(
  pair({ from: dateTime, to: dateTime }),
  pair({ netSum: fc.constantFrom('0.00', '820.00'), netCredit: fc.boolean() }),
);
const accountParts = { ...head, account: plainAccount, entries };
const sum = fc.constantFrom('0.00', '820.00', '1234567.5');
const accountOptions = {
  sequence: digits,
  copy: fc.constantFrom('COPY', 'DUPL', 'CODU'),
  entryCount: fc.nat(9999),
  entrySum: sum,
  creditCount: fc.nat(9999),
  creditSum: sum,
  debitCount: fc.nat(9999),
  debitSum: sum,
  information: name,
};
const during = <T extends object>(base: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(base, pairs).map(([given, [times, net]]) => ({ ...given, ...times, ...net }));
export const statement = during(
  some<Statement>(
    { kind: fc.constant('statement' as const), ...accountParts, statementId: id, balances },
    accountOptions,
  ),
);
export const accountReport = during(
  some<AccountReport>(
    { kind: fc.constant('account_report' as const), ...accountParts, reportId: id },
    { ...accountOptions, balances },
  ),
);
export const notification = during(
  some<Notification>(
    { kind: fc.constant('notification' as const), ...accountParts, notificationId: id },
    accountOptions,
  ),
);
