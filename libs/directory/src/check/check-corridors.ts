import type { CorridorBody, NetworkBody } from '../entry.schema.js';
import { claimed, type DirectoryRule, type InService, type Violations } from './violation.js';

const MINOR = /^\d{1,18}$/;

/** Corridors: which networks they join, and what they allow. */
export function* checkCorridors({ corridors, networks }: InService): Violations {
  const byPartner = new Map<string, string>();
  for (const [id, corridor] of corridors) {
    const entry = `corridor ${id}`;
    const wrong = (rule: DirectoryRule, text: string) => ({ rule, entry, text });
    for (const side of ['home', 'partner'] as const) {
      const name = corridor[side];
      const network = networks.get(name);
      if (network === undefined)
        yield wrong(
          'network_missing',
          `its ${side} network ${name} does not exist or has ended; add it, or name another`,
        );
      else if (network.side !== side)
        yield wrong(
          'side_wrong',
          `its ${side} network ${name} is a ${network.side} network; a corridor joins a home network to a partner`,
        );
    }
    const other = claimed(byPartner, corridor.partner, id);
    if (other !== undefined) {
      const adapter = networks.get(corridor.partner)?.adapter ?? 'its adapter';
      const text = `partner network ${corridor.partner} is corridor ${other}'s too: a question to ${adapter} could belong to either; end one of them`;
      yield wrong('corridor_twice', text);
    }
    if (corridor.status !== 'live' && corridor.note === undefined)
      yield wrong(
        'note_missing',
        `it is ${corridor.status}, and no note says why it is not live; add "note"`,
      );
    yield* checkTimers(entry, corridor.timers);
    const [home, partner] = [networks.get(corridor.home), networks.get(corridor.partner)];
    if (home !== undefined && partner !== undefined) yield* checkAmounts(entry, corridor, home, partner);
  }
}

function* checkAmounts(
  entry: string,
  { limits, schemeFee, homeCurrencies }: CorridorBody,
  home: NetworkBody,
  partner: NetworkBody,
): Violations {
  const served = homeCurrencies ?? home.currencies;
  for (const currency of served.filter((each) => !home.currencies.includes(each)))
    yield {
      rule: 'currency_unknown',
      entry,
      text: `homeCurrencies names ${currency}, which is not a currency of network ${home.networkId}; its currencies are ${home.currencies.join(', ')}`,
    };
  const both = [...served, ...partner.currencies];
  const amounts = [
    { what: 'limits.perPayment', rule: 'limit_wrong', of: limits.perPayment, currencies: both },
    { what: 'limits.perDebtorDay', rule: 'limit_wrong', of: limits.perDebtorDay, currencies: both },
    { what: 'schemeFee.outbound', rule: 'fee_wrong', of: schemeFee.outbound, currencies: served },
    { what: 'schemeFee.inbound', rule: 'fee_wrong', of: schemeFee.inbound, currencies: partner.currencies },
  ] as const;
  for (const { what, rule, of, currencies } of amounts) {
    for (const [currency, minor] of Object.entries(of)) {
      if (!currencies.includes(currency))
        yield {
          rule,
          entry,
          text: `${what} is in ${currency}, which is not a currency of that side; its currencies are ${currencies.join(', ')}`,
        };
      if (!MINOR.test(minor))
        yield { rule, entry, text: `${what} in ${currency} is "${minor}"; use minor units, digits only` };
    }
  }
  for (const [currency, minor] of Object.entries(limits.perPayment)) {
    const day = limits.perDebtorDay[currency] ?? minor;
    if (MINOR.test(minor) && MINOR.test(day) && BigInt(minor) > BigInt(day))
      yield {
        rule: 'limit_wrong',
        entry,
        text: `one payment in ${currency} may be ${minor}, but a debtor's day only ${day}; raise the day's limit`,
      };
  }
}

function* checkTimers(entry: string, timers: CorridorBody['timers']): Violations {
  const wrong = (text: string) => ({ rule: 'timers_contradict' as const, entry, text });
  const { enquiryMs, ...single } = timers;
  const { paymentMs, payerLegMs, creditGuardMs, notFoundFinalAfterMs, reviewAfterMs } = single;
  for (const [name, ms] of Object.entries(single))
    if (ms <= 0) yield wrong(`${name} is ${ms}; it must be greater than 0`);
  if (enquiryMs.length === 0 || enquiryMs.some((ms) => ms <= 0))
    yield wrong('enquiryMs must have one wait at least, and each must last; add waits');
  if (payerLegMs + creditGuardMs >= paymentMs)
    yield wrong(
      `payerLegMs (${payerLegMs}) and creditGuardMs (${creditGuardMs}) use up paymentMs (${paymentMs}), so that no credit follows a slow debit; raise it`,
    );
  if (notFoundFinalAfterMs >= reviewAfterMs)
    yield wrong(
      `people are asked after reviewAfterMs (${reviewAfterMs}), before "not found" counts (notFoundFinalAfterMs, ${notFoundFinalAfterMs}); raise reviewAfterMs`,
    );
  if ((enquiryMs[0] ?? 0) >= reviewAfterMs)
    yield wrong(
      `people are asked after reviewAfterMs (${reviewAfterMs}), before the first enquiry (${enquiryMs[0]}); raise reviewAfterMs`,
    );
}
