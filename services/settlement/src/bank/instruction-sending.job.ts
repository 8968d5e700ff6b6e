import type { Platform } from '@tonle/platform';
import { markSent } from '../instruction/instruction-desk.js';
import { dueInstructions, lockWindowOfInstruction } from '../instruction/instruction.store.js';
import { isHeld } from '../instruction/withdrawal.store.js';
import type { DueInstruction } from '../instruction/instruction.js';
import type { AcknowledgementTaking } from './acknowledgement-taking.service.js';
import type { BankReply, BankWire, SentInstruction } from './bank-wire.js';
import {
  deliveries,
  noteDelivery,
  sentInstruction,
  type InstructionDelivery,
} from './instruction-delivery.store.js';
import { nextTryMs } from './instruction-sending.decide.js';

const CONTENT_TYPES: Readonly<Record<DueInstruction['format'], string>> = {
  'pacs.009': 'application/xml',
  'pain.001': 'application/xml',
  csv: 'text/csv',
};

/**
 * Sends instructions to banks, in the order of their numbers. That one is sent is durable before its first byte leaves; after silence
 * the same bytes go again, and the next number waits until the bank has said that it has this one.
 */
export class InstructionSendingJob {
  private readonly unanswered;
  private told = new Set<string>();

  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock' | 'telemetry'>,
    private readonly wires: ReadonlyMap<string, BankWire>,
    private readonly acknowledgements: Pick<AcknowledgementTaking, 'take'>,
  ) {
    this.unanswered = host.telemetry.gauge(
      'tonle_bank_instructions_unanswered',
      'Instructions that a bank has not answered',
      ['bank', 'currency'],
    );
  }

  readonly run = async (): Promise<void> => {
    const { database, clock, telemetry } = this.host;
    const due = await dueInstructions(database);
    const known = await deliveries(
      database,
      due.map(({ instructionId }) => instructionId),
    );
    this.count(due);
    for (const [queue, instructions] of queuesOf(due))
      for (const instruction of instructions) {
        const delivery = known.get(instruction.instructionId);
        if (delivery !== undefined && delivery.nextAt.getTime() > clock.now()) break;
        try {
          if (!(await this.deliver(instruction, delivery))) break;
        } catch (err) {
          telemetry.log.warn({ err, queue }, 'an instruction cannot be sent now');
          break;
        }
      }
  };

  /** Sends it once, or asks what became of it; true when the next of its bank and currency may go. */
  private async deliver(
    instruction: DueInstruction,
    delivery: InstructionDelivery | undefined,
  ): Promise<boolean> {
    const wire = this.wires.get(instruction.bank);
    // By hand: operators send it, and hand in what the bank says.
    if (wire === undefined) return true;
    const asked = delivery === undefined ? undefined : await wire.acknowledgement(instruction.messageId);
    const isThere = asked?.kind === 'answered' || asked?.kind === 'pending';
    const reply = isThere ? asked : await this.send(wire, instruction);
    if (reply === undefined) return false;
    await this.note(instruction, delivery, reply);
    if (reply.kind === 'pending') return true;
    if (reply.kind !== 'answered' && reply.kind !== 'refused') return false;
    const { bank, format } = instruction;
    // The bank demands numbers without a gap: the next one goes when it is known that it has this one, whatever it decided.
    return (await this.acknowledgements.take(bank, format, reply.bytes, 'schedule')).kind !== 'refused';
  }

  /** Undefined: it is not to be sent any more, or not yet, or another one was made in its place. */
  private async send(wire: BankWire, { instructionId }: DueInstruction): Promise<BankReply | undefined> {
    const { database, clock } = this.host;
    const sent = await database.transaction(async (transaction) => {
      // Its window is locked first: whoever proposes that it is withdrawn comes before or after.
      await lockWindowOfInstruction(transaction, instructionId);
      if (await isHeld(transaction, instructionId, clock.now())) return undefined;
      const outcome = await markSent(transaction, instructionId, new Date(clock.now()));
      // As it is now: until it was marked it could be made anew.
      return outcome === 'done' ? sentInstruction(transaction, instructionId) : undefined;
    });
    if (sent === undefined) return undefined;
    const { messageId, format, bytes, signature } = sent;
    const message: SentInstruction = {
      ...{ messageId, contentType: CONTENT_TYPES[format], bytes },
      ...(signature !== null && { signature }),
    };
    return wire.send(message);
  }

  private async note(
    { instructionId }: DueInstruction,
    delivery: InstructionDelivery | undefined,
    reply: BankReply,
  ): Promise<void> {
    const nowMs = this.host.clock.now();
    const tries = (delivery?.tries ?? 0) + 1;
    const says = reply.kind === 'silent' || reply.kind === 'refused' ? reply.because : reply.kind;
    const nextAt = new Date(nowMs + nextTryMs(tries, reply));
    await noteDelivery(this.host.database, { instructionId, tries, nextAt, says }, new Date(nowMs));
  }

  private count(due: readonly DueInstruction[]): void {
    const counts = new Map<string, number>();
    for (const { bank, currency } of due) {
      const key = `${bank} ${currency}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const key of new Set([...this.told, ...counts.keys()])) {
      const [bank = '', currency = ''] = key.split(' ');
      this.unanswered.set({ bank, currency }, counts.get(key) ?? 0);
    }
    this.told = new Set([...this.told, ...counts.keys()]);
  }
}

/** By bank and currency, each in the order of its numbers. */
function queuesOf(due: readonly DueInstruction[]): ReadonlyMap<string, DueInstruction[]> {
  const queues = new Map<string, DueInstruction[]>();
  for (const instruction of due) {
    const key = `${instruction.bank} ${instruction.currency}`;
    queues.set(key, [...(queues.get(key) ?? []), instruction]);
  }
  return queues;
}
