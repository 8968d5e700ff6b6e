import {
  fxCalls,
  refused,
  type InboundOutcome,
  type QuoteAnswer,
  type QuoteRequest,
  type Reason,
  type Refusal,
} from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Door, RawMessage, Taken } from '@tonle/door';
import { Gatherer, ServiceUnavailable } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { drawingTrouble, drawnContentHash, drawnInstruction, drawnQuote } from './drawn-payment.decide.js';
import { codeNamed, decidedDrawing, drawingRefusal, refuseDrawing } from './payment-code.store.js';
import type { Drawing } from './payment-code.js';

const GATHER_MS = 5;
const BATCH_MAX = 100;

/** A drawing as it stands: its payment, or why there is none and never will be. */
export type StandingDrawing = Taken<InboundOutcome> | Refusal;

const UNDECIDED: ReadonlySet<Reason> = new Set(['unavailable', 'overloaded']);

/** Nobody could be asked: the same drawing may go well later. All else is final: the merchant is told so, and tells the payer. */
export function isUndecided({ reason }: Refusal): boolean {
  return UNDECIDED.has(reason);
}

export interface DrawnPaymentsOptions {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'calls' | 'service'>;
  readonly door: Pick<Door<InboundOutcome>, 'take' | 'standing' | 'stamp'>;
  readonly directory: Pick<Directory, 'corridor'>;
}

/** Payments that merchants abroad draw on the codes of our payers: taken once each, asked about, called off before they came. */
export class DrawnPayments {
  private readonly quotes: Gatherer<QuoteRequest, QuoteAnswer>;

  constructor(private readonly options: DrawnPaymentsOptions) {
    const { calls } = options.platform;
    this.quotes = new Gatherer(
      async (items) => (await calls.call(fxCalls.quote, { items: [...items] })).items,
      { batchMax: BATCH_MAX, lingerMs: GATHER_MS },
    );
  }

  /**
   * Draws on a code and waits so many ms for the payment's end; a repeat gets its payment, or its refusal, as it stands. A refusal
   * is remembered, unless nobody could be asked.
   */
  async draw(
    drawing: Drawing,
    message: RawMessage,
    waitMs: number,
    traceparent?: string,
  ): Promise<StandingDrawing> {
    const { database, clock } = this.options.platform;
    const contentHash = drawnContentHash(drawing);
    const decided = await decidedDrawing(database, drawing.drawingId);
    if (decided !== undefined)
      return drawingRefusal(decided, contentHash) ?? this.standingOf(decided, waitMs);
    const answer = await this.take(drawing, message, waitMs, traceparent);
    if (answer.kind === 'taken' || isUndecided(answer)) return answer;
    // The key is the code's: where this drawing has it not itself, another one was taken at the same moment.
    const why = answer.reason === 'key_reused' ? refused('payment_code_used') : answer;
    const at = new Date(clock.now());
    const counts = await refuseDrawing(database, drawing.drawingId, why, at, contentHash);
    return drawingRefusal(counts, contentHash) ?? this.standingOf(counts, waitMs);
  }

  /** Undefined: nothing is known under this name. */
  async standing(drawingId: string): Promise<StandingDrawing | undefined> {
    const decided = await decidedDrawing(this.options.platform.database, drawingId);
    return decided === undefined ? undefined : this.standingOf(decided, 0);
  }

  /** The merchant wants no payment under this name. One that was not taken never will be; one that was stands as it does. */
  async callOff(drawingId: string): Promise<StandingDrawing> {
    const { database, clock } = this.options.platform;
    const at = new Date(clock.now());
    return this.standingOf(await refuseDrawing(database, drawingId, refused('called_off'), at), 0);
  }

  private async standingOf(
    { paymentId, refusal }: { readonly paymentId: string | null; readonly refusal: Refusal | null },
    waitMs: number,
  ): Promise<StandingDrawing> {
    return refusal ?? this.options.door.standing(paymentId!, waitMs);
  }

  private async take(
    drawing: Drawing,
    message: RawMessage,
    waitMs: number,
    traceparent: string | undefined,
  ): Promise<StandingDrawing> {
    const { platform, directory, door } = this.options;
    const code = await codeNamed(platform.database, drawing.code);
    const corridor = code === undefined ? undefined : directory.corridor(code.corridor);
    const trouble = drawingTrouble(drawing, code, corridor, platform.clock.now());
    if (trouble !== undefined) return trouble;
    const priced = await this.price(drawnQuote(drawing, code!));
    if (priced.kind === 'refused') return refused(priced.reason, priced.detail);
    const { participant: creditorAgent } = corridor!.partner;
    const stamp = { ...door.stamp(traceparent), creditorAgent, dialect: platform.service };
    const made = drawnInstruction(drawing, code!, priced.quote, message, stamp);
    return made.kind === 'refused' ? made : door.take(made.instruction, waitMs);
  }

  /** A service that is away means "later" (decisions 1). */
  private async price(request: QuoteRequest): Promise<Exclude<QuoteAnswer, { kind: 'refused' }> | Refusal> {
    return this.quotes.add(request).catch((error: unknown) => {
      if (error instanceof ServiceUnavailable) return refused('unavailable');
      throw error;
    });
  }
}
