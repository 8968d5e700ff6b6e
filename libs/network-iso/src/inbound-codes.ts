import { amountJson, carriedText, refused, type Quote, type Refusal } from '@tonle/contracts';
import type { RawMessage, Reply, ResolvedCode } from '@tonle/door';
import type { AmountJson } from '@tonle/money';
import type { InboundCodes } from '@tonle/network';
import { z } from 'zod';

const JSON_TYPE = 'application/json; charset=utf-8';
const qrText = carriedText.min(1).max(512);
const account = carriedText.min(1).max(140);
const resolveBody = z.strictObject({ qrText, amount: amountJson.optional() });
const accountBody = z.strictObject({ account, amount: amountJson.optional() });
const quoteBody = z
  .strictObject({ qrText: qrText.optional(), account: account.optional(), amount: amountJson })
  .refine((body) => (body.qrText === undefined) !== (body.account === undefined), {
    error: 'either qrText or account',
  });

/** Who stands behind a code of ours, and a quote when an amount is known. */
export const resolveRoute: InboundCodes = {
  kind: 'codes',
  operation: 'qr.resolve',
  read: (message) => readBody(resolveBody, message),
  write: ({ payee, quote }) => {
    const { creditor, displayName, currency, amount, qrExpiresAt } = payee;
    const { name, account, accountType } = creditor;
    return reply({
      name,
      displayName,
      account,
      accountType,
      currency,
      amount,
      expiresAt: qrExpiresAt,
      quote: quote === undefined ? undefined : shown(quote),
    });
  },
};

/** The same of an account. */
export const accountRoute: InboundCodes = {
  ...resolveRoute,
  operation: 'account.resolve',
  read: (message) => readBody(accountBody, message),
};

/** A quote for a code or an account, and an amount of either side. */
export const quoteRoute: InboundCodes = {
  kind: 'codes',
  operation: 'quotes',
  read: (message) => readBody(quoteBody, message),
  write: ({ quote }: ResolvedCode) => reply({ quote: shown(quote!) }),
};

function shown({ quoteId, source, target, rate, expiresAt }: Quote): object {
  return { quoteId, source, target, rate, expiresAt };
}

/** Fields without a value are left out. */
function reply(body: object): Reply {
  return { status: 200, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

interface Asked {
  readonly qrText?: string;
  readonly account?: string;
  readonly amount?: AmountJson;
}

function readBody(
  schema: z.ZodType<Asked>,
  { bytes }: RawMessage,
): ({ readonly kind: 'ok' } & Asked) | Refusal {
  const read = schema.safeParse(parsed(bytes));
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({
      path: path.map((step) => `/${String(step)}`).join(''),
      message,
    }));
    return refused('schema_invalid', undefined, errors);
  }
  return { kind: 'ok', ...read.data };
}

/** What is no JSON is no body of ours either. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
