import { bankingDays, closureOf, utcOffset, type Corridor, type Side } from '@tonle/directory';
import { showAmount, type PublicAmount } from '../http/public-amount.js';
import type { PublicCorridor, PublicSide } from './corridor.schema.js';

/** A corridor as participants see it at an instant. Pure. */
export function showCorridor(corridor: Corridor, atMs: number): PublicCorridor {
  const { corridorId, status, note, home, partner, limits, requiredPurposes, refunds } = corridor;
  const currencies = [...new Set([...home.currencies, ...partner.currencies])];
  const [outbound, inbound] = (['outbound', 'inbound'] as const).map(
    (way) => closureOf(corridor, way, atMs, 'offer')?.detail,
  );
  return {
    corridor: corridorId,
    status,
    ...(note !== undefined && { note }),
    home: showSide(home, atMs),
    partner: showSide(partner, atMs),
    open: { outbound: outbound === undefined, inbound: inbound === undefined },
    closedBecause: { ...(outbound !== undefined && { outbound }), ...(inbound !== undefined && { inbound }) },
    requiredPurposes,
    limits: {
      perPayment: amounts(limits.perPayment, currencies),
      perDebtorDay: amounts(limits.perDebtorDay, currencies),
    },
    ...(refunds !== undefined && { refunds }),
  };
}

function showSide(network: Side, atMs: number): PublicSide {
  const { countries, participant, name, currencies, schemes, codeCountries, accounts, calendar } = network;
  return {
    country: countries[0]!,
    network: participant,
    name,
    currencies,
    schemes,
    ...(codeCountries !== undefined && { codeCountries }),
    accountTypes: accounts.kinds,
    defaultAccountType: accounts.default,
    settlementMode: network.settlementMode,
    utcOffset: utcOffset(calendar),
    ...(network.openingHours !== undefined && { openingHours: network.openingHours }),
    cutOff: calendar.cutOff,
    ...bankingDays(calendar, atMs),
  };
}

/** Those of the payers here come first, whatever the order in which the directory keeps them. */
function amounts(
  byCurrency: Readonly<Record<string, string>>,
  currencies: readonly string[],
): PublicAmount[] {
  return currencies.flatMap((currency) => {
    const minor = byCurrency[currency];
    return minor === undefined ? [] : [showAmount({ currency, minor })];
  });
}
