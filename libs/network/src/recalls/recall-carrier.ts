import type { NetworkRecall, NetworkRecallEnd, NetworkRecallReply } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Telemetry } from '@tonle/telemetry';
import { unmappedCodes } from '../codes.js';
import type { EvidenceLog } from '@tonle/door';
import type { WireReply } from '../exchange.js';
import type { WireRequest } from '../network.js';
import type { OpenWires } from '../open-wires.js';
import type { Recalls } from './recalls.js';

interface CarrierParts {
  readonly network: string;
  readonly recalls: Recalls;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly directory: Pick<Directory, 'participant' | 'assertLoaded'>;
  readonly telemetry: Telemetry;
}

/** Asks a network for payments back, and tells it how its own recalls ended: once each time, routing asks again. */
export class RecallCarrier {
  private readonly unmapped;

  constructor(private readonly parts: CarrierParts) {
    this.unmapped = unmappedCodes(parts.telemetry, parts.network);
  }

  /** Throws TryLater without a directory. */
  async ask(recall: NetworkRecall): Promise<NetworkRecallReply> {
    const { recalls, directory, network } = this.parts;
    directory.assertLoaded();
    const request = recalls.ask(recall, directory.participant(recall.answerer));
    if (request === undefined) return { kind: 'not_served' };
    const { unmapped, ...reply } = recalls.read(await this.carry(request, recall.recallId), recall);
    if (unmapped !== undefined) this.unmapped.inc({ partner: network });
    return reply;
  }

  /** True once the network has it. Throws TryLater without a directory. */
  async tell(end: NetworkRecallEnd): Promise<boolean> {
    const { recalls, directory } = this.parts;
    directory.assertLoaded();
    const request = recalls.tell(end, directory.participant(end.asker));
    return request !== undefined && recalls.isTold(await this.carry(request, end.recallId));
  }

  private async carry(request: WireRequest, subject: string): Promise<WireReply> {
    const { reply, evidence } = await this.parts.wires.ask(request, { subject });
    for (const each of evidence) this.parts.evidence.keep(each);
    return reply;
  }
}
