import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { amount, currency, type Amount } from '@tonle/money';
import { readIso, writeIso } from '../iso.js';
import type {
  Account,
  AccountReport,
  Agent,
  BusinessHeader,
  CanonicalMessage,
  CustomerReversal,
  CustomerStatus,
  CustomerTransfer,
  InstitutionPayment,
  Notification,
  Party,
  PartyAddress,
  Payment,
  ProxyReply,
  ProxyRequest,
  Recall,
  RecallReply,
  Rejection,
  Return,
  Statement,
  Status,
  StatusRequest,
  SystemEvent,
  SystemEventReply,
} from '../model.js';
import { kindOf, processedMessages } from './messages.js';

// read(write(x)) = x for every canonical model, in every version that carries all of it.

const word = (max: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .filter((text) => text === text.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && [...text].length <= max);
const name = word(60);
const id = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789/-?:().,+'),
  minLength: 1,
  maxLength: 35,
});
const code = fc.constantFrom('AC03', 'AM04', 'GDDS', 'TM01', 'free text reason');
const uuid = fc.uuid({ version: 4 });
const bic = fc.constantFrom('TOURKHPPXXX', 'BKKBTHBK', 'ACLBKHPP');
const dateTime = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const date = dateTime.map((text) => text.slice(0, 10));
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 5 });
const rate = fc.constantFrom('0.00818040', '25.451234567', '121.50000000', '1');
const money: fc.Arbitrary<Amount> = fc
  .tuple(fc.constantFrom('KHR', 'THB', 'VND', 'KWD', 'USD'), fc.bigInt(1n, 10n ** 12n))
  .map(([unit, steps]) => amount(unit, steps * currency(unit).payableStep));

/** A record of which any optional part may be missing (not undefined: absent). */
function some<T>(
  required: { [K in keyof T]?: fc.Arbitrary<T[K]> },
  optional: { [K in keyof T]?: fc.Arbitrary<T[K]> } = {},
): fc.Arbitrary<T> {
  return fc.record({ ...required, ...optional } as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: Object.keys(required),
  }) as fc.Arbitrary<T>;
}

const agent = fc.oneof(
  some<Agent>({ bic }, { name }),
  some<Agent>({ memberId: id }, { name, clearingSystem: fc.constantFrom('THCBC', 'our own system') }),
  fc.constant<Agent>({}),
);
const party = some<Party>(
  { name },
  {
    address: some<PartyAddress>(
      { country: fc.constantFrom('KH', 'TH') },
      { town: word(35), lines: fc.array(name, { minLength: 1, maxLength: 2 }) },
    ),
  },
);
const proxy = some<NonNullable<Account['proxy']>>(
  { id: word(60) },
  { type: fc.constantFrom('MBNO', 'NATIONAL_ID') },
);
const numbered = fc.oneof(
  fc.record({ id: fc.constantFrom('GB29NWBK60161331926819'), isIban: fc.constant(true) }),
  some<Account>(
    { id: id.map((text) => text.slice(0, 34)) },
    { scheme: fc.constantFrom('BAKONG', 'PROMPTPAY') },
  ),
);
const account: fc.Arbitrary<Account> = fc.oneof(
  fc
    .tuple(numbered, some<Account>({}, { currency: fc.constantFrom('KHR', 'THB'), proxy }))
    .map(([number, rest]) => ({ ...number, ...rest })),
  some<Account>({ proxy }),
);
const plainAccount = fc
  .tuple(numbered, some<Account>({}, { currency: fc.constantFrom('KHR', 'USD') }))
  .map(([number, rest]) => ({ ...number, ...rest }));
const texts = fc.array(name, { minLength: 1, maxLength: 3 });
const head = { messageId: id, createdAt: dateTime };

