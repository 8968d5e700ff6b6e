import type { Amount } from '@tonle/money';

// What messages share: institutions, people, accounts.

export interface Agent {
  readonly bic?: string;
  readonly name?: string;
  /** Clearing system member id, with its system code when given. */
  readonly memberId?: string;
  readonly clearingSystem?: string;
}

/** Whom a message is to, as one of the places says that tell it. */
export interface Addressee {
  /** The element, as it stands in this version. */
  readonly path: string;
  readonly bic?: string;
  /** Clearing system member id. */
  readonly memberId?: string;
}

export interface PartyAddress {
  readonly country?: string;
  readonly town?: string;
  readonly lines?: readonly string[];
}

export interface Party {
  readonly name?: string;
  readonly address?: PartyAddress;
}

export interface Account {
  /** IBAN, or the other identification. */
  readonly id?: string;
  readonly isIban?: boolean;
  /** Scheme name of the other identification, proprietary text. */
  readonly scheme?: string;
  readonly currency?: string;
  readonly proxy?: { readonly type?: string; readonly id: string };
}

export interface Charge {
  readonly amount: Amount;
  readonly agent: Agent;
}

/** Which earlier message and transaction is meant. */
export interface OriginalTransaction {
  readonly originalMessageId?: string;
  readonly originalMessageName?: string;
  readonly originalInstructionId?: string;
  readonly originalEndToEndId?: string;
  readonly originalTransactionId?: string;
  readonly originalUetr?: string;
}
