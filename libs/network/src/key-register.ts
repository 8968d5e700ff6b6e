import type { Directory } from '@tonle/directory';
import type { RegisteredKey } from '@tonle/security';

/** The keys that the network may sign with, as the directory has them now. */
export class KeyRegister {
  constructor(
    private readonly directory: Directory,
    /** The adapter's name in the directory. */
    private readonly service: string,
  ) {}

  /** A key hint in a message only selects from this register (decisions 26). */
  readonly find = (keyId: string): RegisteredKey | undefined => {
    const holder = this.directory.keyHolder(keyId);
    if (holder === undefined) return undefined;
    const network = this.directory.networkOfAdapter(this.service);
    return network?.participant === holder.participant.participantId ? holder.key : undefined;
  };
}
