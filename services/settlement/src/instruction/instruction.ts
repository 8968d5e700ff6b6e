import type { InstructionFormat } from '@tonle/bank-files';
import type { InstructionState } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';

/** `pay_in`: the participant's account is debited for the scheme's; `pay_out`: the other way. */
export type PaymentDirection = 'pay_in' | 'pay_out';

/** One transfer of an instruction. */
export interface InstructionLine {
  readonly lineNo: number;
  readonly participant: string;
  readonly direction: PaymentDirection;
  readonly amountMinor: bigint;
  readonly endToEndId: string;
  readonly uetr: string;
}

/** An instruction as it is kept: what was made, for whom, and its bytes. */
export interface PreparedInstruction {
  readonly instructionId: string;
  readonly bank: string;
  readonly currency: string;
  /** Null for the file of a window without anything to pay. */
  readonly sequence: number | null;
  readonly windowId: string;
  readonly attempt: number;
  readonly format: InstructionFormat;
  readonly messageId: string;
  readonly valueDate: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly signature: string | null;
  readonly madeBy: string;
  readonly lines: readonly InstructionLine[];
}

/** An instruction that has to reach its bank, or that the bank has not answered. */
export interface DueInstruction {
  readonly instructionId: string;
  readonly bank: string;
  readonly currency: string;
  readonly sequence: number;
  readonly windowId: string;
  readonly format: InstructionFormat;
  readonly messageId: string;
  readonly valueDate: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly signature: string | null;
  readonly state: 'PREPARED' | 'SENT';
  readonly sentAt: Date | null;
}

/** Money in suspense that is to go back to an account at, or behind, a settlement bank. */
export interface MoneyToReturn {
  readonly itemId: string;
  /** Names the line by which it came. */
  readonly lineId: string;
  readonly bank: string;
  readonly currency: string;
  /** Above zero. */
  readonly minor: bigint;
  readonly to: { readonly name: string; readonly account: string };
}

/** The scheme's account that it leaves, and how its bank is told. */
export interface ReturnTerms {
  readonly account: string;
  readonly instruction: InstructionFormat;
  readonly calendar: CalendarBody;
}

/** An instruction that sends money back and has not left: its transfer is in its bytes. */
export type UnsentReturn = Pick<
  DueInstruction,
  'bank' | 'currency' | 'sequence' | 'valueDate' | 'format' | 'bytes'
>;

/** What the bank's line says of a line of an instruction. */
export type CoverageRequest = LineName & {
  /** Signed as the bank's line is: above zero it came to the scheme's account. */
  readonly minor: bigint;
  /** The bank's line, and which part of it: each is used once (I17). */
  readonly lineId: string;
  readonly part: number;
  /** YYYY-MM-DD. */
  readonly valueDate: string;
};

export type LineName =
  { readonly endToEndId: string } | { readonly instructionId: string; readonly lineNo: number };

/** A part of a line of the bank that undoes what a part of an earlier one has covered. */
export interface TakenBack {
  readonly undone: { readonly lineId: string; readonly part: number };
  readonly lineId: string;
  readonly part: number;
}

/** What people cover by an entry of their own: a write-off, or money that had come under no reference. */
export interface PeoplesCoverage {
  readonly windowId: string;
  readonly participant: string;
  /** Above zero. */
  readonly minor: bigint;
  readonly entryId: string;
  readonly approvalId: string;
}

/** A line of an instruction as coverage needs it, its window locked. */
export interface CoveredLine {
  readonly instructionId: string;
  readonly lineNo: number;
  readonly endToEndId: string;
  readonly state: InstructionState;
  readonly windowId: string;
  readonly bank: string;
  readonly currency: string;
  readonly participant: string;
  readonly direction: PaymentDirection;
  readonly amountMinor: bigint;
  readonly coveredMinor: bigint;
  readonly valueDate: string;
}

export type CoverageRefusalReason =
  | 'line_unknown'
  /** The bank cannot know of it: it has not been sent. */
  | 'instruction_not_sent'
  /** Another instruction has taken its place. */
  | 'instruction_superseded'
  /** Money left where it had to come, or the other way. */
  | 'wrong_direction'
  /** As much as `openMinor` may be covered; the rest is something else. */
  | 'more_than_open';

export type CoverageVerdict =
  | {
      readonly kind: 'covered';
      readonly windowId: string;
      readonly participant: string;
      /** What is still open on the line. */
      readonly openMinor: bigint;
      /** Its value date is after that of the instruction. */
      readonly isLate: boolean;
      /** The bank had rejected it. */
      readonly contradicts: boolean;
    }
  /** This part of this line has done so before. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly reason: CoverageRefusalReason; readonly openMinor: bigint };
