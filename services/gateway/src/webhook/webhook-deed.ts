import type { AuditFacts, Deed } from '@tonle/contracts';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import type { OwnEndpoint } from './webhook-endpoint.store.js';

/** An endpoint of a participant, and the key that asks for something to be done to it. */
export interface AskedEndpoint extends OwnEndpoint {
  readonly keyId: string;
}

/** What a participant's key did to an endpoint, as the audit log has it. */
export function endpointDeed(
  what: 'register' | 'change' | 'delete' | 'enable' | 'rotate-key' | 'test' | 'resend' | 'resend-failed',
  { keyId, participant, endpointId }: AskedEndpoint,
  atMs: number,
  facts: { readonly before?: AuditFacts; readonly after?: AuditFacts },
): Deed {
  const actor = { kind: 'participant', name: keyId, participant } as const;
  return { atMs, actor, action: `webhook.${what}`, object: endpointId, ...facts };
}

/** Where it is told, and of what. */
export const targetFacts = ({ url, format, types, description }: WebhookEndpoint): AuditFacts => ({
  url,
  format,
  types,
  description,
});

/** Whether it is told. */
export const stateFacts = ({ url, state, disabledBecause }: WebhookEndpoint): AuditFacts => ({
  url,
  state,
  ...(disabledBecause === null ? {} : { disabledBecause }),
});

/** Which key signs for it, and until when the one before does as well. */
export const keyFacts = ({ keyNumber, previousUntil }: WebhookEndpoint): AuditFacts => ({
  keyNumber,
  ...(previousUntil === null ? {} : { previousUntil: previousUntil.toISOString() }),
});
