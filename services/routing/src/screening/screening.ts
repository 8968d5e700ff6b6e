/** Somebody named in a payment. */
export interface ScreenedParty {
  readonly party: 'debtor' | 'creditor';
  readonly name: string;
  readonly country?: string;
}

export interface ScreeningHit {
  readonly party: string;
  /** Id of the list's entry. */
  readonly listEntry: string;
  /** The list's name that matched. */
  readonly matched: string;
}

/** Port: does anybody in a payment stand on a list? The first hit is enough to hold the payment. */
export interface Screening {
  screen(parties: readonly ScreenedParty[]): ScreeningHit | undefined;
}
