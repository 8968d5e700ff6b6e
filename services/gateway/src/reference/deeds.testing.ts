// What each operation that changes something leaves in the audit log (record 28), and the test that has seen it there.

/** The deed of an operation. */
interface Recorded {
  readonly action: RegExp;
  /** The test that finds it in the log of its service. */
  readonly seenIn: string;
}

/** Why an operation is no deed. */
interface Unrecorded {
  readonly because: string;
}

/** All of its operations that are answered other than by a refusal are looked for in the log. */
export const EXAMPLES = 'tests/e2e/examples.spec.ts';
const RECALLS = 'services/routing/src/recall/recall.medium.spec.ts';
const DESK = 'libs/platform/src/dead-letter-desk.medium.spec.ts';
const APPROVALS = 'libs/approval/src/approvals.medium.spec.ts';
const REVIEWS = 'services/routing/src/review/review.medium.spec.ts';
const CORRECTIONS = 'services/settlement/src/reconciliation/correction.medium.spec.ts';
const BREAKS = 'services/settlement/src/reconciliation/break-life.medium.spec.ts';
const WINDOWS = 'services/settlement/src/window/window-life.medium.spec.ts';
const WITHDRAWALS = 'services/settlement/src/instruction/withdrawal.medium.spec.ts';
const ENTRIES = 'services/settlement/src/ledger/refused-entries.medium.spec.ts';
const FINALISATIONS = 'services/settlement/src/finalisation/finalisation.medium.spec.ts';
const BANKS = 'services/settlement/src/bank/bank-link.medium.spec.ts';
const REFUSALS = 'services/routing/src/payment/payment-refusals.medium.spec.ts';
const ENDPOINTS = 'services/gateway/src/webhook/webhook-deed.medium.spec.ts';
const CLOSE = 'services/settlement/src/close/close.medium.spec.ts';
const REPORTS = 'services/settlement/src/report/report-run.medium.spec.ts';
const SCHEDULES = 'services/settlement/src/report/report-schedule.medium.spec.ts';
const KEYS = 'services/routing/src/key/key.medium.spec.ts';
const PAYMENT = { because: 'a payment is its own record, with every message and step of it' };
const ASKS = { because: 'it only asks' };

