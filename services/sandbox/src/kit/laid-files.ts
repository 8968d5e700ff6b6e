import type { Fault } from './fault.js';
import type { LaidFile } from './sftp-server.js';

/** How a network writes the files of a day; a fault changes what it is asked for. */
export interface LaidFilesOrder {
  /** Added to the first number of the sequence. */
  readonly sequenceFrom: number;
  /** Added to a total that the file states, minor units. */
  readonly addToTotal: bigint;
}

/** The files of a day under a fault: late ones are not there yet, short ones end in the middle of what they tell. */
export function laidFiles(
  fault: Pick<Fault, 'fault'> | undefined,
  write: (order: LaidFilesOrder) => readonly LaidFile[],
): readonly LaidFile[] {
  const right = { sequenceFrom: 0, addToTotal: 0n };
  switch (fault?.fault) {
    case 'file_late':
      return [];
    case 'file_short':
      return write(right).map(({ name, bytes }) => ({
        name,
        bytes: bytes.subarray(0, Math.ceil(bytes.length * 0.6)),
      }));
    case 'file_gap':
      return write({ ...right, sequenceFrom: 1 });
    case 'file_total':
      return write({ ...right, addToTotal: 1n });
    default:
      return write(right);
  }
}
