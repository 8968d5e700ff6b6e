import type { Customer, PartnerTerms } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import type { WireReply } from '../exchange.js';
import type { PayeeRefusal, WireRequest } from '../network.js';

/** Codes that payers of ours show to merchants abroad: the network issues them, and its merchants draw on them. */
export interface PaymentCodes {
  /** No code is good for longer than this, ms, whatever the network says. */
  readonly lifetimeMs: number;
  /** The question for a new one. */
  ask(wanted: WantedCode): WireRequest | PayeeRefusal;
  /** Total: silence is the refusal `partner_silent`. */
  read(reply: WireReply, wanted: WantedCode): IssuedCode | PayeeRefusal;
}

/** Who is to show a code. */
export interface WantedCode {
  /** Ours: the same code asked for again has the same. */
  readonly codeId: string;
  /** Participant id of the payer's bank. */
  readonly participant: string;
  readonly debtor: Customer;
  /** What the payer agrees to, in the payer's own currency. */
  readonly most: AmountJson;
  /** Now, epoch ms. */
  readonly at: number;
}

export interface IssuedCode {
  readonly kind: 'issued';
  /** What is shown. */
  readonly text: string;
  /** The same in digits, for tills that scan bars: a drawing names one of the two. */
  readonly barcode?: string;
  /** Epoch ms. */
  readonly expiresMs?: number;
}

/** A merchant abroad has scanned a payer's code, and its network instructs us to pay. */
export interface Drawing {
  /** The network's name for its message, at most 100 characters: it makes a repeat known, and questions name it. */
  readonly drawingId: string;
  /** The code as it was scanned. */
  readonly code: string;
  /** In a currency of the network. */
  readonly amount: AmountJson;
  /** The merchant; its account is what the network's rail is told of it. */
  readonly payee: Customer;
  readonly endToEndId: string;
  readonly remittance?: string;
  readonly partnerTerms?: PartnerTerms;
  /** When the network sent it, epoch ms. */
  readonly sentMs: number;
  /** Not taken later than this after it was sent, ms: the network may hold a not-found for final then (domain 6.7). */
  readonly acceptanceMs: number;
  /** The network's own deadline, epoch ms. */
  readonly expiresMs: number;
}

/** A code as it was issued. */
export interface PaymentCode {
  readonly codeId: string;
  readonly participant: string;
  readonly corridor: string;
  readonly debtor: Customer;
  readonly most: AmountJson;
  /** Epoch ms. */
  readonly expiresMs: number;
  /** A payment was drawn on it. */
  readonly isUsed: boolean;
}
