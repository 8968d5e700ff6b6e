import { Controller, Get, Inject } from '@nestjs/common';
import { adapterCalls, CALL_KINDS } from '@tonle/contracts';
import { Directory, type Side } from '@tonle/directory';
import { figuresOf, PartnerHealth } from '@tonle/door';
import { ApiTag, CALLS, Endpoint } from '@tonle/http';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { Needs } from '../access/access.js';
import { publicPartners, type PublicPartners } from './partner-health.schema.js';

/** Whether the networks answer, as their adapters see it. */
@Controller('v1/ops/partners')
@ApiTag('Operations')
@Needs('ops')
export class PartnerHealthController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly health: PartnerHealth,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listPartners',
    summary: 'List networks, and whether they answer lookups, payments and enquiries',
    description:
      'A breaker that is not `closed` means that the network has not answered lately and is asked once every few seconds only.',
    answers: { 200: { description: 'Networks', schema: publicPartners } },
  })
  async partners(): Promise<PublicPartners> {
    const corridors = this.directory.corridors();
    const { reports } = this.health;
    const networks = new Map(
      corridors.flatMap(({ home, partner }) => [home, partner]).map((side) => [side.networkId, side]),
    );
    const partners = [...networks.values()].map(async (side) => ({
      network: side.networkId,
      participant: side.participant,
      adapter: side.adapter,
      corridors: corridors
        .filter(({ home, partner }) => [home.networkId, partner.networkId].includes(side.networkId))
        .map(({ corridorId }) => corridorId),
      lately: CALL_KINDS.map((call) => ({ call, ...figuresOf(reports, side.networkId, call) })).filter(
        ({ calls }) => calls > 0,
      ),
      ...(await this.healthOf(side)),
    }));
    return { partners: await Promise.all(partners) };
  }

  private async healthOf({
    adapter,
  }: Side): Promise<
    Pick<PublicPartners['partners'][number], 'adapterAnswers' | 'lookups' | 'legs' | 'keys'>
  > {
    try {
      return { adapterAnswers: true, ...(await this.calls.call(adapterCalls(adapter).health, {})) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { adapterAnswers: false };
    }
  }
}
