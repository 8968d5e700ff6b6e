// The examples of the OpenAPI document are sent as they stand to a sandbox: each is taken, and answered as it says.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { auditDayOf } from '@tonle/contracts';
import { DEEDS, EXAMPLES } from '../../services/gateway/src/reference/deeds.testing.js';
import { publicApi } from '../../services/gateway/src/reference/public-api.js';
import { TestInstallation } from '../world/installation.js';

jest.setTimeout(180_000);

interface Content {
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Content>> }>>;
}
interface Step {
  readonly signer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** What it is about is not there in a sandbox at rest: the request is understood, and refused with one of these. */
  readonly refused?: readonly number[];
  /** Sent first: a quote is used once. */
  readonly quoted?: boolean;
}

const WAITING = { prefer: 'wait=20' };
const operator: Step = { signer: 'OPERATOR' };
/** In this order; a new operation adds its line. */
const STEPS: Readonly<Record<string, Step>> = {
  listCorridors: {},
  createLookup: {},
  createQuote: {},
  createPaymentCode: {},
  createPayment: { headers: { 'idempotency-key': randomUUID(), ...WAITING } },
  createRefund: { headers: { 'idempotency-key': randomUUID(), ...WAITING }, refused: [404] },
  createRecall: { headers: { 'idempotency-key': randomUUID() } },
  listRecalls: {},
  getRecall: { refused: [404] },
  answerRecall: { refused: [404] },
  getPayment: {},
  listPayments: {},
  sendPacs008: { headers: WAITING, quoted: true },
  sendPacs028: {},
  sendAcmt023: {},
  sendPacs004: { headers: WAITING },
  sendCamt056: {},
  sendCamt029: { refused: [404] },
  listEvents: {},
  createWebhookEndpoint: {},
  listWebhookEndpoints: {},
  getWebhookEndpoint: {},
  testWebhookEndpoint: {},
  listWebhookDeliveries: {},
  resendWebhook: { refused: [404] },
  resendFailedWebhooks: {},
  rotateWebhookKey: {},
  enableWebhookEndpoint: {},
  describeOwnReports: {},
  listOwnReports: {},
  requestReport: {},
  getOwnReportRun: { refused: [404] },
  downloadReport: { refused: [404] },
  getOwnReportManifest: { refused: [404] },
  getStatement: {},
  listReports: operator,
  runReport: operator,
  listReportRuns: operator,
  getReportRun: { ...operator, refused: [404] },
  listReportFiles: operator,
  downloadReportFile: { ...operator, refused: [404] },
  getReportManifest: { ...operator, refused: [404] },
  scheduleReport: operator,
  listReportSchedules: operator,
  endReportSchedule: { ...operator, refused: [404] },
  listAllWebhookEndpoints: { signer: 'OPERATOR' },
  deleteWebhookEndpoint: {},
  pushRates: { signer: 'FXNAGA' },
  registerKey: {},
  listKeys: {},
  withdrawKey: {},
  listOperatorActions: operator,
  runAudit: operator,
  listAuditLog: operator,
  listAuditHeads: operator,
  listCorridorStops: operator,
  listBreaks: operator,
  listHolds: operator,
  listLiquidity: operator,
  listPartners: operator,
  listCalendars: operator,
  listMissingStatements: operator,
  listSettlementBanks: operator,
  listBankStatements: operator,
  listBankLines: operator,
  getBankFile: { ...operator, refused: [400, 404] },
  sendInstructionByHand: { ...operator, refused: [404] },
  handInBankFile: { ...operator, refused: [422] },
  fetchBank: operator,
  listSuspense: operator,
  cureSuspense: { ...operator, refused: [404] },
  proposeCorrection: { ...operator, refused: [409] },
  listTrustedKeys: operator,
  trustKey: operator,
  withdrawTrustedKey: { ...operator, refused: [404] },
  setCap: operator,
  listApprovals: operator,
  getApproval: { ...operator, refused: [404] },
  decideApproval: { ...operator, refused: [404] },
  listLookupUse: operator,
  searchPayments: operator,
  getPaymentForOperator: operator,
  listReviews: operator,
  listWindows: operator,
  getWindow: { ...operator, refused: [404] },
  proposeWindow: { ...operator, refused: [404] },
  netWindowWithout: { ...operator, refused: [404] },
  disputeWindow: { ...operator, refused: [404] },
  instructWindow: { ...operator, refused: [404] },
  takeFinalisation: { ...operator, refused: [422] },
  listInstructions: operator,
  getInstruction: { ...operator, refused: [404] },
  getInstructionFile: { ...operator, refused: [404] },
  declareInstructionDead: { ...operator, refused: [404] },
  withdrawInstruction: { ...operator, refused: [404] },
  startJob: operator,
  getJob: operator,
  setCorridor: operator,
  getCorridorStatus: {},
  listSwitches: operator,
  listLedgerAccounts: operator,
  // A switch that has just begun has copied nothing yet.
  listLedgerBalances: { ...operator, refused: [200, 409] },
  getTrialBalance: { ...operator, refused: [200, 409] },
  getLedgerStatement: { ...operator, refused: [404, 409] },
  listOpenEntries: operator,
  retryEntry: { ...operator, refused: [404] },
  giveUpEntry: { ...operator, refused: [404] },
  getLedgerCopy: operator,
  listUnknowns: operator,
  setNetwork: { ...operator, refused: [404] },
  setParticipant: operator,
  decideHold: { ...operator, refused: [409] },
  decideBreak: { ...operator, refused: [404] },
  getBreak: { ...operator, refused: [404] },
  getBreakAgeing: operator,
  decideBreaks: { ...operator, refused: [404] },
  proposeBreaks: { ...operator, refused: [404] },
  listReconciliationRuns: operator,
  listReconciliationRules: operator,
  proposeReconciliationRules: operator,
  proposeReview: { ...operator, refused: [409] },
  listDeadLetters: operator,
  getDeadLetter: { ...operator, refused: [404] },
  rehearseDeadLetter: { ...operator, refused: [404] },
  revealDeadLetter: { ...operator, refused: [404] },
  listDeadLetterGroups: operator,
  listDeadLetterRedrives: operator,
  redriveDeadLetters: { ...operator, refused: [404] },
  discardDeadLetters: { ...operator, refused: [404] },
  stopDeadLetterRedrive: { ...operator, refused: [404] },
  searchRecalls: operator,
  recordRecallAnswer: { ...operator, refused: [404] },
  findSwitchFault: operator,
  listServices: operator,
  listClosePeriods: operator,
  getCloseChecklist: operator,
  signCloseStep: { ...operator, refused: [409] },
  closePeriod: { ...operator, refused: [409] },
  proposeReopening: { ...operator, refused: [409] },
  getCloseReport: { ...operator, refused: [404] },
  listJournal: operator,
  listFxPositions: operator,
  setReferenceRate: operator,
  listFees: { ...operator, query: `?month=${new Date().toISOString().slice(0, 7)}` },
  issueInvoices: { ...operator, refused: [409] },
  listInvoices: operator,
  getInvoice: { ...operator, refused: [404] },
  getPaymentStory: operator,
  getPaymentEvidence: { ...operator, query: '?reason=the%20payer%20asks' },
  replayDeadLetter: { ...operator, refused: [404] },
  discardDeadLetter: { ...operator, refused: [404] },
  withdrawRates: { signer: 'FXNAGA', query: '?sourceCurrency=KHR&targetCurrency=THB' },
};

