import type { ParticipantBody } from '@tonle/directory';
import { registerKey, type RegisteredKey } from '@tonle/security';
import { sideOf } from './corridor-side.js';
import type { DirectoryCopy } from './directory.js';

/** The keys that the network may sign with, as the directory has them now; parsed once per version. */
export class KeyRegister {
  private parsedFrom: ParticipantBody | undefined;
  private keys = new Map<string, RegisteredKey>();

  constructor(
    private readonly directory: DirectoryCopy,
    /** The adapter's name in the directory. */
    private readonly service: string,
  ) {}

  /** A key hint in a message only selects from this register (decisions 26). */
  readonly find = (keyId: string): RegisteredKey | undefined => {
    const network = this.network();
    if (network === undefined) return undefined;
    if (network !== this.parsedFrom) {
      this.keys = new Map(network.keys.map((entry) => [entry.keyId, registerKey(entry)]));
      this.parsedFrom = network;
    }
    return this.keys.get(keyId);
  };

  private network(): ParticipantBody | undefined {
    for (const corridor of this.directory.allCorridors()) {
      const side = sideOf(corridor, this.service);
      if (side !== undefined) return this.directory.participant(side.network);
    }
    return undefined;
  }
}
