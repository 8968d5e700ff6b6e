/** What did not start, where and how to mend it, in a sentence for whoever starts it; told without a stack. */
export class StartFault extends Error {}

const ANOTHER = 'or take another folder with --home FOLDER';

/** What programs and the system say of what people can put right; the first that fits is told. */
const KNOWN: readonly { readonly sign: RegExp; readonly told: (folder: string) => string }[] = [
  {
    sign: /no space left on device|ENOSPC|wrote only \d+ of \d+ bytes|disk quota exceeded|EDQUOT/i,
    told: (folder) => `the disk of ${folder} is full; make room on it, ${ANOTHER}`,
  },
  {
    sign: /permission denied|EACCES|EPERM|operation not permitted|read-only file system|EROFS/i,
    told: (folder) => `${folder} cannot be written by this user; give it to the user who starts, ${ANOTHER}`,
  },
  {
    sign: /incompatible with server|initialized by PostgreSQL version/i,
    told: (folder) =>
      `${folder} was made by another version of PostgreSQL; start it with the version of Tonle that made it, ${ANOTHER}`,
  },
  {
    sign: /EADDRINUSE|address already in use|BindException/i,
    told: () => 'its port is taken by another program; stop that one, or move all ports with --port-base N',
  },
  {
    sign: /cannot allocate memory|could not \w+ (?:\w+ )?shared memory|OutOfMemory|insufficient memory/i,
    told: () => 'the machine has too little free memory; end other programs, and start again',
  },
  {
    sign: /ENOENT[^\n]*mkdir/,
    told: (folder) => `${folder} cannot be made there; take another folder with --home FOLDER`,
  },
  {
    sign: /ENOTDIR|EEXIST|not a directory/i,
    told: (folder) => `${folder} is no folder; move away what is there, ${ANOTHER}`,
  },
];

/**
 * Of a server, a program or a folder that failed with these words. Its own words are told when we know none better; all of
 * them are the cause.
 */
export function startFault(what: string, folder: string, said: string): StartFault {
  const known = KNOWN.find(({ sign }) => sign.test(said));
  const because = known?.told(folder) ?? `${ownWords(said)}; mend that in ${folder}, ${ANOTHER}`;
  return new StartFault(`${what} did not start: ${because}.`, { cause: said });
}

/** For `catch`: throws the fault of a server or program that failed. */
export function failed(what: string, folder: string): (error: Error) => never {
  return (error) => {
    throw startFault(what, folder, error.message);
  };
}

const WORDS_MAX = 600;

/** What a program of ours said when it ended: its last error without the stack, in one line; else as any other's. */
export function lastError(said: string): string {
  const lines = said.split('\n');
  const first = lines.findLastIndex((line) =>
    /^(?:error|\w*(?:Error|Refused|Unavailable|Fault)\b.*): /.test(line),
  );
  if (first < 0) return ownWords(said);
  const length = lines.slice(first).findIndex((line) => /^\s+at |^Node\.js v/.test(line));
  const message = lines.slice(first, length < 0 ? undefined : first + length).join(' ');
  return message.replace(/\s+/g, ' ').trim().replace(/[.;]$/, '').slice(0, WORDS_MAX);
}

/** The line that says what was wrong, else the last one. */
function ownWords(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at /.test(line));
  const line = lines.findLast((each) => /FATAL|error|exception/i.test(each)) ?? lines.at(-1);
  return line === undefined ? 'it said nothing' : line.replace(/[.;]$/, '').slice(0, WORDS_MAX);
}
