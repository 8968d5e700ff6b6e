import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { ANSWER_TO } from '@tonle/bank-files';
import type { Approvals } from '@tonle/approval';
import { refused, type bankCalls, type BankFileKind, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { amount, amountText, magnitude } from '@tonle/money';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { markSent } from '../instruction/instruction-desk.js';
import { lockWindowOfInstruction } from '../instruction/instruction.store.js';
import { earlierUnsent, isHeld } from '../instruction/withdrawal.store.js';
import { entryPostingText } from '../ledger/entry-posting-text.js';
import { viewAccounts } from './bank.view.js';
import type { BankWire } from './bank-wire.js';
import { handedFormat, type HandedFileKind, type HandedTaken } from './handed-file.kind.js';
import { keepHandedFile } from './handed-file.store.js';
import { sentInstruction } from './instruction-delivery.store.js';
import { schemeAccount, type SchemeAccount } from './settlement-bank.js';
import { faultWords } from './statement-taking.service.js';
import type { StatementFetchJob } from './statement-fetch.job.js';
import { decideCure } from './suspense.decide.js';
import { cureOf, type SuspenseCureKind } from './suspense-cure.kind.js';
import { lockItem } from './suspense.store.js';

type Asked<Name extends keyof typeof bankCalls> = z.infer<(typeof bankCalls)[Name]['request']>;
type Answered<Name extends keyof typeof bankCalls> = z.infer<(typeof bankCalls)[Name]['response']>;

const FILE_BYTES_MAX = 16 * 1024 * 1024;

type Tried = Refusal | Extract<HandedTaken, { kind: 'taken' }>;

/** Rolls back what was tried to see whether it could be done. */
class OnlyTried extends Error {
  constructor(readonly result: Tried) {
    super('only tried');
  }
}

/** What operators do with banks and with money in suspense. */
export class BankService {
  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    private readonly wires: ReadonlyMap<string, BankWire>,
    private readonly fetching: Pick<StatementFetchJob, 'fetch'>,
    private readonly files: HandedFileKind,
    private readonly cures: SuspenseCureKind,
  ) {}

  /** Asks the bank now for what is due. Refuses `bank_unknown`, and `bank_silent` without a link. */
  async fetch({
    bank,
    currency,
    operator,
    participant,
    reason,
  }: Asked<'fetchBank'>): Promise<Answered<'fetchBank'>> {
    const { database, clock } = this.host;
    const account = schemeAccount(this.directory, bank, currency);
    if (account === undefined) return refused('bank_unknown');
    if (!this.wires.has(bank))
      return refused('bank_silent', 'There is no link to this bank: hand its files in.');
    const actor = { kind: 'operator', name: operator, participant } as const;
    const deed = { atMs: clock.now(), actor, action: 'bank.fetch', object: `${bank} ${currency}`, reason };
    await database.transaction((transaction) => recordDeeds(transaction, 'settlement', [deed]));
    await this.fetching.fetch(account);
    const [shown] = await viewAccounts(database, [account], () => true);
    return shown!.link === 'silent'
      ? refused('bank_silent', shown!.says)
      : { kind: 'fetched', account: shown! };
  }

  /**
   * Proposes to take a file that came by hand; it is tried first, so that nobody approves what cannot be taken. Refuses `bank_unknown`,
   * `bank_file_refused`, `bank_file_known`, and what approvals refuse.
   */
  async handIn(request: Asked<'handInBankFile'>): Promise<Answered<'handInBankFile'>> {
    const { bank, currency, kind, content, operator, participant, reason } = request;
    const account = schemeAccount(this.directory, bank, currency);
    if (account === undefined) return refused('bank_unknown');
    const bytes = bytesOf(content);
    if (bytes === undefined)
      return refused('bank_file_refused', 'The content is no base64 of a file, or of its gzip.');
    const tried = await this.tried(account, kind, bytes);
    if (tried.kind === 'refused') return tried;
    const { database, clock, random } = this.host;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const nowMs = clock.now();
    const answer = await database.transaction(async (transaction) => {
      const format =
        kind === 'acknowledgement' ? ANSWER_TO[account.instruction] : handedFormat(account, kind);
      const kept = { fileId: random.id(nowMs), bank, currency, kind, format, sha256, bytes };
      const fileId = await keepHandedFile(transaction, kept, new Date(nowMs));
      return this.approvals.propose(transaction, this.files, {
        payload: { fileId, bank, currency, kind, sha256 },
        target: `${bank} ${currency} ${sha256.slice(0, 16)}`,
        before: { taken: 'nothing of it' },
        after: { taken: 'whole', bank, currency, kind, bytes: bytes.length, ...tried.outcome },
        evidence: sha256,
        ...{ operator, participant, reason },
      });
    });
    if (answer.kind === 'refused') return answer;
    const { approvalId, approvalsRequired } = answer;
    return { kind: 'proposed', approvalId, approvalsRequired, sha256 };
  }

  /**
   * For banks without a link: the instruction is marked as sent before its bytes are given, and given again as often as somebody asks.
   * Refuses `not_found`, and `instruction_not_open` for one that has ended or was superseded.
   */
  sendByHand({
    instructionId,
    operator,
    participant,
    reason,
  }: Asked<'sendByHand'>): Promise<Answered<'sendByHand'>> {
    const { database, clock } = this.host;
    const nowMs = clock.now();
    return database.transaction(async (transaction): Promise<Answered<'sendByHand'>> => {
      const known = await lockWindowOfInstruction(transaction, instructionId);
      if (known?.state === 'PREPARED') {
        const first = await earlierUnsent(transaction, instructionId);
        if (first !== undefined)
          return refused('instruction_not_open', `${first} is sent first: the bank counts without a gap.`);
        if (await isHeld(transaction, instructionId, nowMs))
          return refused('instruction_not_open', 'It is proposed to withdraw it.');
      }
      const outcome = await markSent(transaction, instructionId, new Date(nowMs));
      if (outcome === 'unknown') return refused('not_found');
      const sent = await sentInstruction(transaction, instructionId);
      if (sent === undefined || outcome !== 'done')
        return refused('instruction_not_open', `It is ${sent?.state ?? 'not to be sent'}.`);
      const { messageId, format, bytes, signature, sha256 } = sent;
      const actor = { kind: 'operator', name: operator, participant } as const;
      const deed = { atMs: nowMs, actor, action: 'instruction.send-by-hand', object: instructionId, reason };
      await recordDeeds(transaction, 'settlement', [{ ...deed, after: { messageId, sha256 } }]);
      const content = Buffer.from(bytes).toString('base64');
      return {
        ...{ kind: 'sent', messageId, format, sha256, content },
        ...(signature !== null && { signature }),
      };
    });
  }

  /** Proposes what is done with money in suspense. Refuses `not_found`, what `decideCure` names, and what approvals refuse. */
  cure({
    itemId,
    action,
    target,
    currency,
    minor,
    ...by
  }: Asked<'cureSuspense'>): Promise<Answered<'cureSuspense'>> {
    const { operator, participant, reason } = by;
    return this.host.database.transaction(async (transaction): Promise<Answered<'cureSuspense'>> => {
      const item = await lockItem(transaction, itemId);
      if (item === undefined) return refused('not_found');
      if (currency !== undefined && currency !== item.currency)
        return refused('cure_not_possible', `It is in ${item.currency}.`);
      const payload = {
        ...{ itemId, action, reason },
        ...(target !== undefined && { target }),
        ...(minor !== undefined && { minor }),
      };
      const cure = cureOf(payload);
      const effect = decideCure(item, cure, await this.cures.facts(transaction, item, cure), itemId);
      if (effect.kind === 'refused') return effect;
      const fault = await this.cures.limitFault(transaction, item, cure, effect.minor, this.host.clock.now());
      if (fault !== undefined) return fault;
      const size = magnitude(effect.minor);
      const answer = await this.approvals.propose(transaction, this.cures, {
        payload,
        target: itemId,
        amount: amount(item.currency, size),
        before: { state: item.state, open: amountText(amount(item.currency, item.openMinor)) },
        after: {
          ...{ action, state: effect.after.state },
          open: amountText(amount(item.currency, effect.after.openMinor)),
          postings: effect.entry === undefined ? [] : [entryPostingText(effect.entry)],
          ...(target !== undefined && { target }),
        },
        evidence: item.lineId,
        ...{ operator, participant, reason },
      });
      if (answer.kind === 'refused') return answer;
      return { kind: 'proposed', approvalId: answer.approvalId, approvalsRequired: answer.approvalsRequired };
    });
  }

  /** What the file would come to, or why it could not be taken now; it is taken, and everything undone. */
  private async tried(account: SchemeAccount, kind: BankFileKind, bytes: Uint8Array): Promise<Tried> {
    try {
      return await this.host.database.transaction(async (transaction): Promise<never> => {
        const taken = await this.files.takeIn(transaction, account, { kind, bytes }, 'tried');
        if (taken.kind === 'known') throw new OnlyTried(refused('bank_file_known'));
        if (taken.kind === 'refused')
          throw new OnlyTried(refused('bank_file_refused', faultWords(taken.faults)));
        throw new OnlyTried(taken);
      });
    } catch (error) {
      if (error instanceof OnlyTried) return error.result;
      throw error;
    }
  }
}

/** The file that a base64 text is of, or whose gzip; undefined for neither. */
function bytesOf(content: string): Uint8Array | undefined {
  const given = Buffer.from(content, 'base64');
  if (given.length === 0 || given.toString('base64').replace(/=+$/, '') !== content.replace(/=+$/, ''))
    return undefined;
  if (given[0] !== 0x1f || given[1] !== 0x8b) return given;
  try {
    return gunzipSync(given, { maxOutputLength: FILE_BYTES_MAX });
  } catch {
    return undefined;
  }
}
