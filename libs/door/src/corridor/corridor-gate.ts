import { refused, type Direction, type PaymentSubmit, type Refusal } from '@tonle/contracts';
import {
  closureOf,
  closureRefusal,
  mayWait,
  pauseOf,
  pauseRefusal,
  refusesWhenDown,
  throttlesOf,
  type Begun,
  type Corridor,
  type Directory,
  type Role,
  type SetThrottle,
} from '@tonle/directory';
import { MemoryState, type Bucket, type SharedState } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { lotOf, trialsPerSecond, type DirectionHealth } from './direction-health.decide.js';
import type { PartnerHealth } from './partner-health.js';

const DOWN_RETRY_S = 5;
const THROTTLED_RETRY_S_MAX = 3_600;

/**
 * What is let through to a corridor, at every way in, before anything of it is kept: nothing that operators have stopped, nothing to
 * a network that does not answer where the corridor says so, and no more than a throttle lets pass, counted over all instances.
 * Refunds are not held up here. Without shared state each instance counts alone.
 */
export class CorridorGate {
  private readonly alone = new MemoryState();

  constructor(
    private readonly directory: Pick<Directory, 'corridor' | 'participant'>,
    private readonly shared: Pick<SharedState, 'spend'>,
    private readonly clock: Clock,
    private readonly health: Pick<PartnerHealth, 'of'>,
  ) {}

  /** Why a payment may not be taken now; undefined when it may, or routing is to say why not. */
  async admit(submit: PaymentSubmit): Promise<Refusal | undefined> {
    const { direction, debtorAgent, creditorAgent, refundOf } = submit;
    const corridor = this.directory.corridor(submit.corridor);
    if (corridor === undefined || refundOf !== undefined) return undefined;
    const banks = { debtorAgent, creditorAgent };
    return (
      this.barred(corridor, direction, 'payment', banks) ??
      (await this.down(corridor, submit)) ??
      this.throttled(corridor, direction)
    );
  }

  /** Why payees are not named and nothing is priced in a direction now, for a payee of this bank. */
  offer(corridor: Corridor, direction: Direction, creditorAgent?: string): Refusal | undefined {
    return this.barred(corridor, direction, 'offer', { creditorAgent });
  }

  /** Forgets the buckets that this instance keeps for itself. */
  close(): Promise<void> {
    return this.alone.close();
  }

  private barred(
    corridor: Corridor,
    direction: Direction,
    begun: Begun,
    banks: { readonly debtorAgent?: string; readonly creditorAgent?: string },
  ): Refusal | undefined {
    const nowMs = this.clock.now();
    const closure = closureOf(corridor, direction, nowMs, begun);
    if (closure !== undefined) return closureRefusal(closure, nowMs);
    const named: readonly [string | undefined, Role][] = [
      [banks.debtorAgent, 'send'],
      [banks.creditorAgent, 'receive'],
    ];
    const [pause] = named.flatMap(([id, role]) => {
      const bank = id === undefined ? undefined : this.directory.participant(id);
      return bank === undefined ? [] : (pauseOf(bank, role, nowMs, begun) ?? []);
    });
    return pause && pauseRefusal(pause, nowMs);
  }

  /** Of what is refused while a network is down one payment now and then tries it; when it is back, ever more pass. */
  private async down(corridor: Corridor, submit: PaymentSubmit): Promise<Refusal | undefined> {
    const { direction, quoteId } = submit;
    if (!refusesWhenDown(corridor, mayWait(submit))) return undefined;
    const health = this.health.of(corridor, direction);
    if (health.kind !== 'down' && health.kind !== 'recovering') return undefined;
    if (health.kind === 'recovering' && lotOf(quoteId) < health.share) return undefined;
    const perSecond = trialsPerSecond(health, this.clock.now());
    if (perSecond !== undefined) {
      const on = `trial:${corridor.corridorId}:${direction}:${perSecond}`;
      if ((await this.spend({ on, perSecond })) === undefined) return undefined;
    }
    return downRefusal(corridor, health);
  }

  private async throttled(corridor: Corridor, direction: Direction): Promise<Refusal | undefined> {
    for (const throttle of throttlesOf(corridor, direction, this.clock.now())) {
      const waitS = await this.spend(throttle);
      if (waitS !== undefined) return throttledRefusal(corridor, direction, throttle, waitS);
    }
    return undefined;
  }

  /** Seconds until there is one again; undefined: one was taken. */
  private async spend({ on, perSecond }: Pick<SetThrottle, 'on' | 'perSecond'>): Promise<number | undefined> {
    const bucket: Bucket = { size: Math.max(1, perSecond), perSecond };
    const [shared, alone] = await Promise.all([
      this.shared.spend(`throttle:${on}`, { cost: 1 }, bucket),
      this.alone.spend(`throttle:${on}`, { cost: 1 }, bucket),
    ]);
    const { taken, level } = shared ?? alone;
    return taken ? undefined : (1 - level) / perSecond;
  }
}

function downRefusal(
  { corridorId }: Corridor,
  { kind, network }: Extract<DirectionHealth, { kind: 'down' | 'recovering' }>,
): Refusal {
  const words =
    kind === 'down'
      ? `${network.name} does not answer`
      : `${network.name} answers again, and takes more payments by and by`;
  return { ...refused('corridor_down', `Corridor ${corridorId}: ${words}.`), retryAfterS: DOWN_RETRY_S };
}

function throttledRefusal(
  { corridorId }: Corridor,
  direction: Direction,
  { perSecond, notice }: SetThrottle,
  waitS: number,
): Refusal {
  const words = `Corridor ${corridorId} takes ${perSecond} ${direction} payments a second for now`;
  return {
    ...refused('corridor_throttled', `${words}${notice === undefined ? '.' : `: ${notice}`}`),
    retryAfterS: Math.min(Math.max(1, Math.ceil(waitS)), THROTTLED_RETRY_S_MAX),
  };
}
