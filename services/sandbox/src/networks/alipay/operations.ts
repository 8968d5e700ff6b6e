import { REPORTS } from './sftp.js';
import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';

const code = {
  fits: (text: string) => /^[A-Z_]{1,64}$/.test(text),
  rule: 'a result code: capital letters and underscores',
};
const answering = [...ANSWERING, 'bad_signature', 'unknown_key'] as const;
const telling = ['delay', 'timeout_before', 'timeout_after', 'duplicate', 'unknown_key'] as const;

/** What Alipay+ serves, and what it does as the payer's side. */
export const OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  [REPORTS]: { faults: ['file_late', 'file_short', 'file_gap', 'file_total'], facts: [], code },
  userInitiatedPay: { faults: answering, facts: [], code },
  notifyPayment: {
    faults: [...answering, 'duplicate', 'late_callback', 'wrong_amount'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code,
    addMinor: wholeSteps(1n),
  },
  refund: {
    faults: [...answering, 'duplicate', 'late_callback', 'wrong_amount'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code,
    addMinor: wholeSteps(1n),
  },
  notifyPushPayment: { faults: answering, facts: ['reference'], code },
  'pay.pushPayment': {
    faults: [...telling, 'wrong_amount', 'reset'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code: textUpTo(64),
    addMinor: wholeSteps(100n),
  },
  getPaymentCode: { faults: answering, facts: [], code },
  'pay.pay': {
    faults: ['delay', 'timeout_before', 'timeout_after', 'duplicate'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code: textUpTo(64),
  },
  'pay.refund': {
    faults: [...telling, 'wrong_amount'],
    facts: ['minor', 'currency', 'reference'],
    code: textUpTo(64),
    addMinor: wholeSteps(1n),
  },
  'pay.cancelPayment': { faults: telling, facts: ['reference'], code: textUpTo(64) },
};