const { paths } = publicApi() as { paths: Record<string, Record<string, Operation>> };
const operations = new Map(
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [
      operation.operationId,
      { ...operation, path, method: method.toUpperCase() },
    ]),
  ),
);

/** What the examples name, and what the sandbox named it: ids and amounts that came in answers. */
class Names {
  private readonly real = new Map<string, string>();
  private readonly byField = new Map([
    ['corridor', 'KH-TH'],
    // It has begun, and is not over.
    ['period', auditDayOf(Date.now())],
    ['step', 'windows_settled'],
    // Of a day when there was no sandbox yet.
    ['windowId', 'THSWITCH-THB-2020-01-02'],
    ['bank', 'THSETTLE'],
    ['number', 'INV-000000'],
    ['approvalId', `settlement.${randomUUID()}`],
    ['id', `settlement.${randomUUID()}`],
    ['groupId', `settlement.${'0'.repeat(32)}`],
    ['redriveId', `settlement.${randomUUID()}`],
  ]);

  learn(example: unknown, answer: unknown, field = ''): void {
    if (typeof example === 'string' && typeof answer === 'string') {
      if (/Id$|^amount$/.test(field)) this.real.set(example, answer);
      if (!this.byField.has(field)) this.byField.set(field, answer);
    } else if (isObject(example) && isObject(answer))
      for (const [key, value] of Object.entries(example)) this.learn(value, answer[key], key);
  }

