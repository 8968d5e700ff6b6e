import { refused, type PaymentCodeAnswer, type PaymentCodeRequest } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { unmappedCodes } from '../codes.js';
import type { EvidenceLog } from '@tonle/door';
import type { OpenWires } from '../open-wires.js';
import { insertCode } from './payment-code.store.js';
import type { PaymentCodes } from './payment-code.js';

export interface CodeIssuerOptions {
  readonly codes: PaymentCodes;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly database: Queryable;
  readonly directory: Pick<Directory, 'assertLoaded' | 'corridor'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The network's short name, in counts. */
  readonly partner: string;
}

/** Gets codes for payers to show. */
export class CodeIssuer {
  private readonly unmapped;

  constructor(private readonly options: CodeIssuerOptions) {
    this.unmapped = unmappedCodes(options.telemetry, options.partner);
  }

  /**
   * A new code, kept before it is told: whatever draws on another one is refused. Refuses `corridor_unknown`, what the network
   * refuses, and `partner_silent`; a code that was issued and not heard of is then unknown. Throws TryLater without a directory.
   */
  async issue(request: PaymentCodeRequest): Promise<PaymentCodeAnswer> {
    const { codes, wires, evidence, database, directory, clock } = this.options;
    directory.assertLoaded();
    if (directory.corridor(request.corridor) === undefined) return refused('corridor_unknown');
    const { codeId, participant, debtor, most } = request;
    const at = clock.now();
    const wanted = { codeId, participant, debtor, most, at };
    const asked = codes.ask(wanted);
    if ('kind' in asked) return refused(asked.reason, asked.detail);
    const { reply, evidence: kept } = await wires.ask(asked, { subject: codeId });
    for (const each of kept) evidence.keep(each);
    const said = codes.read(reply, wanted);
    if (said.kind === 'refused') {
      if (said.unmapped !== undefined) this.unmapped.inc({ partner: this.options.partner });
      return refused(said.reason, said.detail);
    }
    const { text, barcode, expiresMs = Number.POSITIVE_INFINITY } = said;
    const expiresAt = new Date(Math.min(expiresMs, at + codes.lifetimeMs));
    const isNew = await insertCode(database, request, said, { issuedAt: new Date(at), expiresAt });
    if (!isNew) return refused('partner_silent', 'The network has issued a code that it had issued before.');
    return {
      kind: 'issued',
      code: text,
      ...(barcode !== undefined && { barcode }),
      expiresAt: expiresAt.toISOString(),
    };
  }
}
