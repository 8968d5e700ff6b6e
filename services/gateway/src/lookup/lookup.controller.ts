import { Body, Controller, Post } from '@nestjs/common';
import { ApiTag, Endpoint, served } from '@tonle/http';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { createLookupBody, publicLookup, type CreateLookup, type PublicLookup } from './lookup.schema.js';
import { LookupService } from './lookup.service.js';
import { showLookup } from './offer.view.js';

@Controller('v1/lookups')
@ApiTag('Payments')
@Needs('payments')
export class LookupController {
  constructor(private readonly lookups: LookupService) {}

  @Post()
  @Endpoint({
    operationId: 'createLookup',
    summary: 'Look up a payee',
    description:
      "Takes the text of a scanned QR code, or an account or proxy, and asks the payee's network. Where several networks reach the " +
      'payee all of them are asked, and `offers` has the best first: steady networks, then the cheaper for the payer. When none has ' +
      'found the payee, the refusal is the one that helps most, such as `partner_silent` before `payee_unknown`.',
    answers: { 200: { description: 'The payee', schema: publicLookup } },
    refusals: [
      'qr_unreadable',
      'qr_tampered',
      'qr_expired',
      'qr_not_served',
      'corridor_closed',
      'payee_unknown',
      'payee_not_eligible',
      'account_unknown',
      'account_closed',
      'account_blocked',
      'partner_silent',
      'lookups_exhausted',
    ],
  })
  async find(
    @SignedBy() { participant }: Caller,
    @Body({ schema: createLookupBody }) body: CreateLookup,
  ): Promise<PublicLookup> {
    return showLookup(served(await this.lookups.find(participant.participantId, body)));
  }
}
