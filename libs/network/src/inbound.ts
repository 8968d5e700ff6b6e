import type { InboundOutcome, LegCommand, PartnerTerms, Refusal } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { InboundQuote, RawMessage, MessageDialect, Reply, ResolvedCode } from '@tonle/door';
import type { AmountJson } from '@tonle/money';
import type { LegAnswer } from './leg.js';
import type { InboundListener } from './listener.js';

/** How a network calls us: where it finds us, and what each path takes. */
export interface Inbound {
  readonly listener: InboundListener;
  readonly routes: Readonly<Record<string, InboundRoute>>;
}

/** What one path takes. All functions are pure. */
export type InboundRoute = InboundMessages | InboundCodes;

/** Payments, questions about them and call-backs, in the network's dialect. */
export interface InboundMessages<Asked = unknown> {
  readonly kind: 'messages';
  readonly dialect: MessageDialect<Asked, InboundFound, InboundOutcome>;
  /** Names of the message and of its answer, for evidence. */
  readonly operation: string;
  readonly answeredBy: string;
  /** What evidence of a message is filed under. */
  subjectOf(asked: Asked): string;
  /** The quote that an instruction names. */
  quoteIdOf(asked: Asked): string | undefined;
  /** The leg that a call-back is about; undefined when it names none of ours. */
  legKeyOf(asked: Asked): string | undefined;
  /** What a call-back says of its leg. Total. */
  readLeg(asked: Asked, command: LegCommand): LegAnswer;
}

/** What an instruction of the network names. */
export interface InboundFound {
  readonly corridor: Corridor;
  readonly quote: InboundQuote | undefined;
}

/** Questions about our codes: who is paid, and at what price. */
export interface InboundCodes {
  readonly kind: 'codes';
  /** Name for evidence. */
  readonly operation: string;
  read(message: RawMessage): AskedCode | Refusal;
  write(found: ResolvedCode, message: RawMessage): Reply;
  /** What the network is told when there is no payee or price; without it a problem document. */
  refuse?(refusal: Refusal, message: RawMessage): Reply;
}

/** A code that a payer abroad has scanned, and what its network says of the money. */
interface AskedCode {
  readonly kind: 'ok';
  readonly qrText: string;
  /** In a currency of either side. */
  readonly amount?: AmountJson;
  /** The payer's own amount, the network's quote: kept with our quote as information. */
  readonly partnerTerms?: PartnerTerms;
}

/** Lets routes of different dialects stand in one table: whoever reads with a route answers with the same. */
export function inboundMessages<Asked>(route: Omit<InboundMessages<Asked>, 'kind'>): InboundRoute {
  return { kind: 'messages', ...route } as InboundMessages;
}
