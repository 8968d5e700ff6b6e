import { amount, parseAmount, type Amount } from '@tonle/money';
import { z } from 'zod';
import { json, type HttpCall, type HttpReply } from './listener.js';

/** An amount in either form; the control API is for people and programs. */
export const eitherAmount = z.union([
  z.strictObject({ currency: z.string(), amount: z.string() }),
  z.strictObject({ currency: z.string(), minor: z.string().regex(/^\d{1,18}$/) }),
]);

/** The amount, or undefined when the currency is unknown or the text is no payable amount. */
export function readEither(value: z.infer<typeof eitherAmount>): Amount | undefined {
  if ('minor' in value) {
    try {
      return amount(value.currency, BigInt(value.minor));
    } catch {
      return undefined;
    }
  }
  const parsed = parseAmount(value.currency, value.amount);
  return parsed.kind === 'ok' ? parsed.amount : undefined;
}

export type BodyReading<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'refused'; readonly reply: HttpReply };

/** The JSON body by its schema; what is wrong is said with its path. */
export function readBody<T>(call: HttpCall, schema: z.ZodType<T>): BodyReading<T> {
  let value: unknown;
  try {
    value = call.body.length === 0 ? {} : JSON.parse(call.body.toString('utf8'));
  } catch (error) {
    return { kind: 'refused', reply: json(400, { error: 'the body is not JSON', issues: [String(error)] }) };
  }
  const read = schema.safeParse(value);
  if (read.success) return { kind: 'read', value: read.data };
  const issues = read.error.issues.flatMap(closest).map(sentenceOf);
  return { kind: 'refused', reply: json(422, { error: 'the body does not fit', issues }) };
}

type Issue = z.core.$ZodIssue;

/** Of a choice that nothing fits, what is wrong with the form that comes closest: the fewest faults, none of them its whole kind. */
function closest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const faults = (form: Issue[]) =>
    form.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? Infinity : form.length;
  const [form = []] = [...issue.errors].sort((one, other) => (faults(one) <= faults(other) ? -1 : 1));
  return form.flatMap(closest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

const sentenceOf = ({ path, message }: Issue): string =>
  path.length === 0 ? message : `${path.join('/')}: ${message}`;
