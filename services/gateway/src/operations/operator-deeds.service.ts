import {
  approvalCalls,
  APPROVING_SERVICES,
  deadLetterCalls,
  routingCalls,
  settlementCalls,
  type DeedFilter,
  type OperatorDeed,
} from '@tonle/contracts';
import { switchServices, type Directory } from '@tonle/directory';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';

/** A page of deeds, and the services that could not be asked for theirs. */
export interface DeedPage {
  readonly actions: readonly OperatorDeed[];
  readonly next?: string;
  readonly silentServices: readonly string[];
}

/**
 * What operators did, wherever it was done: every service keeps its own deeds, in the transaction of what was done. Their
 * ids begin with the instant, so that all of them are one list with one cursor.
 */
export class OperatorDeedsService {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
  ) {}

  async list({ limit, ...filter }: DeedFilter): Promise<DeedPage> {
    const letters = switchServices(this.directory).map((service) => deadLetterCalls(service).actions);
    const approvals = APPROVING_SERVICES.map((service) => approvalCalls(service).actions);
    const asked = await Promise.all(
      [routingCalls.actions, settlementCalls.actions, ...approvals, ...letters].map(async (contract) => ({
        service: contract.service,
        deeds: await this.deedsOf(contract, { ...filter, limit: limit + 1 }),
      })),
    );
    const deeds = asked.flatMap((each) => each.deeds ?? []);
    deeds.sort((a, b) => (a.actionId < b.actionId ? 1 : -1));
    const next = deeds.length > limit ? deeds[limit - 1]!.actionId : undefined;
    return {
      actions: deeds.slice(0, limit),
      ...(next === undefined ? {} : { next }),
      silentServices: [
        ...new Set(asked.flatMap(({ service, deeds: found }) => (found === undefined ? [service] : []))),
      ],
    };
  }

  private async deedsOf(
    contract: typeof routingCalls.actions,
    filter: DeedFilter,
  ): Promise<OperatorDeed[] | undefined> {
    try {
      return (await this.calls.call(contract, filter)).actions;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return undefined;
    }
  }
}
