import type { StatementLine } from '@tonle/contracts';
import type { WireReply } from '../exchange.js';
import type { SettledDay } from '../leg.js';
import type { WireRequest } from '../network.js';
import type { FileLayout } from './file-layout.js';
import type { FileName, FileValues } from './file-name.js';
import type { FileRecord } from './file-values.js';
import type { Packing } from './unpack.js';

/**
 * Files of a network. The engine fetches them when a statement is asked for, keeps them as they came, reads them by their
 * layouts, and makes the statement of a day of what all of them say: whole, or not at all.
 */
export interface NetworkFiles {
  /** Where its days begin: the network's time is ahead of UTC by this. */
  readonly utcOffsetMinutes: number;
  readonly place: FilePlace;
  /** Each has to be there before a day counts. */
  readonly kinds: readonly FileKind[];
  /** True: what else lies in the folders of a day is kept as it came too. Nobody reads it. */
  readonly keepsOthers?: true;
  /** What of the files of a day does not tie with another of them, for people; undefined when all does. */
  ties?(files: readonly ReadFile[]): string | undefined;
  /** What its cycles of a day come to and what it settles together, by these files. Throws what cannot be told for certain. */
  settled?(files: readonly ReadFile[], day: string): SettledDay;
}

/** A file that is as its layout says. */
export interface ReadFile {
  /** Name of its kind. */
  readonly kind: string;
  readonly file: FileName;
  readonly records: readonly FileRecord[];
  /** The row that sums up, where its layout has one. */
  readonly summary?: FileRecord;
}

export interface FileKind {
  /** For people and evidence, e.g. `transactionItems`. */
  readonly name: string;
  readonly layout: FileLayout;
  /** What names and folders have of ours, such as the id that the network knows us by. */
  readonly values?: FileValues;
  /** True: a day may lack it. */
  readonly optional?: boolean;
  /** The line of a record; undefined for one that is about no leg, such as a fee. Throws when it cannot be one. */
  line(record: FileRecord, file: FileName): StatementLine | undefined;
}

/** Where the files are. */
export type FilePlace = FolderPlace | SftpPlace | WirePlace;

/** A folder of this machine, filled by others. */
export interface FolderPlace {
  readonly kind: 'folder';
  readonly root: string;
}

export interface SftpPlace {
  readonly kind: 'sftp';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Path of our private key, PEM or OpenSSH. */
  readonly keyFile: string;
  /** The server's key, as `ssh-keygen -l` shows it: `SHA256:...`. Another server is not spoken to. */
  readonly hostKey: string;
  readonly root: string;
}

/** A request of the network's own protocol is answered with all files of a day. */
export interface WirePlace {
  readonly kind: 'wire';
  ask(day: string): WireRequest;
  /** Total. */
  read(reply: WireReply, day: string): PackedFiles | FilesNotHere;
}

export interface PackedFiles {
  readonly kind: 'packed';
  readonly bytes: Uint8Array;
  readonly packing: readonly Packing[];
  /** Of the one file, when it is not packed as zip. */
  readonly name: string;
}

export interface FilesNotHere {
  readonly kind: 'not_here';
  /** For people, e.g. the network's code for a file that is not ready. */
  readonly because: string;
}
