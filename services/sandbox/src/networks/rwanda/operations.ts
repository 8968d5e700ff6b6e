import { wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';

const code = {
  fits: (text: string) => /^[1-9]\d{3}$|^[A-Z][A-Z0-9]{3}$/.test(text),
  rule: 'a code of FSPIOP (four digits), or an ISO reason',
};
/** Beside what any answer can do wrong: a receipt says nothing that could be garbled. */
const answering = [
  'delay',
  'timeout_before',
  'timeout_after',
  'reject',
  'http_5xx',
  'reset',
  'duplicate',
  'late_callback',
  'call_back_first',
  'bad_signature',
  'unknown_key',
] as const;
const addMinor = wholeSteps(1n);

/** What eKash serves, each answered by call-back, and what its FSPs do as payers. */
export const OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  parties: { faults: answering, facts: ['account'], code },
  quotes: {
    faults: [...answering, 'wrong_amount'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code,
    addMinor,
  },
  'quotes.get': { faults: answering, facts: ['reference'], code },
  transfers: {
    faults: [...answering, 'wrong_amount', 'wrong_fulfilment'],
    facts: ['account', 'minor', 'currency', 'reference'],
    code,
    addMinor,
  },
  'transfers.get': { faults: answering, facts: ['reference'], code },
  'pay.transfers': {
    faults: [
      'delay',
      'timeout_before',
      'timeout_after',
      'duplicate',
      'wrong_amount',
      'wrong_fulfilment',
      'bad_signature',
      'unknown_key',
    ],
    facts: ['account', 'minor', 'currency', 'reference'],
    code,
    addMinor,
  },
};
