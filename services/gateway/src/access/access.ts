import type { ParticipantBody } from '@tonle/directory';

export type Scope = 'payments' | 'rates' | 'ops';

/** Who asks: a participant by one of its keys. */
export interface Caller {
  readonly participant: ParticipantBody;
  readonly keyId: string;
}
