import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTag, Endpoint, served } from '@tonle/http';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import * as schema from './key.schema.js';
import { SandboxKeyService } from './sandbox-key.service.js';
import type { SandboxKey } from './sandbox-key.store.js';

@Controller('v1/keys')
@ApiTag('Keys')
@Needs('any participant')
export class KeyController {
  constructor(private readonly keys: SandboxKeyService) {}

  @Post()
  @Endpoint({
    operationId: 'registerKey',
    summary: 'Register a key of your own, in a sandbox',
    description:
      'Signed by a key that you have. The new one signs at once, at every instance of the gateway, for a year. ' +
      'Registering the same key again changes nothing.',
    answers: { 201: { description: 'It is registered', schema: schema.registeredKey } },
  })
  async register(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.keyToRegister }) body: schema.KeyToRegister,
  ): Promise<schema.PublicRegisteredKey> {
    return showKey(served(await this.keys.register(caller, body)).key);
  }

  @Delete(':keyId')
  @Endpoint({
    operationId: 'withdrawKey',
    summary: 'Withdraw a key that you have registered yourself, in a sandbox',
    description:
      'From the next request on it signs nothing, at any instance of the gateway, and its id is not given to another key. ' +
      'It may sign its own withdrawal. To withdraw it again changes nothing.',
    answers: { 200: { description: 'It is withdrawn', schema: schema.registeredKey } },
    refusals: ['not_found'],
  })
  async withdraw(
    @SignedBy() caller: Caller,
    @Param('keyId', { schema: schema.keyId }) keyId: string,
  ): Promise<schema.PublicRegisteredKey> {
    return showKey(served(await this.keys.withdraw(caller, keyId)).key);
  }

  @Get()
  @Endpoint({
    operationId: 'listKeys',
    summary: 'List the keys that you have registered yourself, in a sandbox',
    description: 'Those that signed their registration are named; keys of the directory are not listed.',
    answers: { 200: { description: 'Keys', schema: schema.registeredKeys } },
  })
  async list(@SignedBy() { participant }: Caller): Promise<schema.PublicRegisteredKeys> {
    return { keys: served(await this.keys.list(participant.participantId)).keys.map(showKey) };
  }
}

function showKey(shown: SandboxKey): schema.PublicRegisteredKey {
  const { validFrom, validTo, withdrawnAt, withdrawnBy, ...key } = shown;
  return {
    ...key,
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    ...(withdrawnAt === null ? {} : { withdrawnAt: withdrawnAt.toISOString() }),
    ...(withdrawnBy === null ? {} : { withdrawnBy }),
  };
}
