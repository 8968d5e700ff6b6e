import { adapterCalls, type LegKind } from '@tonle/contracts';
import { sidesOf } from '@tonle/directory';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { Payment } from '../payment/payment.js';

/** Asks the adapter of a leg whether its network has answered an enquiry about it; false when that cannot be learned now. */
export class EnquiredLegs {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly directory: CurrentDirectory,
  ) {}

  async hasAnswered({ id, corridor, direction }: Payment, leg: LegKind): Promise<boolean> {
    const known = this.directory.get().corridorIncludingEnded(corridor);
    if (known === undefined) return false;
    const { source, target } = sidesOf(known, direction);
    const { adapter } = leg === 'credit' ? target : source;
    try {
      const { legs } = await this.calls.call(adapterCalls(adapter).legs, { paymentIds: [id] });
      return legs.some((each) => each.leg === leg && (each.answered ?? 0) > 0);
    } catch (error) {
      if (error instanceof ServiceUnavailable) return false;
      throw error;
    }
  }
}
