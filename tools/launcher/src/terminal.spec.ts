import { expect, it } from '@jest/globals';
import { StartFault } from '@tonle/tool-servers';
import { LaunchError } from './ports.js';
import { toldAs } from './terminal.js';

it.each([
  [
    Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write' }),
    'the disk of /home is full',
  ],
  [
    Object.assign(new Error("EACCES: permission denied, mkdir '/home'"), { syscall: 'mkdir' }),
    '/home cannot be written',
  ],
  [new StartFault('PostgreSQL did not start.'), 'PostgreSQL did not start.'],
  [new LaunchError('the port is taken'), 'the port is taken'],
])('what people can mend is a sentence without a stack: %s', (error, expected) => {
  const told = toldAs(error, '/home');
  expect(told).toContain(expected);
  expect(told).not.toContain('\n');
});

it('a fault of ours has its stack', () => {
  expect(toldAs(new TypeError('x is undefined'), '/home')).toContain('    at ');
});