/** By operation id; a new operation that is not read with GET adds its line. */
export const DEEDS: Readonly<Record<string, Recorded | Unrecorded>> = {
  createLookup: ASKS,
  sendAcmt023: ASKS,
  sendPacs028: ASKS,
  createQuote: { because: 'fx keeps each quote with who asked for it' },
  createPaymentCode: { because: 'its adapter keeps each code with who asked for it' },
  createPayment: PAYMENT,
  sendPacs008: PAYMENT,
  createRefund: PAYMENT,
  sendPacs004: PAYMENT,
  createRecall: { action: /^recall\.ask$/, seenIn: EXAMPLES },
  sendCamt056: { action: /^recall\.ask$/, seenIn: RECALLS },
  answerRecall: { action: /^recall\.answer\./, seenIn: RECALLS },
  sendCamt029: { action: /^recall\.answer\./, seenIn: RECALLS },
  recordRecallAnswer: { action: /^recall\.answer\./, seenIn: RECALLS },
  createWebhookEndpoint: { action: /^webhook\.(register|change)$/, seenIn: EXAMPLES },
  deleteWebhookEndpoint: { action: /^webhook\.delete$/, seenIn: EXAMPLES },
  enableWebhookEndpoint: { action: /^webhook\.enable$/, seenIn: EXAMPLES },
  rotateWebhookKey: { action: /^webhook\.rotate-key$/, seenIn: EXAMPLES },
  testWebhookEndpoint: { action: /^webhook\.test$/, seenIn: EXAMPLES },
  resendWebhook: { action: /^webhook\.resend$/, seenIn: ENDPOINTS },
  resendFailedWebhooks: { action: /^webhook\.resend-failed$/, seenIn: ENDPOINTS },
  pushRates: { action: /^rates\.push$/, seenIn: EXAMPLES },
  withdrawRates: { action: /^rates\.withdraw$/, seenIn: EXAMPLES },
  registerKey: { action: /^key\.register$/, seenIn: EXAMPLES },
  withdrawKey: { action: /^key\.withdraw$/, seenIn: EXAMPLES },
  decideBreak: {
    action: /^break\.(assign|resolve|note|reopen)$/,
    seenIn: 'services/settlement/src/operator/deed.medium.spec.ts',
  },
  decideBreaks: { action: /^break\.(assign|resolve)$/, seenIn: BREAKS },
  proposeBreaks: { action: /^approval\.propose$/, seenIn: BREAKS },
  proposeReconciliationRules: { action: /^approval\.propose$/, seenIn: BREAKS },
  setCorridor: { action: /^corridor\./, seenIn: REFUSALS },
  setNetwork: { action: /^network\./, seenIn: REFUSALS },
  setParticipant: { action: /^participant\./, seenIn: REFUSALS },
  discardDeadLetter: { action: /^dead-letter\.discard$/, seenIn: DESK },
  replayDeadLetter: { action: /^dead-letter\.replay$/, seenIn: DESK },
  revealDeadLetter: { action: /^dead-letter\.reveal$/, seenIn: DESK },
  discardDeadLetters: { action: /^dead-letter\.discard$/, seenIn: DESK },
  redriveDeadLetters: { action: /^dead-letter\.redrive$/, seenIn: DESK },
  stopDeadLetterRedrive: { action: /^dead-letter\.stop-redrive$/, seenIn: DESK },
  findSwitchFault: {
    action: /^payment\.switch-fault$/,
    seenIn: 'services/routing/src/refund/exact-refund.medium.spec.ts',
  },
  decideHold: { action: /^hold\./, seenIn: REFUSALS },
  startJob: { action: /^job\./, seenIn: EXAMPLES },
  runReport: { action: /^report\.run$/, seenIn: REPORTS },
  requestReport: { action: /^report\.run$/, seenIn: REPORTS },
  scheduleReport: { action: /^report\.schedule$/, seenIn: SCHEDULES },
  endReportSchedule: { action: /^report\.unschedule$/, seenIn: SCHEDULES },
  proposeReview: { action: /^approval\.propose$/, seenIn: REVIEWS },
  closePeriod: { action: /^close\.period$/, seenIn: CLOSE },
  signCloseStep: { action: /^close\.sign$/, seenIn: CLOSE },
  proposeReopening: { action: /^approval\.propose/, seenIn: CLOSE },
  setReferenceRate: {
    action: /^reference-rate\.set$/,
    seenIn: 'services/settlement/src/fx-position/fx-position.medium.spec.ts',
  },
  issueInvoices: {
    action: /^invoice\.issue$/,
    seenIn: 'services/settlement/src/invoice/invoice.medium.spec.ts',
  },
  trustKey: { action: /^key\.trust$/, seenIn: KEYS },
  withdrawTrustedKey: { action: /^key\.withdraw$/, seenIn: KEYS },
  setCap: {
    action: /^cap\.(lower|raise)$/,
    seenIn: 'services/routing/src/liquidity/liquidity.medium.spec.ts',
  },
  decideApproval: { action: /^approval\.(approve|reject|withdraw)$/, seenIn: APPROVALS },
  proposeWindow: { action: /^approval\.propose$/, seenIn: WINDOWS },
  netWindowWithout: { action: /^approval\.propose$/, seenIn: WINDOWS },
  disputeWindow: { action: /^window\.(dispute|end-dispute)$/, seenIn: WINDOWS },
  instructWindow: { action: /^window\.instruct$/, seenIn: WINDOWS },
  takeFinalisation: { action: /^finalisation\.refused$/, seenIn: FINALISATIONS },
  retryEntry: { action: /^entry\.retry$/, seenIn: ENTRIES },
  giveUpEntry: { action: /^approval\.propose$/, seenIn: ENTRIES },
  withdrawInstruction: { action: /^approval\.propose$/, seenIn: WITHDRAWALS },
  declareInstructionDead: { action: /^approval\.propose$/, seenIn: WINDOWS },
  proposeCorrection: { action: /^approval\.propose$/, seenIn: CORRECTIONS },
  sendInstructionByHand: { action: /^instruction\.send-by-hand$/, seenIn: BANKS },
  handInBankFile: { action: /^approval\.(propose|execute)$/, seenIn: BANKS },
  fetchBank: { action: /^bank\.fetch$/, seenIn: BANKS },
  cureSuspense: {
    action: /^approval\.(propose|execute)$/,
    seenIn: 'services/settlement/src/bank/bank-lines.medium.spec.ts',
  },
};
