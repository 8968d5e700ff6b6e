import fc from 'fast-check';
import { amount, currency, type Amount } from '@tonle/money';
import type { Agent, PartyAddress, Party, Account } from '../model-parts.js';

// Arbitrary parts of messages.

export const word = (max: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .filter((text) => text === text.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && [...text].length <= max);
export const name = word(60);
export const id = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789/-?:().,+'),
  minLength: 1,
  maxLength: 35,
});
export const code = fc.constantFrom('AC03', 'AM04', 'GDDS', 'TM01', 'free text reason');
export const uuid = fc.uuid({ version: 4 });
export const bic = fc.constantFrom('TOURKHPPXXX', 'BKKBTHBK', 'ACLBKHPP');
export const dateTime = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
export const date = dateTime.map((text) => text.slice(0, 10));
export const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 5 });
export const rate = fc.constantFrom('0.00818040', '25.451234567', '121.50000000', '1');
export const money: fc.Arbitrary<Amount> = fc
  .tuple(fc.constantFrom('KHR', 'THB', 'VND', 'KWD', 'USD'), fc.bigInt(1n, 10n ** 12n))
  .map(([unit, steps]) => amount(unit, steps * currency(unit).payableStep));

/** A record of which any optional part may be missing (not undefined: absent). */
export function some<T>(
  required: { [K in keyof T]?: fc.Arbitrary<T[K]> },
  optional: { [K in keyof T]?: fc.Arbitrary<T[K]> } = {},
): fc.Arbitrary<T> {
  return fc.record({ ...required, ...optional } as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: Object.keys(required),
  }) as fc.Arbitrary<T>;
}

export const agent = fc.oneof(
  some<Agent>({ bic }, { name }),
  some<Agent>({ memberId: id }, { name, clearingSystem: fc.constantFrom('THCBC', 'our own system') }),
  fc.constant<Agent>({}),
);
export const party = some<Party>(
  { name },
  {
    address: some<PartyAddress>(
      { country: fc.constantFrom('KH', 'TH') },
      { town: word(35), lines: fc.array(name, { minLength: 1, maxLength: 2 }) },
    ),
  },
);
export const proxy = some<NonNullable<Account['proxy']>>(
  { id: word(60) },
  { type: fc.constantFrom('MBNO', 'NATIONAL_ID') },
);
export const numbered = fc.oneof(
  fc.record({ id: fc.constantFrom('GB29NWBK60161331926819'), isIban: fc.constant(true) }),
  some<Account>(
    { id: id.map((text) => text.slice(0, 34)) },
    { scheme: fc.constantFrom('BAKONG', 'PROMPTPAY') },
  ),
);
export const account: fc.Arbitrary<Account> = fc.oneof(
  fc
    .tuple(numbered, some<Account>({}, { currency: fc.constantFrom('KHR', 'THB'), proxy }))
    .map(([number, rest]) => ({ ...number, ...rest })),
  some<Account>({ proxy }),
);
export const plainAccount = fc
  .tuple(numbered, some<Account>({}, { currency: fc.constantFrom('KHR', 'USD') }))
  .map(([number, rest]) => ({ ...number, ...rest }));
export const texts = fc.array(name, { minLength: 1, maxLength: 3 });
export const head = { messageId: id, createdAt: dateTime };
