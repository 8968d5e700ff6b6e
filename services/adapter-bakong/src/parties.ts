import { hash } from 'node:crypto';
import { legKeyOf, type LegCommand } from '@tonle/contracts';
import type { LegRefusal, Parties } from '@tonle/network';

export interface RailParty {
  readonly name: string;
  /** Bakong account id, `name@domain`. */
  readonly account: string;
  /** BIC of 11 characters of the institution behind the account. */
  readonly bic: string;
}

/** Who pays whom on the home rail for one leg. */
export interface RailParties {
  readonly from: RailParty;
  readonly to: RailParty;
}

const ACCOUNT = /^[a-z0-9_.+-]{1,30}@[a-z0-9.-]{1,30}$/;
const ACCOUNT_LENGTH_MAX = 32;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const REFERENCE_LENGTH = 11;

/** A Bakong account id in its one form; undefined when it is none. */
export function bakongAccountId(text: string): string | undefined {
  const id = text.trim().toLowerCase();
  return id.length <= ACCOUNT_LENGTH_MAX && ACCOUNT.test(id) ? id : undefined;
}

/**
 * The two sides of a leg (decisions 19): a debit goes from the payer to the FX provider's rail account, a credit
 * from there to the payee, a reversal back to the payer. Refused when the directory lacks a side.
 */
export function railParties(command: LegCommand, institutions: Parties): RailParties | LegRefusal {
  const provider = institutions.fxProvider;
  const account = provider?.railAccounts[command.amount.currency];
  if (provider?.bic === undefined || account === undefined) {
    return refused('AG01', `${command.fxProvider} has no ${command.amount.currency} account on the rail.`);
  }
  const wallet: RailParty = { name: provider.name, account, bic: bic11(provider.bic) };
  const outward = command.leg === 'credit';
  const customer = outward ? command.creditor : command.debtor;
  const agent = outward ? institutions.creditorAgent : institutions.debtorAgent;
  if (agent?.bic === undefined) return refused('RC04', 'The agent is not in the directory.');
  const id = bakongAccountId(customer.account);
  if (id === undefined) return refused('AC01', 'This is not a Bakong account id.');
  const party: RailParty = { name: customer.name, account: id, bic: bic11(agent.bic) };
  return command.leg === 'debit' ? { from: party, to: wallet } : { from: wallet, to: party };
}

/** `SENDERBIC/RECEIVERBIC/reference`, unique per leg key and the same for every attempt. */
export function externalRefOf(legKey: string, parties: RailParties): string {
  return `${parties.from.bic}/${parties.to.bic}/${referenceOf(legKey)}`;
}

/** 11 characters of base 62 from the leg key's SHA-256: 64 bits of it. */
export function referenceOf(legKey: string): string {
  let rest = hash('sha256', legKey, 'buffer').readBigUInt64BE(0);
  let text = '';
  for (let index = 0; index < REFERENCE_LENGTH; index += 1) {
    text = BASE62[Number(rest % 62n)]! + text;
    rest /= 62n;
  }
  return text;
}

/** The reference of the debit that a reversal undoes: the same parties, the other way round. */
export function debitRefOf(command: LegCommand, parties: RailParties): string {
  return externalRefOf(legKeyOf(command.paymentId, 'debit'), { from: parties.to, to: parties.from });
}

function bic11(bic: string): string {
  return bic.padEnd(11, 'X');
}

function refused(reason: string, reasonText: string): LegRefusal {
  return { kind: 'refused', reason, reasonText };
}
