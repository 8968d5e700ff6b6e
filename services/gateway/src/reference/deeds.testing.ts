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
const REVIEWS = 'services/routing/src/review/review.medium.spec.ts';
const CORRECTIONS = 'services/settlement/src/reconciliation/correction.medium.spec.ts';
const REFUSALS = 'services/routing/src/payment/payment-refusals.medium.spec.ts';
const ENDPOINTS = 'services/gateway/src/webhook/webhook-deed.medium.spec.ts';
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
    action: /^break\.(assign|resolve)$/,
    seenIn: 'services/settlement/src/operator/deed.medium.spec.ts',
  },
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
  proposeReview: { action: /^review\.propose\./, seenIn: REVIEWS },
  decideReview: { action: /^review\.(approve|reject)$/, seenIn: REVIEWS },
  proposeCorrection: { action: /^statement\.propose$/, seenIn: CORRECTIONS },
  decideCorrection: { action: /^statement\.(approve|reject)$/, seenIn: CORRECTIONS },
};
