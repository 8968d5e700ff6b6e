import type { RequestSigner, Signature } from './signature.js';
import type { WireContext } from './wire.js';

/** Where and how a network calls us: HTTPS, each request and answer signed. */
export interface InboundListener {
  readonly port: number;
  readonly host: string;
  readonly tls: ServerTls;
  /** Checks requests and signs answers: over HTTP or inside of XML, or by a scheme of the network's own. */
  readonly signature: Signature | DoorSignature;
  /** How long a caller waits for a final status, ms. */
  readonly waitMs: number;
}

/** A scheme of signatures at the door, once it is open. */
export type DoorSignature = (context: WireContext) => RequestSigner;

/** Paths of PEM files. */
export interface ServerTls {
  /** Who signs the certificates that callers have to show; without it they show none, and their signature is all. */
  readonly authority?: string;
  readonly certificate: string;
  readonly key: string;
}