  /** The request as it is to be sent now: messages are of this moment, not of the day when they were written. */
  put(text: string): string {
    const now = new Date().toISOString();
    const named = [...this.real].reduce((so, [example, real]) => so.replaceAll(example, real), text);
    return named
      .replaceAll(/(?<=<(?:CreDtTm|AccptncDtTm)>)[^<]+/g, now)
      .replaceAll(/(?<=<IntrBkSttlmDt>)[^<]+/g, now.slice(0, 10));
  }

  path(template: string): string {
    return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => this.byField.get(name) ?? randomUUID());
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const valuesOf = (content: Content | undefined): readonly unknown[] =>
  Object.values(content?.examples ?? {}).map(({ value }) => value);

describe('the examples of the OpenAPI document', () => {
  const names = new Names();
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start('single');
    await world.prepare();
  });
  afterAll(async () => {
    await world?.stop();
  });

  const send = async (operationId: string, example: unknown, mediaType: string): Promise<void> => {
    const { signer = 'KHMEKONG', headers = {}, query = '', refused } = STEPS[operationId]!;
    const { method, path, responses } = operations.get(operationId)!;
    const text = typeof example === 'string' ? example : JSON.stringify(example);
    const body = example === undefined ? undefined : Buffer.from(names.put(text));
    const typed = body === undefined ? headers : { 'content-type': mediaType, ...headers };
    const target = names.path(path) + query;
    const answer = await world.as(signer).send<unknown>(method, target, body, typed);
    const answered = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    const wanted =
      refused ??
      Object.keys(responses)
        .map(Number)
        .filter((status) => status < 300);
    expect({ operationId, answered: wanted.includes(answer.status) ? '' : answered }).toEqual({
      operationId,
      answered: '',
    });
    const [told] = valuesOf(Object.values(responses[answer.status]!.content)[0]);
    if (refused === undefined) names.learn(told, answer.body);
  };

  it('are of all operations', () => {
    expect(Object.keys(STEPS).sort()).toEqual([...operations.keys()].sort());
    const bare = [...operations.values()]
      .filter(({ requestBody }) => requestBody !== undefined)
      .filter(({ requestBody }) => valuesOf(Object.values(requestBody!.content)[0]).length === 0)
      .map(({ operationId }) => `examples/${operationId}.request.json is missing`);
    expect(bare).toEqual([]);
  });

  it.each(Object.keys(STEPS))('%s is answered', async (operationId) => {
    const [[mediaType, content] = ['', undefined]] = Object.entries(
      operations.get(operationId)!.requestBody?.content ?? {},
    );
    const examples = valuesOf(content);
    for (const example of examples.length === 0 ? [undefined] : examples) {
      if (STEPS[operationId]!.quoted === true)
        await send(
          'createQuote',
          valuesOf(operations.get('createQuote')!.requestBody!.content['application/json'])[0],
          'application/json',
        );
      await send(operationId, example, mediaType);
    }
  });

  it('that change something are in the audit log', async () => {
    const found = new Set<string>();
    for (let cursor = ''; ;) {
      const { body } = await world
        .as('OPERATOR')
        .get<{ entries: { action: string }[]; next?: string }>(`/v1/ops/audit-log?limit=500${cursor}`);
      for (const { action } of body.entries) found.add(action);
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    const claimed = Object.entries(DEEDS).flatMap(([operationId, deed]) =>
      'action' in deed && deed.seenIn === EXAMPLES ? [{ operationId, ...deed }] : [],
    );
    expect(claimed.filter(({ operationId }) => STEPS[operationId]!.refused !== undefined)).toEqual([]);
    expect(claimed.filter(({ action }) => ![...found].some((each) => action.test(each)))).toEqual([]);
  });
});
