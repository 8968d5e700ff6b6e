import { seededUnit } from './clock.js';
import { fits, type CallFacts, type Fault, type FaultRequest } from './fault.js';

/** The faults that are set now. The first that fits a call and wins its draw is used. */
export class FaultBook {
  private readonly rules: { fault: Fault; unit: () => number }[] = [];
  private next = 1;
  private readonly watchers: (() => void)[] = [];

  /** Adds a fault of these operations; `rate` draws from its own seeded sequence, so a run can be repeated. */
  add(request: FaultRequest, operations: readonly string[]): Fault {
    const fault: Fault = { ...request, operations, id: `f${this.next}`, hits: 0 };
    this.next += 1;
    this.rules.push({ fault, unit: seededUnit(request.seed) });
    this.changed();
    return fault;
  }

  list(): readonly Fault[] {
    return this.rules.map((rule) => rule.fault);
  }

  /** Removes one fault, or all. Answers how many were removed. */
  clear(id?: string): number {
    const before = this.rules.length;
    const kept = id === undefined ? [] : this.rules.filter((rule) => rule.fault.id !== id);
    this.rules.splice(0, before, ...kept);
    if (kept.length !== before) this.changed();
    return before - kept.length;
  }

  /** The fault this call meets, if any. Counts the hit; a fault whose count is used up goes. */
  pick(network: string, operation: string, facts: CallFacts): Fault | undefined {
    for (const { fault, unit } of this.rules) {
      if (fault.network !== network || fault.fault === 'outage') continue;
      if (!fault.operations.includes(operation)) continue;
      if (!fits(fault, facts) || unit() >= fault.rate) continue;
      fault.hits += 1;
      if (fault.hits === fault.count) this.clear(fault.id);
      return fault;
    }
    return undefined;
  }

  /** Is the whole network down? */
  outage(network: string): Fault | undefined {
    return this.rules.find(({ fault }) => fault.fault === 'outage' && fault.network === network)?.fault;
  }

  /** Tells when faults come or go (outages open and close listeners). */
  watch(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}
