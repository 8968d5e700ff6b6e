import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTag, Endpoint, served } from '@tonle/http';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { uuid } from '../payment/payment.schema.js';
import { WebhookEndpointService } from './webhook-endpoint.service.js';
import * as schema from './webhook.schema.js';

const askedOf = ({ participant, keyId }: Caller, endpointId: string) => ({
  participant: participant.participantId,
  endpointId,
  keyId,
});

@Controller('v1/webhook-endpoints')
@ApiTag('Events')
@Needs('any participant')
export class WebhookController {
  constructor(private readonly endpoints: WebhookEndpointService) {}

  @Post()
  @Endpoint({
    operationId: 'createWebhookEndpoint',
    summary: 'Have your events sent to a URL',
    description:
      'From now on, by POST, as `GET /v1/events` has them, signed as Standard Webhooks say (`v1a`, Ed25519) by the key in `keys`. ' +
      'Any status of 200 to 299 takes an event. What is not taken is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, a day and ' +
      'another, those of one payment in their order. Registering a URL again changes its types and description.',
    answers: { 201: { description: 'It is registered', schema: schema.publicEndpoint } },
    refusals: ['schema_invalid', 'not_permitted'],
  })
  async create(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.endpointBody }) body: schema.EndpointBody,
  ): Promise<schema.PublicEndpoint> {
    return served(await this.endpoints.put(caller, body)).endpoint;
  }

  @Get()
  @Endpoint({
    operationId: 'listWebhookEndpoints',
    summary: 'List the URLs that your events are sent to',
    description: 'Those that were disabled too, with why; keys are with each endpoint.',
    answers: { 200: { description: 'Endpoints', schema: schema.publicEndpoints } },
  })
  async list(@SignedBy() { participant }: Caller): Promise<schema.PublicEndpoints> {
    return { endpoints: await this.endpoints.list(participant.participantId) };
  }

  @Get(':endpointId')
  @Endpoint({
    operationId: 'getWebhookEndpoint',
    summary: 'Get an endpoint, with the keys that sign for it',
    description:
      'A receiver checks `webhook-signature` by these public keys; during a rotation there are two.',
    answers: { 200: { description: 'The endpoint', schema: schema.publicEndpoint } },
    refusals: ['not_found'],
  })
  async get(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
  ): Promise<schema.PublicEndpoint> {
    return served(await this.endpoints.get(askedOf(caller, endpointId))).endpoint;
  }

  @Delete(':endpointId')
  @Endpoint({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Have nothing sent to a URL any more',
    description: 'What waits for it is not sent; `GET /v1/events` still has it.',
    answers: { 200: { description: 'It is deleted', schema: schema.publicEndpoint } },
    refusals: ['not_found'],
  })
  async delete(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
  ): Promise<schema.PublicEndpoint> {
    return served(await this.endpoints.delete(askedOf(caller, endpointId))).endpoint;
  }

  @Post(':endpointId/enable')
  @Endpoint({
    operationId: 'enableWebhookEndpoint',
    summary: 'Go on with an endpoint that was disabled, from where it stopped',
    description:
      'What has come since is sent, the events of a payment in their order. What was given up is not: resend it.',
    answers: { 200: { description: 'It is active', schema: schema.publicEndpoint } },
    refusals: ['not_found'],
  })
  async enable(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
  ): Promise<schema.PublicEndpoint> {
    return served(await this.endpoints.enable(askedOf(caller, endpointId))).endpoint;
  }

  @Post(':endpointId/keys')
  @Endpoint({
    operationId: 'rotateWebhookKey',
    summary: 'Get a new key for an endpoint; for a while the one before signs as well',
    description:
      'Until then `webhook-signature` has both signatures, separated by a space; take the new key in that time.',
    answers: { 200: { description: 'With both keys', schema: schema.publicEndpoint } },
    refusals: ['not_found'],
  })
  async rotate(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
    @Body({ schema: schema.rotateBody }) { overlapHours }: schema.RotateBody,
  ): Promise<schema.PublicEndpoint> {
    return served(await this.endpoints.rotate(askedOf(caller, endpointId), overlapHours)).endpoint;
  }

  @Post(':endpointId/test')
  @Endpoint({
    operationId: 'testWebhookEndpoint',
    summary: 'Have an event sent to an endpoint to try it',
    description: 'Of type `webhook.test`, as all others are sent: `GET .../deliveries` tells how it went.',
    answers: { 202: { description: 'It will be sent', schema: schema.testAnswer } },
    refusals: ['not_found'],
  })
  async test(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
  ): Promise<schema.TestAnswer> {
    const { eventId } = served(await this.endpoints.test(askedOf(caller, endpointId)));
    return { eventId };
  }

  @Get(':endpointId/deliveries')
  @Endpoint({
    operationId: 'listWebhookDeliveries',
    summary: 'List what was sent to an endpoint, newest first, with every attempt',
    description: 'Each attempt with its time, HTTP status or cause, and how long it took.',
    answers: { 200: { description: 'A page', schema: schema.publicDeliveries } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async deliveries(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
    @Query({ schema: schema.deliveriesQuery }) asked: schema.DeliveriesQuery,
  ): Promise<schema.PublicDeliveries> {
    const listed = await this.endpoints.deliveries(askedOf(caller, endpointId), asked);
    const { kind: _kind, ...page } = served(listed);
    return page;
  }

  @Post(':endpointId/deliveries/:eventId/resend')
  @Endpoint({
    operationId: 'resendWebhook',
    summary: 'Have an event sent to an endpoint once more, under the same id',
    description: 'Whether it was delivered or given up; a receiver knows by the id what it has had.',
    answers: { 202: { description: 'It will be sent', schema: schema.resendAnswer } },
    refusals: ['not_found'],
  })
  async resend(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
    @Param('eventId', { schema: uuid }) eventId: string,
  ): Promise<schema.ResendAnswer> {
    served(await this.endpoints.resend(askedOf(caller, endpointId), eventId));
    return { count: 1 };
  }

  @Post(':endpointId/resend')
  @Endpoint({
    operationId: 'resendFailedWebhooks',
    summary: 'Have all that an endpoint did not take since an instant sent once more',
    description: 'What was given up, 10,000 at a time: ask again while `count` is that.',
    answers: { 202: { description: 'They will be sent', schema: schema.resendAnswer } },
    refusals: ['not_found'],
  })
  async resendFailed(
    @SignedBy() caller: Caller,
    @Param('endpointId', { schema: uuid }) endpointId: string,
    @Body({ schema: schema.resendBody }) { since }: schema.ResendBody,
  ): Promise<schema.ResendAnswer> {
    const asked = askedOf(caller, endpointId);
    const { count } = served(await this.endpoints.resendFailed(asked, new Date(since)));
    return { count };
  }
}
