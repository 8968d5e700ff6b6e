import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';

/** What a core's text of a refusal has room for: `REJECTED AT CORE DUE TO: [...]` in an AddtlInf of 105 characters. */
const CORE_TEXT_MAX = 105 - 'REJECTED AT CORE DUE TO: []'.length;
const TEXT_MAX = 100;
/** Riel have no decimals on this wire, dollars may have. */
const STEP = 100n;

const order = {
  faults: [...ANSWERING, 'duplicate', 'late_callback', 'wrong_amount'],
  code: textUpTo(CORE_TEXT_MAX),
  addMinor: wholeSteps(STEP),
} as const;

const asked = (...facts: FaultyOperation['facts']): FaultyOperation => ({
  faults: ANSWERING,
  facts,
  code: {
    fits: (code) => textUpTo(TEXT_MAX).fits(code) && !/^\d{7,}$/.test(code),
    rule: `an error code of up to six digits, or ${textUpTo(TEXT_MAX).rule}`,
  },
});

/** The participant interface, and the paths of the Open API. */
export const BAKONG_OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  makeFullFundTransfer: { ...order, facts: ['account', 'minor', 'currency', 'reference'] },
  makeReverseTransaction: { ...order, facts: ['minor', 'currency', 'reference'] },
  getIncomingTransaction: { faults: ANSWERING, facts: [], code: textUpTo(TEXT_MAX) },
  renew_token: asked(),
  check_transaction_by_hash: asked('reference'),
  check_transaction_by_hash_list: asked(),
  check_transaction_by_md5: asked(),
  check_transaction_by_external_ref: asked('reference'),
  check_bakong_account: asked('account'),
  list_transactions: asked(),
};
