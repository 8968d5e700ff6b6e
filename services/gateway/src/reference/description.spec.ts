// What generated clients and their readers need of the document: names that stay, patterns that every language reads,
// and a sentence for everything that can be sent or comes back.
import { describe, expect, it } from '@jest/globals';
import { controllersOf, routesOf } from '@tonle/http';
import { GatewayModule } from '../gateway.module.js';
import { expectDeclared } from '../testing/declared-answers.testing.js';
import { examplesOf } from './examples.js';
import { publicApi } from './public-api.js';
import type { Json } from './schema-json.js';

interface Told {
  readonly description?: string;
}
interface Operation extends Told {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly (Told & { readonly name: string })[];
  readonly requestBody?: Told & { readonly content: object };
  readonly responses: Readonly<Record<string, Response>>;
}
interface Response extends Told {
  readonly headers?: Readonly<Record<string, Told>>;
  readonly content?: Readonly<
    Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
  >;
}

const document = publicApi() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly (Told & { readonly name: string })[];
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, at: `${method} ${path}` })),
);

/** Published: clients are generated with these names. Only add; a new endpoint adds its line. */
const OPERATION_IDS = {
  listCalendars: 'get /v1/ops/calendars',
  listCorridors: 'get /v1/corridors',
  createLookup: 'post /v1/lookups',
  createPayment: 'post /v1/payments',
  createRefund: 'post /v1/refunds',
  createRecall: 'post /v1/recalls',
  listRecalls: 'get /v1/recalls',
  getRecall: 'get /v1/recalls/{recallId}',
  answerRecall: 'post /v1/recalls/{recallId}/answer',
  listPayments: 'get /v1/payments',
  getPayment: 'get /v1/payments/{paymentId}',
  createPaymentCode: 'post /v1/payment-codes',
  createQuote: 'post /v1/quotes',
  pushRates: 'post /v1/fx/rates',
  withdrawRates: 'delete /v1/fx/rates',
  sendAcmt023: 'post /iso20022/acmt.023',
  sendPacs008: 'post /iso20022/pacs.008',
  sendPacs004: 'post /iso20022/pacs.004',
  sendPacs028: 'post /iso20022/pacs.028',
  sendCamt056: 'post /iso20022/camt.056',
  sendCamt029: 'post /iso20022/camt.029',
  registerKey: 'post /v1/keys',
  listKeys: 'get /v1/keys',
  withdrawKey: 'delete /v1/keys/{keyId}',
  listApprovals: 'get /v1/ops/approvals',
  getApproval: 'get /v1/ops/approvals/{approvalId}',
  decideApproval: 'post /v1/ops/approvals/{approvalId}/decision',
  listMissingStatements: 'get /v1/ops/statements/missing',
  listOperatorActions: 'get /v1/ops/actions',
  runAudit: 'get /v1/ops/audit',
  listAuditLog: 'get /v1/ops/audit-log',
  listAuditHeads: 'get /v1/ops/audit-log/heads',
  listBreaks: 'get /v1/ops/breaks',
  decideBreak: 'post /v1/ops/breaks/{breakId}',
  getBreak: 'get /v1/ops/breaks/{breakId}',
  getBreakAgeing: 'get /v1/ops/breaks/ageing',
  decideBreaks: 'post /v1/ops/breaks/decisions',
  proposeBreaks: 'post /v1/ops/breaks/proposals',
  listReconciliationRuns: 'get /v1/ops/reconciliation/runs',
  listReconciliationRules: 'get /v1/ops/reconciliation/rules',
  proposeReconciliationRules: 'post /v1/ops/reconciliation/rules',
  listDeadLetters: 'get /v1/ops/dead-letters',
  discardDeadLetters: 'post /v1/ops/dead-letters/groups/{groupId}/discard',
  getDeadLetter: 'get /v1/ops/dead-letters/{id}',
  listDeadLetterGroups: 'get /v1/ops/dead-letters/groups',
  listDeadLetterRedrives: 'get /v1/ops/dead-letters/redrives',
  redriveDeadLetters: 'post /v1/ops/dead-letters/groups/{groupId}/redrive',
  rehearseDeadLetter: 'get /v1/ops/dead-letters/{id}/dry-run',
  revealDeadLetter: 'post /v1/ops/dead-letters/{id}/reveal',
  stopDeadLetterRedrive: 'post /v1/ops/dead-letters/redrives/{redriveId}/stop',
  replayDeadLetter: 'post /v1/ops/dead-letters/{id}/replay',
  discardDeadLetter: 'post /v1/ops/dead-letters/{id}/discard',
  listCorridorStops: 'get /v1/ops/corridor-stops',
  setCorridor: 'post /v1/ops/corridors/{corridor}',
  setNetwork: 'post /v1/ops/networks/{network}',
  setParticipant: 'post /v1/ops/participants/{participant}',
  listSwitches: 'get /v1/ops/switches',
  getCorridorStatus: 'get /v1/corridors/{corridor}/status',
  listLedgerAccounts: 'get /v1/ops/ledger/accounts',
  getLedgerStatement: 'get /v1/ops/ledger/accounts/{account}/statement',
  listLedgerBalances: 'get /v1/ops/ledger/balances',
  getTrialBalance: 'get /v1/ops/ledger/trial-balance',
  listOpenEntries: 'get /v1/ops/ledger/entries',
  retryEntry: 'post /v1/ops/ledger/entries/{entryId}/retry',
  giveUpEntry: 'post /v1/ops/ledger/entries/{entryId}/giving-up',
  getLedgerCopy: 'get /v1/ops/ledger/copy',
  listUnknowns: 'get /v1/ops/unknowns',
  listHolds: 'get /v1/ops/holds',
  decideHold: 'post /v1/ops/holds/{paymentId}/decision',
  startJob: 'post /v1/ops/jobs',
  getJob: 'get /v1/ops/jobs/{jobId}',
  listTrustedKeys: 'get /v1/ops/participants/{participant}/keys',
  trustKey: 'post /v1/ops/participants/{participant}/keys',
  withdrawTrustedKey: 'post /v1/ops/participants/{participant}/keys/{keyId}/withdrawal',
  setCap: 'post /v1/ops/participants/{participant}/cap',
  listLiquidity: 'get /v1/ops/liquidity',
  listPartners: 'get /v1/ops/partners',
  searchPayments: 'get /v1/ops/payments',
  searchRecalls: 'get /v1/ops/recalls',
  recordRecallAnswer: 'post /v1/ops/recalls/{recallId}/answer',
  getPaymentForOperator: 'get /v1/ops/payments/{paymentId}',
  findSwitchFault: 'post /v1/ops/payments/{paymentId}/switch-fault',
  getPaymentStory: 'get /v1/ops/payments/{paymentId}/story',
  getPaymentEvidence: 'get /v1/ops/payments/{paymentId}/evidence',
  listReports: 'get /v1/ops/reports',
  runReport: 'post /v1/ops/reports/runs',
  listReportRuns: 'get /v1/ops/reports/runs',
  getReportRun: 'get /v1/ops/reports/runs/{runId}',
  listReportFiles: 'get /v1/ops/reports/files',
  downloadReportFile: 'get /v1/ops/reports/files/{fileId}',
  getReportManifest: 'get /v1/ops/reports/files/{fileId}/manifest',
  listReportSchedules: 'get /v1/ops/reports/schedules',
  scheduleReport: 'post /v1/ops/reports/schedules',
  endReportSchedule: 'post /v1/ops/reports/schedules/{scheduleId}/end',
  describeOwnReports: 'get /v1/reports',
  listOwnReports: 'get /v1/reports/files',
  requestReport: 'post /v1/reports/runs',
  getOwnReportRun: 'get /v1/reports/runs/{runId}',
  downloadReport: 'get /v1/reports/files/{fileId}',
  getOwnReportManifest: 'get /v1/reports/files/{fileId}/manifest',
  getStatement: 'get /v1/statements/{currency}',
  listReviews: 'get /v1/ops/reviews',
  listServices: 'get /v1/ops/services',
  proposeCorrection: 'post /v1/ops/statements/corrections',
  proposeReview: 'post /v1/ops/reviews/{paymentId}/proposal',
  listWindows: 'get /v1/ops/windows',
  getWindow: 'get /v1/ops/windows/{windowId}',
  proposeWindow: 'post /v1/ops/windows/{windowId}/approval',
  netWindowWithout: 'post /v1/ops/windows/{windowId}/netting',
  disputeWindow: 'post /v1/ops/windows/{windowId}/dispute',
  instructWindow: 'post /v1/ops/windows/{windowId}/instruction',
  takeFinalisation: 'post /v1/ops/windows/{windowId}/finalisation',
  listInstructions: 'get /v1/ops/instructions',
  getInstruction: 'get /v1/ops/instructions/{instructionId}',
  getInstructionFile: 'get /v1/ops/instructions/{instructionId}/file',
  declareInstructionDead: 'post /v1/ops/instructions/{instructionId}/dead',
  withdrawInstruction: 'post /v1/ops/instructions/{instructionId}/withdrawal',
  listEvents: 'get /v1/events',
  createWebhookEndpoint: 'post /v1/webhook-endpoints',
  listWebhookEndpoints: 'get /v1/webhook-endpoints',
  getWebhookEndpoint: 'get /v1/webhook-endpoints/{endpointId}',
  deleteWebhookEndpoint: 'delete /v1/webhook-endpoints/{endpointId}',
  enableWebhookEndpoint: 'post /v1/webhook-endpoints/{endpointId}/enable',
  rotateWebhookKey: 'post /v1/webhook-endpoints/{endpointId}/keys',
  testWebhookEndpoint: 'post /v1/webhook-endpoints/{endpointId}/test',
  listWebhookDeliveries: 'get /v1/webhook-endpoints/{endpointId}/deliveries',
  resendWebhook: 'post /v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/resend',
  resendFailedWebhooks: 'post /v1/webhook-endpoints/{endpointId}/resend',
  listAllWebhookEndpoints: 'get /v1/ops/webhook-endpoints',
  listLookupUse: 'get /v1/ops/lookups',
  listClosePeriods: 'get /v1/ops/close',
  getCloseChecklist: 'get /v1/ops/close/{period}',
  closePeriod: 'post /v1/ops/close/{period}',
  signCloseStep: 'post /v1/ops/close/{period}/steps/{step}',
  proposeReopening: 'post /v1/ops/close/{period}/reopening',
  getCloseReport: 'get /v1/ops/close/{period}/report',
  listJournal: 'get /v1/ops/close/{period}/journal',
  listFxPositions: 'get /v1/ops/fx-positions',
  setReferenceRate: 'post /v1/ops/reference-rates',
  listFees: 'get /v1/ops/fees',
  issueInvoices: 'post /v1/ops/invoices',
  listInvoices: 'get /v1/ops/invoices',
  getInvoice: 'get /v1/ops/invoices/{number}',
  listSettlementBanks: 'get /v1/ops/banks',
  listBankStatements: 'get /v1/ops/banks/statements',
  listBankLines: 'get /v1/ops/banks/lines',
  getBankFile: 'get /v1/ops/banks/statements/{sha256}/file',
  sendInstructionByHand: 'post /v1/ops/banks/instructions/{instructionId}/send',
  handInBankFile: 'post /v1/ops/banks/{bank}/files',
  fetchBank: 'post /v1/ops/banks/{bank}/fetch',
  listSuspense: 'get /v1/ops/suspense',
  cureSuspense: 'post /v1/ops/suspense/{itemId}/cure',
};

