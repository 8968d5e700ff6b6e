import type { RawMessage } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import type { EvidenceLog } from '@tonle/door';
import type { Evidence } from './leg.js';
import { SIGNATURE_HEADERS } from './signature.js';
import { pickHeaders } from './wire.js';

/** Evidence of what a network says at our endpoint, and of what it is answered. */
export class InboundEvidence {
  constructor(
    private readonly log: Pick<EvidenceLog, 'keep'>,
    private readonly clock: Clock,
  ) {}

  /** A message as it came. */
  of(subject: string, operation: string, { bytes, headers }: RawMessage): Evidence {
    const at = this.clock.now();
    return {
      ...{ subject, direction: 'in', at, operation, bytes },
      headers: pickHeaders(headers, SIGNATURE_HEADERS),
    };
  }

  keepAsked(subject: string, operation: string, message: RawMessage): void {
    this.log.keep(this.of(subject, operation, message));
  }

  keepAnswer(subject: string, operation: string, { body }: { readonly body: string | Uint8Array }): void {
    const at = this.clock.now();
    this.log.keep({ subject, direction: 'out', at, operation, headers: {}, bytes: Buffer.from(body) });
  }
}
