import type { WireRequest } from './network.js';
import { ANSWER_MS, openWire, type Carried, type OpenWire, type Wire, type WireContext } from './wire.js';

export interface AskedFor {
  /** What the evidence is filed under. */
  readonly subject: string;
  /** In place of the request's own. */
  readonly timeoutMs?: number;
  readonly mayStart?: () => boolean;
}

/** All wires of a network, open. */
export class OpenWires {
  private readonly wires: ReadonlyMap<string, OpenWire>;

  /** Throws when a file of their keys cannot be read. */
  constructor(wires: Readonly<Record<string, Wire>>, context: WireContext) {
    this.wires = new Map(Object.entries(wires).map(([name, wire]) => [name, openWire(wire, context)]));
  }

  /** Sends a request once, over the wire that it names. Rejects only when there is no such wire. */
  async ask(request: WireRequest, about: AskedFor): Promise<Carried> {
    const wire = this.wires.get(request.wire);
    if (wire === undefined) throw new RangeError(`the network has no wire ${request.wire}`);
    const { contentType, timeoutMs = ANSWER_MS } = request;
    const headers = { ...request.headers, ...(contentType !== undefined && { 'content-type': contentType }) };
    const { subject, mayStart } = about;
    return wire.carry({ ...request, headers, subject, mayStart, timeoutMs: about.timeoutMs ?? timeoutMs });
  }

  async close(): Promise<void> {
    await Promise.all([...this.wires.values()].map((wire) => wire.close()));
  }
}
