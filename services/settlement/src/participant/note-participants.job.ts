import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import { noteParticipants } from './participant-known.store.js';

/** Keeps what the directory says of participants, so that a report of a past day tells what held then. */
export class NoteParticipantsJob {
  private noted = '';

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly directory: Pick<Directory, 'participants'>,
  ) {}

  readonly run = async (): Promise<void> => {
    const participants = this.directory.participants().map(({ participantId, kind, country, caps }) => ({
      ...{ participantId, kind, caps },
      ...(country !== undefined && { country }),
    }));
    const told = JSON.stringify(participants);
    if (told === this.noted) return;
    await noteParticipants(this.platform.database, participants, new Date(this.platform.clock.now()));
    this.noted = told;
  };
}
