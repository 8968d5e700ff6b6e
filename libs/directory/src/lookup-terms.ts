import type { ParticipantBody } from './entry.schema.js';

/** How many payees a participant may look up. */
export type LookupTerms = NonNullable<ParticipantBody['lookups']>;

/** Enough for a bank whose customers pay; far too little for who collects names. */
const BANK: LookupTerms = { burst: 300, perSecond: 5, perPayment: 2 };
/** A network asks for the customers of all its banks. */
const NETWORK: LookupTerms = { burst: 2_000, perSecond: 50, perPayment: 2 };

/** What the directory says of a participant, else what everybody of its kind may. */
export function lookupTermsOf(
  participant: Pick<ParticipantBody, 'kind' | 'lookups'> | undefined,
): LookupTerms {
  return participant?.lookups ?? (participant?.kind === 'network' ? NETWORK : BANK);
}
