import { Controller, Get, Inject } from '@nestjs/common';
import { serviceStateCall } from '@tonle/contracts';
import { Directory, switchServices } from '@tonle/directory';
import { ApiTag, CALLS, Endpoint } from '@tonle/http';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { Needs } from '../access/access.js';
import { publicServices, type PublicServices } from './service-state.schema.js';

type ShownService = PublicServices['services'][number];

/** What each service of the switch says that it lacks. */
@Controller('v1/ops/services')
@ApiTag('Operations')
@Needs('ops')
export class ServiceStateController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listServices',
    summary: 'List the services of the switch, what they lack, since when, and how old their queues are',
    answers: { 200: { description: 'Services', schema: publicServices } },
  })
  async services(): Promise<PublicServices> {
    const asked = switchServices(this.directory).map((service) => this.stateOf(service));
    return { services: await Promise.all(asked) };
  }

  private async stateOf(service: string): Promise<ShownService> {
    try {
      const { ready, troubles, queueOldestMs } = await this.calls.call(serviceStateCall(service), {});
      const state = !ready ? 'unavailable' : troubles.length > 0 ? 'impaired' : 'ok';
      const queue = queueOldestMs === undefined ? {} : { queueOldestMs: Math.round(queueOldestMs) };
      return { service, state, troubles, ...queue };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { service, state: 'silent', troubles: [] };
    }
  }
}
