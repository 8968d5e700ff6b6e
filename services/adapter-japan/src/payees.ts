import { refused } from '@tonle/contracts';
import { normaliseProxy } from '@tonle/emvqr';
import { amountToJson, parseAmount } from '@tonle/money';
import {
  absent,
  wireText,
  type FoundPayee,
  type PayeeRefusal,
  type Payees,
  type WantedPayee,
  type WireReply,
} from '@tonle/network';
import { z } from 'zod';
import { brandOf, type Brands } from './brands.js';
import { call, readAnswer } from './message.js';
import type { JapanSettings } from './settings.js';

const LOOKUP_MS = 4_000;
const TYPE = 'JPQR';
const ISSUER_DIGITS = 13;

const merchantAnswer = z.object({
  jpqrId: wireText,
  name: wireText.max(140),
  /** In Japanese. */
  localName: absent(wireText.max(140)),
  currency: wireText,
});

/** Merchants by their JPQR-ID, as the aggregator's directory has them; of a code, or as the payer wrote it. */
export function japanPayees({ brands }: Pick<JapanSettings, 'brands'>): Payees {
  return {
    ask: (wanted) => {
      const id = jpqrIdOf(wanted);
      if (id === undefined) return refused('account_unknown', 'This is not a JPQR-ID of 29 digits.');
      const amount = amountOf(wanted);
      if (amount?.kind === 'refused') return refused(amount.reason);
      const issuer = id.slice(0, ISSUER_DIGITS);
      if (brandOf(brands, issuer) === undefined)
        return refused('qr_not_served', `The issuing body ${issuer} is of no brand that can be paid here.`);
      const request = call('lookup', '/lookups', { jpqrId: id, codeValue: wanted.code?.text });
      return { kind: 'ask', request: { ...request, timeoutMs: LOOKUP_MS } };
    },
    read: (reply, wanted) => readMerchant(reply, wanted, brands),
  };
}

function jpqrIdOf({ code, account, accountType }: WantedPayee): string | undefined {
  if (code !== undefined) return code.account.account;
  const read = normaliseProxy(TYPE, accountType ?? TYPE, account ?? '');
  return read.kind === 'proxy' ? read.value : undefined;
}

/** Yen have no decimals: `1200.00` is 1200, as EMVCo reads it, and 1200.50 nothing that can be paid. */
function amountOf({ code, currencies }: WantedPayee) {
  return code?.amount === undefined ? undefined : parseAmount(currencies[0]!, code.amount);
}

/** Total: what does not answer the question is silence. */
function readMerchant(reply: WireReply, wanted: WantedPayee, brands: Brands): FoundPayee | PayeeRefusal {
  const read = readAnswer(reply);
  if (read.kind === 'error') return refused(read.refusal ?? 'partner_silent', read.words);
  if (read.kind !== 'data')
    return { ...refused('partner_silent'), ...('unmapped' in read && { unmapped: read.unmapped }) };
  const found = merchantAnswer.safeParse(read.body['merchant']).data;
  // What is said of another merchant answers nothing.
  if (found === undefined || found.jpqrId !== jpqrIdOf(wanted)) return refused('partner_silent');
  const { jpqrId, name, currency } = found;
  const localName = found.localName ?? wanted.code?.alternate['merchantName'];
  const amount = amountOf(wanted);
  const brand = brandOf(brands, jpqrId.slice(0, ISSUER_DIGITS));
  const { billNumber, referenceLabel } = wanted.code?.additional ?? {};
  const remittance = billNumber ?? referenceLabel;
  return {
    kind: 'found',
    name,
    // What stands on the shop's sign (as the directory has it, else tag 64), and whose code it is.
    displayName: `${localName === undefined ? name : `${name} ${localName}`} (${brand})`,
    account: jpqrId,
    accountType: TYPE,
    currency,
    ...(amount?.kind === 'ok' && { amount: amountToJson(amount.amount) }),
    ...(remittance !== undefined && { remittance }),
  };
}
