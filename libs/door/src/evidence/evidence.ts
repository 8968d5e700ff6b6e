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
