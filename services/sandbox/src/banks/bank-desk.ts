import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  ANSWER_TO,
  readInstruction,
  writeAcknowledgement,
  type BankFileError,
  type SettlementInstruction,
} from '@tonle/bank-files';
import { isManifestSigned } from '@tonle/security';
import type { BankBooks, BankOrder } from './bank-books.js';
import type { BankScheme } from './bank-scheme.js';

/** What came of an instruction that was handed in. */
export type Taking =
  /** It is in the books, now or from before: the answer is the order's. */
  | { readonly kind: 'taken'; readonly order: BankOrder }
  /** Nobody can say which instruction it is, or it is another one under a known id: nothing was done. */
  | { readonly kind: 'unusable'; readonly status: 400 | 409; readonly issues: readonly string[] };

/** Why an instruction is refused as a whole: an ISO reason, and words. */
interface OrderRefusal {
  readonly reason: string;
  readonly detail: string;
}

export interface HandedIn {
  readonly bytes: Uint8Array;
  /** Base64, of the bytes. */
  readonly signature: string | undefined;
  readonly now: number;
  /** A fault: say nothing yet, or refuse with this reason. */
  readonly fault?: 'pending' | OrderRefusal;
}

/** Has the bank's statement room for the reference? Those of SWIFT have letters, digits and few others, and slashes alone inside. */
export function canTell({ statement }: Pick<BankScheme, 'statement'>, reference: string): boolean {
  return statement !== 'mt940' || /^(?!\/)(?!.*\/[A-Z]{4}\/)[A-Za-z0-9/\-?:().,'+ ]*$/.test(reference);
}

/** Takes instructions: once each, whole or not at all. */
export class BankDesk {
  /** Whose signature an instruction must bear; none where the installation signs none. */
  private readonly signer: KeyObject | undefined;

  constructor(
    private readonly scheme: BankScheme,
    private readonly books: BankBooks,
    keysDir: string,
  ) {
    const path = `${keysDir}/TONLE-settlement.pub.pem`;
    this.signer = existsSync(path) ? createPublicKey(readFileSync(path)) : undefined;
  }

  /** What the bytes say, in whichever currency's scheme account they name. */
  read(bytes: Uint8Array): SettlementInstruction | readonly BankFileError[] {
    let errors: readonly BankFileError[] = [];
    for (const { scheme } of Object.values(this.scheme.currencies)) {
      const reading = readInstruction(bytes, this.scheme.instruction, scheme);
      if (reading.kind === 'read') return reading.instruction;
      // The account that is meant has the fewest objections.
      if (errors.length === 0 || reading.errors.length < errors.length) errors = reading.errors;
    }
    return errors;
  }

  async take(
    instruction: SettlementInstruction | readonly BankFileError[],
    { bytes, signature, now, fault }: HandedIn,
  ): Promise<Taking> {
    if (!('messageId' in instruction))
      return {
        kind: 'unusable',
        status: 400,
        issues: instruction.map(({ code, where, detail }) => `${where}: ${detail} (${code})`),
      };
    const { messageId, currency, sequence, valueDate } = instruction;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = this.books.order(messageId);
    if (known !== undefined) {
      await this.books.settled();
      if (known.entry.sha256 === sha256) return { kind: 'taken', order: known };
      // To call it refused would say that the first one is dead.
      return { kind: 'unusable', status: 409, issues: [`${messageId} came before with other content`] };
    }
    const refusal =
      this.refusalOf(instruction, bytes, signature) ?? (typeof fault === 'object' ? fault : undefined);
    const written = this.books.addOrder({
      ...{ messageId, currency, sequence, sha256, valueDate, at: now },
      ...(refusal === undefined
        ? { status: fault === 'pending' ? ('pending' as const) : ('accepted' as const) }
        : { status: 'rejected' as const, ...refusal }),
      ...this.gapBefore(instruction, refusal),
      transfers: instruction.transfers.map(
        ({ endToEndId, uetr, direction, amountMinor, participant, ...subject }) => ({
          endToEndId,
          ...(uetr !== undefined && { uetr }),
          minor: (direction === 'pay_in' ? amountMinor : -amountMinor).toString(),
          account: participant.account,
          ...subject,
        }),
      ),
    });
    const order = this.books.order(messageId)!;
    await written;
    return { kind: 'taken', order };
  }

  /** Words beside an acceptance: a number that never came will not be taken any more. */
  private gapBefore(
    { currency, sequence }: SettlementInstruction,
    refusal: OrderRefusal | undefined,
  ): { readonly detail?: string } {
    const next = this.books.highestSequence(currency) + 1;
    if (refusal !== undefined || sequence === next) return {};
    return { detail: `numbers ${next} to ${sequence - 1} never came, and are not taken any more` };
  }

  private refusalOf(
    { currency, sequence, transfers, scheme }: SettlementInstruction,
    bytes: Uint8Array,
    signature: string | undefined,
  ): OrderRefusal | undefined {
    if (
      this.signer !== undefined &&
      !isManifestSigned(bytes, Buffer.from(signature ?? '', 'base64'), this.signer)
    )
      return { reason: 'NARR', detail: 'the signature of the instruction is missing or wrong' };
    const kept = this.scheme.currencies[currency];
    if (kept?.scheme !== scheme.account)
      return { reason: 'AM03', detail: `${scheme.account} is no account in ${currency}` };
    const last = this.books.highestSequence(currency);
    // Whoever has sent a later number has given this one up: it is dead for certain.
    if (sequence <= last)
      return { reason: 'NARR', detail: `number ${sequence} comes after ${last}; numbers only rise` };
    const untold = transfers.find(({ endToEndId }) => !canTell(this.scheme, endToEndId));
    if (untold !== undefined)
      return { reason: 'CH16', detail: `${untold.endToEndId} has letters that no MT940 has` };
    const stranger = transfers.find(({ participant }) => kept.accounts[participant.account] === undefined);
    if (stranger !== undefined)
      return {
        reason: 'AC01',
        detail: `${stranger.participant.account} is not kept here (${stranger.endToEndId})`,
      };
    return undefined;
  }

  /** The answer to an order, always the same bytes; undefined while the bank has not decided. */
  acknowledgement({ entry, status }: BankOrder): Uint8Array | undefined {
    if (status === 'pending') return undefined;
    const writing = writeAcknowledgement(
      {
        messageId: `${this.scheme.id}-${entry.messageId}`.slice(0, 35),
        createdAt: new Date(entry.at).toISOString(),
        originalMessageId: entry.messageId,
        status,
        ...(entry.reason !== undefined && { reason: entry.reason }),
        ...(entry.detail !== undefined && { detail: entry.detail }),
        transfers: [],
      },
      ANSWER_TO[this.scheme.instruction],
    );
    if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
    return writing.bytes;
  }
}
