import { isIP } from 'node:net';
import type { Platform } from '@tonle/platform';
import type { SignatureAttempts } from '@tonle/security';

/** So many bad ones of a key from one address at once, and from then on one a second (Retry-After is 1). */
const AT_ONCE = 60;
const PAID_OFF_MS = 1_000;
const DEBT_MS_MAX = AT_ONCE * PAID_OFF_MS;
const KEPT_MAX = 10_000;

/**
 * How many bad signatures are looked at: what names a registered key costs a hash of its body and its key's arithmetic,
 * also when it is a stranger's. Counted by address and key id, so that neither the others behind an address nor the key's
 * holder elsewhere is shut out. Each instance counts for itself; a full table forgets whoever failed longest ago.
 */
export class BadSignatures {
  /** Until when the failures of an address and key are paid off, epoch ms; the latest failure stands last. */
  private readonly paidOffAt = new Map<string, number>();
  private readonly outcomes;

  constructor(
    private readonly platform: Pick<Platform, 'clock' | 'telemetry'>,
    private readonly keptMax = KEPT_MAX,
  ) {
    this.outcomes = platform.telemetry.counter(
      'tonle_bad_signatures_total',
      'Signatures of registered keys that were wrong or used before, and requests turned away for them',
      ['outcome'],
      [{ outcome: 'bad' }, { outcome: 'turned_away' }],
    );
  }

  /** The signatures that come from one address. */
  from(address: string): SignatureAttempts {
    const network = networkOf(address);
    return {
      mayTry: (keyId) => this.mayTry(`${network} ${keyId}`),
      failed: (keyId) => this.failed(`${network} ${keyId}`),
    };
  }

  /** How many pairs of network and key are remembered. */
  get kept(): number {
    return this.paidOffAt.size;
  }

  private mayTry(who: string): boolean {
    if (this.debtOf(who) <= DEBT_MS_MAX - PAID_OFF_MS) return true;
    this.outcomes.inc({ outcome: 'turned_away' });
    return false;
  }

  private failed(who: string): void {
    const debt = Math.min(this.debtOf(who) + PAID_OFF_MS, DEBT_MS_MAX);
    this.paidOffAt.delete(who);
    if (this.paidOffAt.size >= this.keptMax) this.paidOffAt.delete(this.paidOffAt.keys().next().value!);
    this.paidOffAt.set(who, this.platform.clock.now() + debt);
    this.outcomes.inc({ outcome: 'bad' });
  }

  private debtOf(who: string): number {
    const debt = (this.paidOffAt.get(who) ?? 0) - this.platform.clock.now();
    // More than can be: time has gone back, and nobody waits for what is no more.
    return debt > DEBT_MS_MAX ? 0 : Math.max(debt, 0);
  }
}

const MAPPED_IPV4 = /^::ffff:(\d+(?:\.\d+){3})$/i;
const IPV6_GROUPS = 8;
const NETWORK_GROUPS = 4;

/** Whose an address is: who has one of IPv6 has the 2^64 beside it too. What is no address is nobody's. */
function networkOf(address: string): string {
  const ipv4 = MAPPED_IPV4.exec(address)?.[1];
  if (ipv4 !== undefined || isIP(address) === 4) return ipv4 ?? address;
  if (isIP(address) === 0) return '-';
  const [left, right = []] = address.split('::').map((half) => half.split(':').filter((each) => each !== ''));
  const zeros = Array<string>(Math.max(0, IPV6_GROUPS - left!.length - right.length)).fill('0');
  const groups = [...left!, ...zeros, ...right].slice(0, NETWORK_GROUPS);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
