/** Whether to try again, and with what changed. */
export const RETRIES = [
  'never',
  'later',
  'new_lookup',
  'new_quote',
  'new_payment',
  'lower_amount',
  'ask_status',
  'confirm',
] as const;
export type Retry = (typeof RETRIES)[number];

export interface ReasonEntry {
  /** HTTP status when the refusal answers a request. */
  readonly http: number;
  /** ISO 20022 external status reason code. */
  readonly iso: string;
  readonly retry: Retry;
  readonly title: string;
  /** What the caller can do. */
  readonly remedy: string;
}

/** An entry in one call: the registry has many. */
export const entry = (
  http: number,
  iso: string,
  retry: Retry,
  title: string,
  remedy: string,
): ReasonEntry => ({
  http,
  iso,
  retry,
  title,
  remedy,
});
