import { Directory as DirectoryCopy, type CorridorBody, type ParticipantBody } from '@tonle/directory';
import { type DirectoryEntry } from '@tonle/contracts';
import { registerKey, type RegisteredKey } from '@tonle/security';

export interface KeyHolder {
  readonly participant: ParticipantBody;
  readonly key: RegisteredKey;
}

/** The local copy of the directory (decisions 8) with what a door needs: participants by key id and BIC, corridors by country. */
export class Directory {
  readonly #copy = new DirectoryCopy();
  #keys = new Map<string, KeyHolder>();
  #byBic = new Map<string, ParticipantBody>();
  #whole = false;

  /** Takes in what is newer than what is known. Throws when an entry or key cannot be read; the earlier one stays. */
  apply(entry: DirectoryEntry): void {
    if (entry.kind === 'participant') checkKeys(entry);
    if (this.#copy.upsert([entry]) > 0 && entry.kind === 'participant') this.#index();
  }

  /** Until all has arrived once, who is not known is told "later", not "no". */
  get isWhole(): boolean {
    return this.#whole;
  }

  becomeWhole(): void {
    this.#whole = true;
  }

  participant(id: string): ParticipantBody | undefined {
    return this.#copy.participant(id);
  }

  participantByBic(bic: string): ParticipantBody | undefined {
    return this.#byBic.get(bic.length === 8 ? `${bic}XXX` : bic);
  }

  keyHolder(keyId: string): KeyHolder | undefined {
    return this.#keys.get(keyId);
  }

  corridor(id: string): CorridorBody | undefined {
    return this.#copy.corridor(id);
  }

  corridors(): CorridorBody[] {
    return [...this.#copy.corridors()].sort((a, b) => (a.corridorId < b.corridorId ? -1 : 1));
  }

  /** The corridor whose far side is in this country; the first by id when there are several. */
  corridorTo(country: string): CorridorBody | undefined {
    return this.corridors().find((corridor) => corridor.partner.country === country);
  }

  #index(): void {
    this.#keys = new Map();
    this.#byBic = new Map();
    for (const participant of this.#copy.participants()) {
      if (participant.bic !== undefined) this.#byBic.set(participant.bic, participant);
      for (const key of participant.keys) this.#keys.set(key.keyId, { participant, key: registerKey(key) });
    }
  }
}

function checkKeys(entry: DirectoryEntry): void {
  for (const key of (entry.body as ParticipantBody).keys ?? []) registerKey(key);
}
