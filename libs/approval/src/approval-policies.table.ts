import type { ApprovalKindName } from '@tonle/contracts';
import type { ApprovalPolicy } from './approval-policy.js';

// Who has to approve what. Amounts are minor units: 10,000.00 USD and about as much in the others.

const MODEST: Readonly<Record<string, bigint>> = {
  KHR: 4_000_000_000n,
  USD: 1_000_000n,
  THB: 35_000_000n,
  LAK: 21_500_000_000n,
  VND: 250_000_000n,
  JPY: 1_500_000n,
  CNY: 7_200_000n,
  RWF: 14_000_000n,
};
const OPERATIONS = { hours: 4 };
const FINANCE = { bankingDays: 3 };

const ONE = [{ approvals: 1 }];
const BY_AMOUNT = [{ approvals: 1, upTo: MODEST }, { approvals: 2 }];

/** By kind of deed. */
export const APPROVAL_POLICIES: Readonly<Record<ApprovalKindName, ApprovalPolicy>> = {
  // What became of a leg that no answer ends: money is posted, paid out or paid back.
  'payment.review': { version: 1, tiers: BY_AMOUNT, expires: OPERATIONS },
  // Reads files in place of those that were taken of a day.
  'statement.correction': { version: 1, tiers: ONE, expires: FINANCE },
  // Nets are paid: the sum of what is paid in.
  'settlement.window': { version: 1, tiers: BY_AMOUNT, expires: FINANCE },
  // What a bank or an operator says has become of an instruction is posted.
  'settlement.finalisation': { version: 1, tiers: BY_AMOUNT, expires: FINANCE },
  // The bank will never carry out an instruction, so that another may take its place.
  'settlement.instruction': { version: 1, tiers: ONE, expires: FINANCE },
  // An instruction that was not sent is not sent at all; until then it is held.
  'settlement.withdrawal': { version: 1, tiers: ONE, expires: OPERATIONS },
  // A participant that does not pay is taken out of a net.
  'settlement.removal': { version: 1, tiers: [{ approvals: 2 }], expires: OPERATIONS },
  // A difference is ended, with what is done about it.
  'break.resolution': { version: 1, tiers: BY_AMOUNT, expires: FINANCE },
  // A bank's file that did not come by itself is taken: money moves by it.
  'bank.file': { version: 1, tiers: ONE, expires: FINANCE },
  // Rules that days to come are compared by.
  'reconciliation.rules': { version: 1, tiers: ONE, expires: FINANCE },
  // Money in suspense goes where it belongs, back, or is written off.
  'suspense.decision': { version: 1, tiers: BY_AMOUNT, expires: FINANCE },
  // What the ledger has refused will not be booked.
  'ledger.entry': { version: 1, tiers: BY_AMOUNT, expires: FINANCE },
  // A closed day or month is opened again.
  'period.reopening': { version: 1, tiers: [{ approvals: 2 }], expires: FINANCE },
  // What positions of an open day are valued by, in place of the rate that stands.
  'reference.rate': { version: 1, tiers: ONE, expires: FINANCE },
  // A participant may owe more: by how much.
  'participant.cap': { version: 1, tiers: BY_AMOUNT, expires: OPERATIONS },
  // A directory file lets more through, or trusts a key: nobody knows who wrote it, so two others look at it.
  'directory.change': { version: 1, tiers: [{ approvals: 2 }], approvalsLeast: 2, expires: FINANCE },
  // A key that no older one vouches for signs for a participant or a partner: its fingerprint is compared by another way.
  'key.trust': { version: 1, tiers: ONE, expires: FINANCE },
  // The same for an operator: whoever proposes a key of their own for another operator would be two people with one other's approval.
  'operator.trust': { version: 1, tiers: [{ approvals: 2 }], approvalsLeast: 2, expires: FINANCE },
  // More payments are let through than now; what lets fewer through is done at once, by one.
  'corridor.opening': { version: 1, tiers: ONE, expires: OPERATIONS },
  'network.opening': { version: 1, tiers: ONE, expires: OPERATIONS },
  'participant.opening': { version: 1, tiers: ONE, expires: OPERATIONS },
  // Many records that a service could not handle are given to it again.
  'dead-letter.redrive': { version: 1, tiers: ONE, expires: OPERATIONS },
};
