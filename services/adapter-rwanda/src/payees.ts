import { plainText, refused, type LegCommand } from '@tonle/contracts';
import type { FoundPayee, PayeeRefusal, Payees, WantedPayee, WireReply, WireRequest } from '@tonle/network';
import {
  keyOfPath,
  partiesPut,
  partyPath,
  question,
  readFspiop,
  saidBy,
  type FspiopParty,
  type PartyIdType,
} from '@tonle/network-fspiop';

const LOOKUP_MS = 4_000;
const NAME_MAX = 140;

/** Our types of accounts, by their form as they are written here -> the scheme's. The first that fits is meant. */
const ACCOUNTS: readonly {
  readonly type: string;
  readonly form: RegExp;
  readonly partyIdType: PartyIdType;
}[] = [
  { type: 'MBNO', form: /^2507[2389]\d{7}$/, partyIdType: 'MSISDN' },
  { type: 'BUSINESS', form: /^\d{6}$/, partyIdType: 'BUSINESS' },
  { type: 'bank_account', form: /^\d{10,16}$/, partyIdType: 'ACCOUNT_ID' },
];

/** Payees by mobile number, merchant code or account. */
export const rwandaPayees: Payees = {
  ask: ({ account: text = '', accountType }) => {
    const account = readAccount(text, accountType);
    if (account === undefined)
      return refused(
        'account_unknown',
        'Rwanda has mobile numbers (2507...), merchant codes of 6 digits and accounts.',
      );
    return { kind: 'ask', request: { ...lookup(account), timeoutMs: LOOKUP_MS } };
  },
  read: readPayee,
};

/** An account as eKash writes it: digits alone, a number of Rwanda with its country and without a plus. */
export function readAccount(
  text: string,
  type: string | undefined,
): { readonly account: string; readonly accountType: string } | undefined {
  const digits = text.replace(/^\+|[ ()-]/g, '');
  const account = /^07\d{8}$/.test(digits) ? `250${digits.slice(1)}` : digits;
  const kind = ACCOUNTS.find((each) => (type ?? each.type) === each.type && each.form.test(account));
  return kind === undefined ? undefined : { account, accountType: kind.type };
}

/** `GET /parties/{Type}/{ID}` */
export function lookup(payee: Pick<LegCommand['creditor'], 'account' | 'accountType'>): WireRequest {
  const { partyIdType, partyIdentifier } = partyIdOf(payee);
  const path = partyPath({ type: partyIdType, id: partyIdentifier });
  return question({ method: 'GET', resource: 'parties', path, answeredAt: keyOfPath(path) });
}

/** Who is meant, as the scheme names it. */
export function partyIdOf({ account, accountType }: Pick<LegCommand['creditor'], 'account' | 'accountType'>) {
  const kind = ACCOUNTS.find(({ type }) => type === accountType) ?? ACCOUNTS.at(-1)!;
  return { partyIdType: kind.partyIdType, partyIdentifier: account };
}

export type PartySaid =
  | { readonly kind: 'party'; readonly party: FspiopParty; readonly fsp: string }
  | Exclude<ReturnType<typeof saidBy>, { kind: 'body' }>;

/** Who the scheme says stands there, and at which FSP. */
export function partySaid(
  reply: WireReply,
  asked: Pick<LegCommand['creditor'], 'account' | 'accountType'>,
): PartySaid {
  const said = saidBy(reply);
  if (said.kind !== 'body') return said;
  const read = readFspiop(partiesPut, said.bytes);
  if (read.kind !== 'ok') return { kind: 'silent', because: `parties: ${read.detail}` };
  const { party } = read.body;
  const { partyIdType, partyIdentifier, fspId: fsp } = party.partyIdInfo;
  const wanted = partyIdOf(asked);
  const isAsked = partyIdType === wanted.partyIdType && partyIdentifier === wanted.partyIdentifier;
  return isAsked && fsp !== undefined
    ? { kind: 'party', party, fsp }
    : { kind: 'silent', because: 'parties: another party than asked for, or one of no FSP' };
}

/** Total: what does not answer the question is silence. */
function readPayee(
  reply: WireReply,
  { account: text = '', accountType: type, currencies }: WantedPayee,
): FoundPayee | PayeeRefusal {
  const account = readAccount(text, type);
  if (account === undefined) return refused('account_unknown');
  const said = partySaid(reply, account);
  if (said.kind === 'party') {
    const name = plainText(said.party.name ?? account.account, NAME_MAX);
    return { kind: 'found', name, ...account, currency: currencies[0]! };
  }
  if (said.kind !== 'error') return refused('partner_silent');
  const { code, meaning } = said;
  if (meaning === undefined) return { ...refused('partner_silent'), unmapped: code };
  return refused(
    meaning.refusal ?? (meaning.means === 'not_found' ? 'payee_unknown' : 'partner_silent'),
    code,
  );
}