const payment = some<Payment>(
  {
    kind: fc.constant('payment' as const),
    ...head,
    endToEndId: id,
    settlementMethod: fc.constantFrom('CLRG', 'INDA'),
    settlementAmount: money,
    chargeBearer: fc.constantFrom('SLEV', 'SHAR'),
    debtor: party,
    debtorAgent: agent,
    creditorAgent: agent,
    creditor: party,
  },
  {
    instructionId: id,
    transactionId: id,
    uetr: uuid,
    settlementDate: date,
    acceptedAt: dateTime,
    instructedAmount: money,
    exchangeRate: rate,
    quoteId: fc.oneof(uuid, fc.constant('Q-1')),
    priority: fc.constantFrom('HIGH', 'NORM'),
    charges: fc.array(fc.record({ amount: money, agent }), { minLength: 1, maxLength: 2 }),
    instructingAgent: agent,
    instructedAgent: agent,
    intermediaryAgents: fc.array(some<{ agent: Agent; account?: Account }>({ agent }, { account }), {
      minLength: 1,
      maxLength: 3,
    }),
    debtorAccount: account,
    creditorAccount: account,
    purpose: code,
    categoryPurpose: code,
    remittance: name,
  },
);
const status = some<Status>(
  {
    kind: fc.constant('status' as const),
    ...head,
    originalMessageId: id,
    originalMessageName: fc.constant('pacs.008.001.08'),
  },
  {
    originalInstructionId: id,
    originalEndToEndId: id,
    originalTransactionId: id,
    originalUetr: uuid,
    status: fc.constantFrom('ACSP', 'RJCT'),
    groupStatus: fc.constantFrom('ACTC', 'RJCT'),
    reason: code,
    reasonText: texts,
    acceptedAt: dateTime,
    clearingReference: id,
    originalAmount: money,
    instructingAgent: agent,
    instructedAgent: agent,
  },
);
const statusRequest = some<StatusRequest>(
  { kind: fc.constant('status_request' as const), ...head },
  {
    originalEndToEndId: id,
    originalTransactionId: id,
    originalUetr: uuid,
    instructingAgent: agent,
    instructedAgent: agent,
  },
);
const proxyRequest = some<ProxyRequest>(
  {
    kind: fc.constant('proxy_request' as const),
    ...head,
    verificationId: id,
    assigner: agent,
    assignee: agent,
  },
  { party, account, agent },
);
const proxyReply = some<ProxyReply>(
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
const entries = fc.array(
  some<Statement['entries'][number]>(
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
            amount: money,
            remittance: name,
          },
        ),
        { maxLength: 2 },
      ),
    },
    { reference: id, bookedAt: dateTime, valueDate: date, servicerReference: id },
  ),
  { maxLength: 3 },
);
const period = fc.option(fc.record({ from: dateTime, to: dateTime }), { nil: {} });
const accountParts = { ...head, account: plainAccount, entries };
const accountOptions = { sequence: digits, entryCount: fc.nat(9999) };
const during = <T extends object>(base: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(base, period).map(([given, times]) => ({ ...given, ...times }));
const statement = during(
  some<Statement>(
    { kind: fc.constant('statement' as const), ...accountParts, statementId: id, balances },
    accountOptions,
  ),
);
const accountReport = during(
  some<AccountReport>(
    { kind: fc.constant('account_report' as const), ...accountParts, reportId: id },
    { ...accountOptions, balances },
  ),
);
const notification = during(
  some<Notification>(
    { kind: fc.constant('notification' as const), ...accountParts, notificationId: id },
    accountOptions,
  ),
);

const original = {
  originalInstructionId: id,
  originalEndToEndId: id,
  originalTransactionId: id,
  originalUetr: uuid,
};
const originalMessage = { originalMessageId: id, originalMessageName: fc.constant('pacs.008.001.08') };
const returned = some<Return>(
  {
    kind: fc.constant('return' as const),
    ...head,
    settlementMethod: fc.constant('CLRG'),
    returnedAmount: money,
    ...originalMessage,
  },
  {
    ...original,
    returnId: id,
    originalSettlementAmount: money,
    settlementDate: date,
    instructedAmount: money,
    exchangeRate: rate,
    chargeBearer: fc.constant('SLEV'),
    clearingReference: id,
    instructingAgent: agent,
    instructedAgent: agent,
    reason: code,
    reasonText: texts,
    charges: fc.array(fc.record({ amount: money, agent }), { minLength: 1, maxLength: 2 }),
  },
);
const institutionPayment = some<InstitutionPayment>(
  {
    kind: fc.constant('institution_payment' as const),
    ...head,
    endToEndId: id,
    settlementMethod: fc.constant('CLRG'),
    settlementAmount: money,
    debtor: agent,
    creditor: agent,
  },
  {
    instructionId: id,
    transactionId: id,
    uetr: uuid,
    settlementDate: date,
    priority: fc.constant('HIGH'),
    instructingAgent: agent,
    instructedAgent: agent,
    debtorAccount: account,
    debtorAgent: agent,
    creditorAgent: agent,
    creditorAccount: account,
    purpose: code,
    remittance: name,
  },
);
const recall = some<Recall>(
  {
    kind: fc.constant('recall' as const),
    ...head,
    assigner: agent,
    assignee: agent,
    caseId: id,
    caseCreator: agent,
    ...originalMessage,
  },
  {
    ...original,
    cancellationId: id,
    originalSettlementAmount: money,
    originalSettlementDate: date,
    reason: code,
    reasonText: texts,
  },
);
const recallReply = some<RecallReply>(
  {
    kind: fc.constant('recall_reply' as const),
    ...head,
    assigner: agent,
    assignee: agent,
    caseId: id,
    caseCreator: agent,
    outcome: fc.constantFrom('CNCL', 'RJCR', 'PDCR'),
    ...originalMessage,
  },
  {
    ...original,
    cancellationStatusId: id,
    transactionStatus: fc.constantFrom('ACCR', 'RJCR', 'PDCR'),
    originalSettlementAmount: money,
    originalSettlementDate: date,
    reason: code,
    reasonText: texts,
  },
);
const event = { parameters: fc.array(id, { minLength: 1, maxLength: 2 }), description: name, at: dateTime };
const systemEvent = some<SystemEvent>(
  { kind: fc.constant('system_event' as const), event: fc.constant('PING') },
  event,
);
const systemEventReply = some<SystemEventReply>(
  { kind: fc.constant('system_event_reply' as const), messageId: id, event: fc.constant('PING') },
  { ...event, originatorReference: id, session: fc.constant('AM01') },
);
const rejection = some<Rejection>(
  { kind: fc.constant('rejection' as const), relatedReference: id, reason: id },
  { rejectedAt: dateTime, location: name, description: name },
);
const customerTransfer = some<CustomerTransfer>(
  {
    kind: fc.constant('customer_transfer' as const),
    ...head,
    initiatingParty: party,
    paymentInformationId: id,
    executionDate: date,
    debtor: party,
    debtorAccount: plainAccount,
    debtorAgent: agent,
    endToEndId: id,
    amount: money,
    creditor: party,
    creditorAccount: plainAccount,
    creditorAgent: agent,
  },
  {
    instructionId: id,
    chargeBearer: fc.constant('CRED'),
    purpose: fc.constantFrom('GDDS', 'REFU'),
    remittance: name,
  },
);
const customerStatus = some<CustomerStatus>(
  {
    kind: fc.constant('customer_status' as const),
    ...head,
    originalMessageId: id,
    originalMessageName: fc.constant('pain.001.001.05'),
    originalPaymentInformationId: id,
    status: fc.constantFrom('ACSP', 'RJCT'),
  },
  {
    originalEndToEndId: id,
    originalInstructionId: id,
    reason: code,
    reasonText: texts,
    ledgerHash: fc.constant('ab'.repeat(32)),
  },
);
const customerReversal = some<CustomerReversal>(
  {
    kind: fc.constant('customer_reversal' as const),
    ...head,
    initiatingParty: party,
    originalMessageId: id,
    originalMessageName: id,
    reversalPaymentInformationId: id,
    originalPaymentInformationId: id,
    originalEndToEndId: id,
    reversedAmount: money,
  },
  {
    reversalId: id,
    originalInstructionId: id,
    originalAmount: money,
    reason: code,
    reasonText: texts,
    originalLedgerHash: fc.constant('cd'.repeat(32)),
  },
);

const MODELS: { readonly [K in CanonicalMessage['kind']]: fc.Arbitrary<CanonicalMessage> } = {
  payment,
  status,
  status_request: statusRequest,
  proxy_request: proxyRequest,
  proxy_reply: proxyReply,
  statement,
  rejection,
  account_report: accountReport,
  notification,
  return: returned,
  institution_payment: institutionPayment,
  recall,
  recall_reply: recallReply,
  system_event: systemEvent,
  system_event_reply: systemEventReply,
  customer_transfer: customerTransfer,
  customer_status: customerStatus,
  customer_reversal: customerReversal,
};

/** Versions of the wires in use; older and in-between ones carry less than the model. */
const COMPLETE = [
  'pacs.008.001.08',
  'pacs.008.001.12',
  'pacs.008.001.13',
  'pacs.002.001.10',
  'pacs.002.001.14',
  'pacs.002.001.15',
  'pacs.028.001.03',
  'pacs.028.001.06',
  'acmt.023.001.03',
  'acmt.023.001.04',
  'acmt.024.001.03',
  'acmt.024.001.04',
  'camt.053.001.08',
  'camt.053.001.13',
  'admi.002.001.01',
  'camt.052.001.08',
  'camt.052.001.13',
  'camt.054.001.08',
  'camt.054.001.13',
  'pacs.004.001.09',
  'pacs.004.001.11',
  'pacs.004.001.14',
  'pacs.009.001.08',
  'pacs.009.001.12',
  'camt.056.001.08',
  'camt.056.001.11',
  'camt.029.001.09',
  'camt.029.001.13',
  'admi.004.001.02',
  'admi.011.001.01',
  'pain.001.001.05',
  'pain.002.001.06',
  'pain.007.001.05',
];

const header = some<BusinessHeader>(
  {
    from: some<Agent>({ bic }),
    to: some<Agent>({ memberId: id }),
    businessMessageId: id,
    createdAt: dateTime,
  },
  { businessService: id, copyDuplicate: fc.constantFrom('CODU', 'COPY'), possibleDuplicate: fc.boolean() },
);

const read = (xml: string) => readIso(Buffer.from(xml), { maxBytes: 1 << 20 });

describe('canonical messages', () => {
  it.each(COMPLETE)('come back from %s as they went', (version) => {
    const model = MODELS[kindOf(version)!];
    fc.assert(
      fc.property(model, (message) => {
        expect(read(writeIso(message, version))).toEqual({ kind: 'read', version, message });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['head.001.001.01', 'head.001.001.02', 'head.001.001.03'])(
    'travel with their header %s',
    (headerVersion) => {
      fc.assert(
        fc.property(header, statusRequest, (found, message) => {
          const version = 'pacs.028.001.03';
          const complete = { ...found, messageDefinition: version };
          const xml = writeIso(message, version, complete, { headerVersion });
          expect(read(xml)).toEqual({ kind: 'read', version, header: complete, message });
        }),
        { numRuns: 40 },
      );
    },
  );

  it('are carried by every version that has a table, but the very old ones', () => {
    const processed = processedMessages();
    for (const version of COMPLETE) expect(processed).toContain(version);
    expect(processed).toContain('pacs.008.001.02');
    expect(processed).toContain('acmt.023.001.02');
    expect(processed.length).toBeGreaterThanOrEqual(57);
  });
});
