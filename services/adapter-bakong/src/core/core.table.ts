// What the texts and codes of the home network mean, as data. The pairing with ISO reasons is ours; an
// unknown text of a core rejection is still a rejection, an unknown code of a read is no answer at all.

export type CoreMeaning =
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The reference is in the books: our first try may have arrived. Ask for it. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'conflicting' };

/** Texts inside `REJECTED AT CORE DUE TO: [...]`, the first that is contained wins. */
export const CORE_TEXTS: readonly { readonly text: string; readonly meaning: CoreMeaning }[] = [
  { text: 'already existed', meaning: { kind: 'ask' } },
  { text: 'already reversed', meaning: { kind: 'conflicting' } },
  { text: 'insufficient balance', meaning: { kind: 'rejected', reason: 'AM04' } },
  { text: 'account closed', meaning: { kind: 'rejected', reason: 'AC04' } },
  { text: 'account blocked', meaning: { kind: 'rejected', reason: 'AC06' } },
  { text: 'account not found', meaning: { kind: 'rejected', reason: 'AC01' } },
  { text: 'currency not supported', meaning: { kind: 'rejected', reason: 'AM03' } },
  { text: 'amount differs', meaning: { kind: 'rejected', reason: 'AM09' } },
  { text: 'limit', meaning: { kind: 'rejected', reason: 'AM02' } },
  { text: 'not found', meaning: { kind: 'rejected', reason: 'AG09' } },
  { text: 'wrong format', meaning: { kind: 'rejected', reason: 'CH16' } },
];
export const CORE_TEXT_OTHER: CoreMeaning = { kind: 'rejected', reason: 'MS03' };

/** Faults of the interface that prove that the core never saw the request; every other fault is ambiguous. */
export const FINAL_FAULTS: readonly { readonly text: string; readonly reason: string }[] = [
  { text: 'wrong format', reason: 'CH16' },
];

export type ApiMeaning =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'renew_token' }
  | { readonly kind: 'account'; readonly reason: 'account_unknown' }
  /** Refused in words only: the caller reads the message. */
  | { readonly kind: 'other' }
  | { readonly kind: 'later' };

/** Error codes of the Open API. Code 1 means "not yet", also for what has failed. */
export const API_CODES: Readonly<Record<number, ApiMeaning>> = {
  1: { kind: 'not_found' },
  3: { kind: 'failed', reason: 'MS03' },
  6: { kind: 'renew_token' },
  7: { kind: 'later' },
  9: { kind: 'later' },
  11: { kind: 'account', reason: 'account_unknown' },
  12: { kind: 'account', reason: 'account_unknown' },
  13: { kind: 'other' },
};

/** What a found core text means. */
export function coreMeaning(text: string): CoreMeaning {
  const lower = text.toLowerCase();
  return CORE_TEXTS.find((row) => lower.includes(row.text))?.meaning ?? CORE_TEXT_OTHER;
}
