import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { refused, refusedField, routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint, problemOf, served } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { FastifyReply } from 'fastify';
import { Needs, signedBy, SignedBy, type Caller } from '../access/access.js';
import { uuid } from '../payment/payment.schema.js';
import { evidenceBundle } from './evidence-bundle.js';
import * as schema from './story.schema.js';
import { EVIDENCE_SIGNER, type EvidenceSigner } from './evidence-signer.js';
import { StoryService } from './story.service.js';
import { showStory } from './story.view.js';

/** All that is known of one payment, wherever it is known. */
@Controller('v1/ops/payments/:paymentId')
@ApiTag('Operations')
@Needs('ops')
export class StoryController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly stories: StoryService,
    @Inject(EVIDENCE_SIGNER) private readonly signer: EvidenceSigner,
  ) {}

  @Get('story')
  @Endpoint({
    operationId: 'getPaymentStory',
    summary:
      'Get the story of a payment: every message, decision, transfer, timer, enquiry and notice, in order',
    description:
      'From what each service has stored. Without personal data: of a message it tells hash, size and headers; the bytes are in the ' +
      'bundle of evidence.',
    answers: { 200: { description: 'A page of the story', schema: schema.publicStory } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async story(
    @Param('paymentId', { schema: uuid }) paymentId: string,
    @Query({ schema: schema.storyQuery }) { cursor, limit }: schema.StoryQuery,
  ): Promise<schema.PublicStory> {
    const whole = showStory(served(await this.stories.tell(paymentId)));
    const after = cursor === undefined ? -1 : whole.entries.findIndex(({ id }) => id === cursor);
    if (cursor !== undefined && after < 0)
      throw problemOf(refusedField('schema_invalid', '/cursor', 'This story has no such entry.'));
    const entries = whole.entries.slice(after + 1, after + 1 + limit);
    const isLast = after + 1 + limit >= whole.entries.length;
    return { ...whole, entries, ...(isLast ? {} : { next: entries[entries.length - 1]!.id }) };
  }

  @Get('evidence')
  @Endpoint({
    operationId: 'getPaymentEvidence',
    summary:
      'Get the evidence of a payment as a zip: its story, and the bytes of every message with their hashes',
    description:
      'Messages name people: who gets them, and why, is recorded among the actions of operators before anything is sent. ' +
      '`SHA256SUMS` has the hash of each file, `SHA256SUMS.sig` our signature over it (Ed25519): `tonle explain --verify` checks ' +
      'both, without a switch. The same facts give the same bytes.',
    answers: { 200: { description: 'The bundle', mediaType: 'application/zip' } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async evidence(
    @SignedBy() caller: Caller,
    @Param('paymentId', { schema: uuid }) paymentId: string,
    @Query({ schema: schema.evidenceQuery }) { reason }: schema.EvidenceQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const reading = { paymentId, reason, ...signedBy(caller) };
    const noted = await this.calls.call(routingCalls.noteReading, reading);
    if (noted.kind === 'refused') throw problemOf(refused(noted.reason, noted.detail));
    const story = served(await this.stories.tell(paymentId));
    const bundle = evidenceBundle(showStory(story), await this.stories.bytesOf(story), this.signer);
    void reply
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="${paymentId}.zip"`);
    return bundle;
  }
}
