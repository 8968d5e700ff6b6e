import { MessageSigner, type RequestSigner, type Signature } from './signature.js';
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

/** Opens what checks requests and signs answers. Throws when a key cannot be read. */
export function openSignature(signature: InboundListener['signature'], context: WireContext): RequestSigner {
  return typeof signature === 'function' ? signature(context) : new MessageSigner(signature, context);
}

/** Some paths have a scheme of their own; the others share one. */
export function signedByPath(
  own: Readonly<Record<string, DoorSignature>>,
  others: InboundListener['signature'],
): DoorSignature {
  return (context) => {
    const signers = new Map(Object.entries(own).map(([path, open]) => [path, open(context)]));
    const shared = openSignature(others, context);
    const byPath: RequestSigner<{ readonly signer: RequestSigner; readonly seen: unknown }> = {
      checkRequest: (request, attempts) => {
        const signer = signers.get(request.url) ?? shared;
        const verdict = signer.checkRequest(request, attempts);
        const seen = { signer, seen: verdict.seen };
        if (verdict.kind === 'verified') return { ...verdict, seen };
        return { ...verdict, seen: verdict.seen === undefined ? undefined : seen };
      },
      signAnswer: (status, contentType, body, { signer, seen }) =>
        signer.signAnswer(status, contentType, body, seen),
    };
    return byPath as RequestSigner;
  };
}

/** Paths of PEM files. */
export interface ServerTls {
  /** Who signs the certificates that callers have to show; without it they show none, and their signature is all. */
  readonly authority?: string;
  readonly certificate: string;
  readonly key: string;
}
