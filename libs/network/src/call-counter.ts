import { LATENCY_BOUNDS_MS, type CallCounts } from '@tonle/contracts';

const SLOT_MS = 30_000;
const SLOTS = 10;

interface Slot {
  readonly at: number;
  answered: number;
  failed: number;
  readonly classes: number[];
}

/** How calls of one kind went in the last five minutes: so many answered, by classes of time, and so many not. Bounded, whatever the load. */
export class CallCounter {
  private slots: Slot[] = [];

  constructor(private readonly now: () => number) {}

  answered(tookMs: number): void {
    const slot = this.slot();
    const at = LATENCY_BOUNDS_MS.findIndex((bound) => tookMs <= bound);
    slot.answered += 1;
    slot.classes[at === -1 ? LATENCY_BOUNDS_MS.length : at]! += 1;
  }

  failed(): void {
    this.slot().failed += 1;
  }

  get counts(): CallCounts {
    const first = this.place() - SLOTS;
    const living = this.slots.filter(({ at }) => at > first);
    const sum = (of: (slot: Slot) => number) => living.reduce((total, slot) => total + of(slot), 0);
    return {
      answered: sum(({ answered }) => answered),
      failed: sum(({ failed }) => failed),
      classes: noClasses().map((_, at) => sum(({ classes }) => classes[at]!)),
    };
  }

  private slot(): Slot {
    const at = this.place();
    const last = this.slots.at(-1);
    if (last?.at === at) return last;
    const slot: Slot = { at, answered: 0, failed: 0, classes: noClasses() };
    // A clock that was set back begins anew.
    const before = last !== undefined && last.at > at ? [] : this.slots;
    this.slots = [...before, slot].slice(-SLOTS);
    return slot;
  }

  private place(): number {
    return Math.floor(this.now() / SLOT_MS);
  }
}

function noClasses(): number[] {
  return Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);
}
