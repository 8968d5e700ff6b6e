import { Controller, Get } from '@nestjs/common';
import { ApiTag, Endpoint } from '@tonle/http';
import { Needs } from '../access/access.js';
import { WebhookEndpointService } from './webhook-endpoint.service.js';
import { operatorEndpoints, type OperatorEndpoints } from './webhook.schema.js';

@Controller('v1/ops/webhook-endpoints')
@ApiTag('Operations')
@Needs('ops')
export class WebhookOperationsController {
  constructor(private readonly endpoints: WebhookEndpointService) {}

  @Get()
  @Endpoint({
    operationId: 'listAllWebhookEndpoints',
    summary: 'List the webhook endpoints of all participants, what has waited longest first',
    answers: { 200: { description: 'Endpoints', schema: operatorEndpoints } },
  })
  list(): Promise<OperatorEndpoints> {
    return this.endpoints.loads();
  }
}
