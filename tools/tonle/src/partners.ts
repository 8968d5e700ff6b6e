import { printableValue } from '@tonle/contracts';
import type { GatewayClient } from './gateway-client.js';

type Breaker = 'closed' | 'open' | 'probing';

/** A network as `/v1/ops/partners` gives it. */
export interface Partner {
  readonly network: string;
  readonly adapter: string;
  readonly adapterAnswers: boolean;
  readonly lookups?: {
    readonly breaker: Breaker;
    readonly failingSince?: string;
    readonly because?: string;
  };
  readonly legs?: { readonly sends: Breaker; readonly enquiries: Breaker };
  readonly keys?: readonly {
    readonly keyId: string;
    readonly fingerprint: string;
    readonly standing: 'held' | 'new' | 'differs';
  }[];
}

const STANDINGS = { held: 'a key', new: 'a new key', differs: 'another key under the id' } as const;

export const partnersOf = async (gateway: GatewayClient): Promise<readonly Partner[]> =>
  (await gateway.ask<{ partners: readonly Partner[] }>('GET', '/v1/ops/partners')).partners;

/** Is the network there, for all that it is asked? */
export function answers({ adapterAnswers, lookups, legs }: Partner): boolean {
  const breakers = [lookups?.breaker, legs?.sends, legs?.enquiries];
  return adapterAnswers && breakers.every((breaker) => breaker === undefined || breaker === 'closed');
}

/** Since when its lookups fail, while it is still asked: of one payee's bank, or of all. */
export const failingSince = (partner: Partner): string | undefined =>
  answers(partner) ? partner.lookups?.failingSince : undefined;

/** Those that are silent, and those whose lookups have begun to fail, by name; undefined: none. */
export function silentWords(partners: readonly Partner[]): string | undefined {
  const words = partners.flatMap((partner) => {
    if (!answers(partner)) return [partner.network];
    const since = failingSince(partner);
    return since === undefined ? [] : [`${partner.network} (lookups fail since ${since})`];
  });
  return words.length === 0 ? undefined : words.join(', ');
}

/** What does not work, in words; and what has begun to fail. */
export function healthText(partner: Partner): string {
  const { adapter, adapterAnswers, lookups, legs, keys = [] } = partner;
  if (!adapterAnswers) return `${adapter} does not answer`;
  const { failingSince, because = '' } = lookups ?? {};
  const parts = [
    ...(failingSince === undefined
      ? []
      : [`lookups fail since ${failingSince} (${printableValue(because)})`]),
    ...(legs === undefined || legs.sends === 'closed' ? [] : ['payments are not sent']),
    ...(legs === undefined || legs.enquiries === 'closed' ? [] : ['enquiries are not answered']),
    ...keys
      .filter(({ standing }) => standing !== 'held')
      .map(
        (key) =>
          `tells of ${STANDINGS[key.standing]} ${printableValue(key.keyId)} (SHA-256 ${key.fingerprint})`,
      ),
  ];
  return parts.length === 0 ? 'answers' : parts.join(', ');
}
