import { createHash } from 'node:crypto';
import {
  conditionOf,
  errorCodeOf,
  fulfilmentOf,
  writeIlpPacket,
  writeMoney,
  type FspiopParty,
  type QuotesPost,
} from '@tonle/network-fspiop';
import type { AmountJson } from '@tonle/money';
import { PayeeRules } from '../iso20022/payees.js';
import type { EkashScheme } from './scheme.js';

export type PartyFinding =
  | { readonly kind: 'found'; readonly fsp: string; readonly party: FspiopParty }
  | { readonly kind: 'missing'; readonly code: string };

/** Who banks where in Rwanda: by rule, nothing is stored. */
export class Rwandans {
  private readonly payees: PayeeRules;

  constructor(private readonly scheme: EkashScheme) {
    this.payees = new PayeeRules(scheme);
  }

  find(type: string, id: string): PartyFinding {
    const found = this.payees.find(id, type);
    if (found.kind === 'missing') return { kind: 'missing', code: errorCodeOf(found.reason) };
    const fsp = this.fspOf(type, id);
    return { kind: 'found', fsp, party: partyOf(type, id, fsp, found.name) };
  }

  /** A person of Rwanda who pays. */
  payer(number: number): { readonly account: string; readonly name: string } {
    return this.payees.payer(number);
  }

  /** Of a payer's own number, whatever it is. */
  payerParty({ account, name }: { readonly account: string; readonly name: string }): {
    readonly fsp: string;
    readonly party: FspiopParty;
  } {
    const fsp = this.fspOf('MSISDN', account);
    return { fsp, party: partyOf('MSISDN', account, fsp, name) };
  }

  private fspOf(type: string, id: string): string {
    const { payees } = this.scheme;
    const ofType = payees.filter(({ types }) => types.includes(type));
    return (ofType.find(({ form }) => new RegExp(form).test(id)) ?? ofType[0] ?? payees[0]!).fsp;
  }
}

function partyOf(type: string, id: string, fspId: string, name: string): FspiopParty {
  const partyIdType = type as FspiopParty['partyIdInfo']['partyIdType'];
  return { partyIdInfo: { partyIdType, partyIdentifier: id, fspId }, name };
}

/** What an FSP keeps to itself: its fulfilments are made by it. */
function secretOf(fsp: string): Buffer {
  return createHash('sha256').update(`the sandbox's secret of ${fsp}`).digest();
}

/** The fulfilment that an FSP has for a transaction of its own quote. */
export function fulfilmentBy(fsp: string, transaction: string): string {
  return fulfilmentOf(transaction, secretOf(fsp));
}

/** Packet and condition of a quote, in the form that its FSP makes. */
export function agreementOf(
  fsp: string,
  quote: QuotesPost,
  amount: AmountJson,
  expiresAt: number,
  form: EkashScheme['fsps'][string]['form'],
): { readonly ilpPacket: string; readonly condition: string } {
  const { transactionId, quoteId, payee, payer, transactionType, note } = quote;
  const content = { transactionId, quoteId, payee, payer, amount: writeMoney(amount), transactionType, note };
  const transaction = JSON.stringify(content);
  const condition = conditionOf(fulfilmentBy(fsp, transaction));
  const destination = `g.ekash.${fsp.toLowerCase()}`;
  const packet = { amount: BigInt(amount.minor), destination, transaction };
  const ilpPacket = writeIlpPacket(packet, form === 'prepare' ? { expiresAt, condition } : undefined);
  return { ilpPacket, condition };
}

/** What the same request has however often it is sent. */
export function contentHash(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}
