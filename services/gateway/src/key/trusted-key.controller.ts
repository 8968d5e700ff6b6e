import { createPublicKey } from 'node:crypto';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { keyCalls, refused } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf, served } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { keyFingerprint } from '@tonle/security';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { showProposed } from '../operations/approval.view.js';
import { doneAnswer, type Done } from '../operations/operations.schema.js';
import { printable } from '../payment/payment.schema.js';
import { keyId as keyIdSchema } from './key.schema.js';
import { partnerAlgorithmOf, readPublicKey } from './public-key.js';
import * as schema from './trusted-key.schema.js';

const HOLDER = { schema: printable(64) };

/** Which keys sign for participants, partners and operators. */
@Controller('v1/ops/participants/:participant/keys')
@ApiTag('Operations')
@Needs('ops')
export class TrustedKeyController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly directory: Directory,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listTrustedKeys',
    summary: 'List the keys that sign for a participant',
    description: 'With their fingerprints, to be compared with what the participant tells.',
    answers: { 200: { description: 'Keys of the directory', schema: schema.trustedKeys } },
    refusals: ['participant_unknown'],
  })
  list(@Param('participant', HOLDER) holder: string): schema.PublicTrustedKeys {
    const participant = this.directory.participant(holder);
    if (participant === undefined)
      throw problemOf(refused('participant_unknown', `There is no participant ${holder}.`));
    const keys = participant.keys.map(({ publicKeyPem, ...key }) => ({
      ...key,
      fingerprint: fingerprintOf(publicKeyPem),
    }));
    return { keys };
  }

  @Post()
  @Endpoint({
    operationId: 'trustKey',
    summary: 'Propose that a key signs for a participant',
    description:
      'Other operators approve it when they have compared its fingerprint with what the holder told them by another way: one, or for ' +
      'a key of an operator two. A key that signs already changes nothing.',
    answers: { 200: { description: 'Proposed, or so already', schema: schema.keyTrusted } },
    refusals: [
      'schema_invalid',
      'participant_unknown',
      'directory_impossible',
      'proposal_open',
      'not_an_approver',
    ],
  })
  async trust(
    @SignedBy() { keyId: operator, participant: { participantId } }: Caller,
    @Param('participant', HOLDER) holder: string,
    @Body({ schema: schema.keyToTrust }) body: schema.KeyToTrustBody,
  ): Promise<schema.PublicKeyTrusted> {
    const { algorithm, publicKeyPem } = served(readPublicKey(body.publicKeyPem, partnerAlgorithmOf));
    const { keyId, validTo, evidence, reason } = body;
    const validFrom = body.validFrom ?? new Date(this.clock.now()).toISOString();
    const answer = await this.calls.call(keyCalls.trust, {
      holder,
      key: { keyId, algorithm, publicKeyPem, validFrom, validTo },
      ...(evidence === undefined ? {} : { evidence }),
      ...{ reason, operator, participant: participantId },
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    const fingerprint = fingerprintOf(publicKeyPem);
    if (answer.kind === 'done') return { done: true, fingerprint };
    return { done: false, fingerprint, ...showProposed('routing', answer) };
  }

  @Post(':keyId/withdrawal')
  @Endpoint({
    operationId: 'withdrawTrustedKey',
    summary: 'Withdraw a key of a participant, at once',
    description:
      'It signs nothing any more, within seconds, at every instance, and its id is not given to another key. One operator does it: a stolen ' +
      'key cannot wait. To withdraw it again changes nothing.',
    answers: { 200: { description: 'It is withdrawn', schema: doneAnswer } },
    refusals: ['participant_unknown', 'not_found'],
  })
  async withdraw(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('participant', HOLDER) holder: string,
    @Param('keyId', { schema: keyIdSchema }) keyId: string,
    @Body({ schema: schema.withdrawKeyBody }) { reason }: schema.WithdrawKeyBody,
  ): Promise<Done> {
    const asked = { holder, keyId, reason, operator, participant };
    const answer = await this.calls.call(keyCalls.withdraw, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}

const fingerprintOf = (pem: string): string => keyFingerprint(createPublicKey(pem));
