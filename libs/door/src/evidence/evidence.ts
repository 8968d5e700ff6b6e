/** Raw bytes of one message, kept as evidence. `subject` names what it was about: a leg key, a lookup id, a UETR. */
export interface Evidence {
  readonly subject: string;
  readonly direction: 'out' | 'in';
  /** Epoch ms. */
  readonly at: number;
  readonly operation: string;
  readonly status?: number;
  /** Signature headers and the like; never credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** Header of evidence that has its bytes elsewhere: under which subject. */
export const SHARED = 'evidence-of';

/** That a message was about this, too: a row without its bytes, which stand once, under the subject of `evidence`. */
export function sharedEvidence(evidence: Evidence, subject: string): Evidence {
  const { headers = {}, subject: whole } = evidence;
  return { ...evidence, subject, headers: { ...headers, [SHARED]: whole }, bytes: new Uint8Array(0) };
}
