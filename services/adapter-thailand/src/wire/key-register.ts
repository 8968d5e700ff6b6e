import type { DirectoryCopy } from '@tonle/network';
import type { ParticipantBody } from '@tonle/directory';
import { registerKey, type RegisteredKey } from '@tonle/security';

/** The keys that the partner network may sign with, as the directory has them now; parsed once per version. */
export class KeyRegister {
  private parsedFrom: ParticipantBody | undefined;
  private keys = new Map<string, RegisteredKey>();

  constructor(
    private readonly directory: DirectoryCopy,
    private readonly networkId: () => string | undefined,
  ) {}

  /** A key hint in a message only selects from this register (decisions 26). */
  readonly find = (keyId: string): RegisteredKey | undefined => {
    const id = this.networkId();
    const network = id === undefined ? undefined : this.directory.participant(id);
    if (network === undefined) return undefined;
    if (network !== this.parsedFrom) {
      this.keys = new Map(network.keys.map((entry) => [entry.keyId, registerKey(entry)]));
      this.parsedFrom = network;
    }
    return this.keys.get(keyId);
  };
}
