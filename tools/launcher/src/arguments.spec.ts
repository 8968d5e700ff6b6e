import { describe, expect, it } from '@jest/globals';
import { launcherArguments } from './arguments.js';
import { LaunchError } from './ports.js';

describe("the launcher's options", () => {
  it.each([
    [['--networks', 'no/such/folder'], '--networks names a folder that is not there: no/such/folder'],
    [['--port-base', 'abc'], '--port-base takes a number from 1024 to 65000, not "abc"'],
    [['--port-base', '80'], '--port-base takes a number from 1024 to 65000, not "80"'],
    [['--prt', '1'], "'--prt'"],
    // What npm makes of `npm start --port-base 26000`: it keeps the option for itself.
    [['26000'], 'npm start -- --once'],
  ])('%j is told with what can be written', (args, message) => {
    expect(() => launcherArguments(args)).toThrow(LaunchError);
    expect(() => launcherArguments(args)).toThrow(message);
    expect(() => launcherArguments(args)).toThrow('--home FOLDER');
  });

  it('have defaults', () => {
    expect(launcherArguments(['--once'])).toMatchObject({
      once: true,
      all: false,
      home: '.tonle',
      portBase: 7400,
    });
    expect(launcherArguments(['--all'])).toMatchObject({ once: false, all: true });
  });
});
