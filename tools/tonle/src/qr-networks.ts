import { payable, readQr, type QrRead } from '@tonle/emvqr';
import type { GatewayClient } from './gateway-client.js';

/** A code is read for people who look on: not longer than this, milliseconds. */
const ANSWER_MS_MAX = 3_000;

interface ShownSide {
  readonly network: string;
  readonly schemes: readonly string[];
  readonly codeCountries?: Readonly<Record<string, readonly string[]>>;
}
interface ShownCorridor {
  readonly corridor: string;
  readonly home: ShownSide;
  readonly partner: ShownSide;
  readonly closedBecause: { readonly outbound?: string };
}

/** A network that the directory has for an account of a code. */
export interface PayingNetwork {
  readonly network: string;
  readonly scheme: string;
  /** Absent: the payer's own network, which pays it itself. */
  readonly corridor?: string;
  /** Why it would not be paid there now. */
  readonly because?: string;
}

/** Which networks of the switch could pay a code; undefined when the switch cannot be asked. */
export async function networksFor(
  gateway: () => GatewayClient,
  text: string,
  nowMs: number,
): Promise<readonly PayingNetwork[] | undefined> {
  try {
    const { corridors } = await gateway().ask<{ corridors: readonly ShownCorridor[] }>(
      'GET',
      '/v1/corridors',
      { answerMsMax: ANSWER_MS_MAX },
    );
    return payingNetworks(corridors, text, nowMs);
  } catch {
    // What a code says is known without a switch.
    return undefined;
  }
}

function payingNetworks(corridors: readonly ShownCorridor[], text: string, nowMs: number): PayingNetwork[] {
  const atHome = corridors.flatMap(({ home }) => readFor(home, text, nowMs) ?? []);
  if (atHome.length > 0) return [atHome[0]!];
  return corridors.flatMap(({ corridor, partner, closedBecause: { outbound } }) => {
    const paying = readFor(partner, text, nowMs);
    if (paying === undefined) return [];
    return [{ corridor, ...(outbound === undefined ? {} : { because: outbound }), ...paying }];
  });
}

/** As the gateway reads it for a network: by the account that this one pays, from the countries that it takes codes of. */
function readFor(side: ShownSide, text: string, nowMs: number): PayingNetwork | undefined {
  const reading = readQr(text, nowMs, side.schemes);
  const { scheme } = reading;
  if (scheme === undefined || !side.schemes.includes(scheme)) return undefined;
  const countries = side.codeCountries?.[scheme];
  const { country } = reading as Partial<QrRead>;
  if (reading.kind === 'read' && countries !== undefined && !countries.includes(country ?? ''))
    return undefined;
  const code = payable(reading);
  return { network: side.network, scheme, ...(code.kind === 'unpaid' ? { because: code.detail } : {}) };
}

/** One line of what a code says. */
export function networksText(networks: readonly PayingNetwork[] | undefined): string {
  if (networks === undefined) return 'not known: no switch answers here';
  if (networks.length === 0) return 'no network of this switch';
  return networks
    .map(({ network, scheme, corridor, because }) => {
      const where = corridor === undefined ? `${network} itself` : `${network} in ${corridor}`;
      return `${where} (${scheme})${because === undefined ? '' : `, but ${because.replace(/\.$/, '')}`}`;
    })
    .join('; ');
}
