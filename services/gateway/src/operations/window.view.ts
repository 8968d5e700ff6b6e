import type { SettlementInstructionView, WholeInstruction, WholeWindow } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import { showWindow } from './operations.view.js';
import type { PublicInstruction, PublicInstructions, PublicWholeWindow } from './window.schema.js';

/** Approvals are named by the service that does what they are about. */
export const approvalOf = (approvalId: string): string => `settlement.${approvalId}`;

export function showInstruction({
  payInMinor,
  payOutMinor,
  ...instruction
}: SettlementInstructionView): PublicInstructions['instructions'][number] {
  const { currency } = instruction;
  return {
    ...instruction,
    payIn: showAmount({ currency, minor: payInMinor }),
    payOut: showAmount({ currency, minor: payOutMinor }),
  };
}

export function showWholeInstruction({ lines, ...instruction }: WholeInstruction): PublicInstruction {
  const { currency } = instruction;
  return {
    ...showInstruction(instruction),
    lines: lines.map(({ amountMinor, coveredMinor, ...line }) => ({
      ...line,
      amount: showAmount({ currency, minor: amountMinor }),
      covered: showAmount({ currency, minor: coveredMinor }),
    })),
  };
}

export function showWholeWindow({
  approvalId,
  leftOut,
  instructions,
  finalisations,
  ...window
}: WholeWindow): PublicWholeWindow {
  const { currency } = window;
  const { valueCalendars, approvedAt, instructedAt, disputeReason, entries } = window;
  return {
    ...showWindow(window),
    ...(valueCalendars !== undefined && { valueCalendars }),
    ...(approvedAt !== undefined && { approvedAt }),
    ...(instructedAt !== undefined && { instructedAt }),
    ...(disputeReason !== undefined && { disputeReason }),
    ...(approvalId !== undefined && { approvalId: approvalOf(approvalId) }),
    entries,
    leftOut: leftOut.map(({ netMinor, ...left }) => ({
      ...left,
      net: showAmount({ currency, minor: netMinor }),
    })),
    instructions: instructions.map(showWholeInstruction),
    finalisations: finalisations.map(({ approvalId: posted, ...each }) => ({
      ...each,
      ...(posted !== undefined && { approvalId: approvalOf(posted) }),
    })),
  };
}
