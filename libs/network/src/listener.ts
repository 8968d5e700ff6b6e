import type { Signature } from './signature.js';

/** Where and how a network calls us: HTTPS that only its certificate opens, each request and answer signed. */
export interface InboundListener {
  readonly port: number;
  readonly host: string;
  readonly tls: ServerTls;
  /** Checks requests and signs answers. */
  readonly signature: Signature;
  /** How long a caller waits for a final status, ms. */
  readonly waitMs: number;
}

/** Paths of PEM files. */
export interface ServerTls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}