/** Every object of the document, with the way to it. */
function walk(value: unknown, way: string, visit: (node: Json, way: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Json, way);
  for (const [key, inner] of Object.entries(value)) walk(inner, `${way}/${key}`, visit);
}

describe('an operation', () => {
  it('keeps the id that it was published with', () => {
    const ids = operations.map(({ operationId, at }) => [operationId, at]);
    expect(new Set(ids.map(([id]) => id)).size).toBe(ids.length);
    expect(Object.fromEntries(ids)).toEqual(OPERATION_IDS);
  });
});

describe('a pattern', () => {
  const patterns = new Set<string>();
  walk(document, '', ({ pattern }) => typeof pattern === 'string' && patterns.add(pattern));

  it('is read alike by ECMAScript, RE2, Java and Python', () => {
    // Look-around, named groups, back references, Unicode properties and escapes differ or are missing.
    const foreign = /\(\?(?!:)|\\[pPkKuUcCxXzZAGhHRbB1-9]/;
    expect(patterns.size).toBeGreaterThan(5);
    expect([...patterns].filter((pattern) => foreign.test(pattern))).toEqual([]);
  });

  it('says the same with and without the flag u, and where it begins and ends', () => {
    for (const pattern of patterns) {
      expect(pattern).toMatch(/^\^.*\$$/s);
      expect(() => [new RegExp(pattern), new RegExp(pattern, 'u')]).not.toThrow();
    }
  });
});

describe('a description', () => {
  it('stands at every field: `.meta({ description })` at its schema, or a line in glossary.ts', () => {
    const untold: string[] = [];
    for (const [name, schema] of Object.entries(document.components.schemas))
      walk(schema, name, ({ properties }, way) => {
        for (const [field, { description }] of Object.entries((properties ?? {}) as Record<string, Told>))
          if (description === undefined) untold.push(`${way} ${field}: ${name}.${field} in glossary.ts`);
      });
    expect(untold).toEqual([]);
  });

  it('stands at every parameter, likewise', () => {
    const untold = operations.flatMap(({ parameters = [], operationId }) =>
      parameters
        .filter(({ description }) => description === undefined)
        .map(({ name }) => `${operationId}.${name}`),
    );
    expect(untold).toEqual([]);
  });

  it('stands at every answer and every header of it (`headers` of an answer in @Endpoint)', () => {
    const untold = operations.flatMap(({ responses, at }) =>
      Object.entries(responses).flatMap(([status, { description, headers = {} }]) =>
        [['', { description }] as const, ...Object.entries(headers)]
          .filter(([, told]) => (told.description ?? '') === '')
          .map(([name]) => `${at} ${status} ${name}`),
      ),
    );
    expect(untold).toEqual([]);
  });

  it('stands at every body in XML (`body` in @Endpoint), and at every heading', () => {
    const xml = operations.filter(({ requestBody }) => 'application/xml' in (requestBody?.content ?? {}));
    expect(xml.map(({ operationId }) => operationId).sort()).toEqual([
      'sendAcmt023',
      'sendCamt029',
      'sendCamt056',
      'sendPacs004',
      'sendPacs008',
      'sendPacs028',
    ]);
    for (const { requestBody, operationId } of xml)
      expect(requestBody!.description).toContain(
        `${operationId
          .slice(4)
          .toLowerCase()
          .replace(/(?=\d)/, '.')}`,
      );
    for (const { description } of document.tags) expect(description).toBeDefined();
  });

  it('has no line in glossary.ts for what is not there', async () => {
    const { GLOSSARY } = await import('./glossary.js');
    const text = JSON.stringify(document);
    const unused = Object.entries(GLOSSARY).filter(
      ([, meaning]) => !text.includes(JSON.stringify(meaning).slice(1, -1)),
    );
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

describe('an example', () => {
  const told = operations.flatMap(({ at, responses }) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([mediaType, { examples = {} }]) =>
        Object.entries(examples).map(([name, { value }]) => ({ at, status, mediaType, name, value })),
      ),
    ),
  );

  it.each(told)('of $at $status $name is what is declared', ({ at, status, mediaType, value }) => {
    const [method = '', path = ''] = at.split(' ');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const headers = new Headers({ 'content-type': mediaType });
    expectDeclared(method, path, { status: Number.parseInt(status, 10), headers, text });
  });

  it('of a request is taken by its schema', () => {
    for (const { body, endpoint } of routesOf(controllersOf(GatewayModule))) {
      const examples = Object.values(examplesOf(endpoint?.operationId ?? '', 'request') ?? {}) as {
        value: unknown;
      }[];
      for (const { value } of examples)
        if (typeof value !== 'string')
          expect([endpoint!.operationId, body!.safeParse(value).error?.issues]).toEqual([
            endpoint!.operationId,
            undefined,
          ]);
    }
  });
});
