import { describe, expect, it } from '@jest/globals';
import { lastError, startFault, StartFault } from './start-fault.js';

describe('a start that failed', () => {
  it.each([
    ['initdb: error: could not write: No space left on device', 'the disk of /h is full'],
    ['ENOSPC: no space left on device, write', 'the disk of /h is full'],
    ["EACCES: permission denied, mkdir '/h'", '/h cannot be written by this user'],
    ['EROFS: read-only file system, open', '/h cannot be written by this user'],
    [
      'FATAL: database files are incompatible with server\nDETAIL: The data directory was initialized by PostgreSQL version 19',
      '/h was made by another version of PostgreSQL',
    ],
    ['java.net.BindException: Address already in use', 'its port is taken by another program'],
    ['FATAL: could not map anonymous shared memory: Cannot allocate memory', 'too little free memory'],
    ['could not extend file "base/1": wrote only 4096 of 8192 bytes at block 3', 'the disk of /h is full'],
    ["ENOENT: no such file or directory, mkdir '/h'", '/h cannot be made there; take another folder'],
    ["ENOTDIR: not a directory, mkdir '/h/keys'", '/h is no folder'],
    [
      'LOG: starting\nFATAL: the moon is in the way.\n    at main (x.js:1)\nLOG: shut down',
      'FATAL: the moon is in the way; mend',
    ],
    ['FATAL: pre-existing shared memory block is still in use', 'pre-existing shared memory block'],
    ['', 'it said nothing'],
  ])('of %j is one sentence', (said, expected) => {
    const fault = startFault('PostgreSQL', '/h', said);
    expect(fault).toBeInstanceOf(StartFault);
    expect(fault.message).toMatch(/^PostgreSQL did not start: [^\n]*\.$/);
    expect(fault.message).toContain(expected);
  });
});

it('the last error of a program of ours is told in one line, without its stack', () => {
  const said =
    'x.js:1\n  throw\n  ^\n\nRangeError: the limit\n- is too low.\n    at f (x.js:1:2)\n\nNode.js v24\n';
  expect(lastError(said)).toBe('RangeError: the limit - is too low');
  expect(lastError('one line')).toBe('one line');
  const thrown = "error: wrote only 1 of 2 bytes\n    at f (x.js:1:2) {\n  severity: 'ERROR',\n}\n";
  expect(lastError(thrown)).toBe('error: wrote only 1 of 2 bytes');
});
