import { pick } from '../../kit/pick.js';
import type { IsoScheme } from './scheme.js';

export type PayeeFinding =
  | { readonly kind: 'found'; readonly name: string; readonly account: string; readonly accountType: string }
  /** ISO reason: BE23 proxy unknown, AC01 account unknown, AC04 closed. */
  | { readonly kind: 'missing'; readonly reason: string };

type Rule = IsoScheme['payees'][number];

const NUMBER_DIGITS = 8;
/** For a type that the network does not know. */
const PROXY_UNKNOWN = 'BE23';

/** Who stands behind a proxy or account of a network: by rule, nothing is stored. */
export class PayeeRules {
  private readonly rules: readonly (Rule & { readonly patterns: Patterns })[];

  constructor(private readonly scheme: Pick<IsoScheme, 'names' | 'payees' | 'payer'>) {
    this.rules = scheme.payees.map((rule) => ({ ...rule, patterns: patternsOf(rule) }));
  }

  /** `type` is an ISO proxy type or an account type; without one the form of the text decides. */
  find(id: string, type?: string): PayeeFinding {
    const ofType = type === undefined ? this.rules : this.rules.filter(({ types }) => types.includes(type));
    const rule =
      ofType.find(({ patterns }) => patterns.form.test(id)) ?? (type === undefined ? undefined : ofType[0]);
    if (rule === undefined) return { kind: 'missing', reason: PROXY_UNKNOWN };
    const { known, closed } = rule.patterns;
    if (closed?.test(id) === true) return { kind: 'missing', reason: 'AC04' };
    if (!known.test(id)) return { kind: 'missing', reason: rule.unknown };
    const number = numberIn(id);
    const name = rule.named === 'shop' ? this.shop(number) : this.person(number);
    return { kind: 'found', name, account: id, accountType: rule.types[0]! };
  }

  /** One of the network's own payers, by number. */
  payer(number: number): { readonly account: string; readonly name: string } {
    const { prefix, digits } = this.scheme.payer;
    return {
      account: `${prefix}${String(number % 10 ** digits).padStart(digits, '0')}`,
      name: this.person(number % 10 ** NUMBER_DIGITS),
    };
  }

  private person(number: number): string {
    const { given, family } = this.scheme.names;
    return `${pick(given, number, 4)} ${pick(family, number, 5)}`;
  }

  private shop(number: number): string {
    return `${pick(this.scheme.names.shops, number, 6)} ${number % 100_000}`;
  }
}

interface Patterns {
  readonly form: RegExp;
  readonly known: RegExp;
  readonly closed?: RegExp;
}

function patternsOf({ form, known, closed }: Rule): Patterns {
  return {
    form: new RegExp(form),
    known: new RegExp(known),
    ...(closed === undefined ? {} : { closed: new RegExp(closed) }),
  };
}

function numberIn(text: string): number {
  const digits = text.replace(/\D/g, '').slice(-NUMBER_DIGITS);
  return digits === '' ? 0 : Number(digits);
}
