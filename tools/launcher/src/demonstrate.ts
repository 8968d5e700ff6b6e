import { ApiClient } from '@tonle/tool-tonle';
import type { LauncherArguments } from './arguments.js';
import { attempt } from './attempt.js';
import { banner } from './banner.js';
import { payBothWays } from './demo.js';
import { networkFlows } from './flows.js';
import { openPlanned } from './open-planned.js';
import type { Running } from './running.js';
import { print, untilAskedToStop } from './terminal.js';

/**
 * What a launcher does with an installation that runs: a payment each way at every network, with `--all` at the planned ones
 * too, which it opens; then it ends when asked for once, or stays up. Resolves with the exit code.
 */
export const demonstrate =
  (title: string) =>
  async (running: Running, { all, once, home }: LauncherArguments): Promise<number> => {
    const opened = !all || (await attempt('opening of what is planned', print, () => open(running)));
    const flows = all ? [...networkFlows(), ...networkFlows({ planned: true })] : networkFlows();
    const completed = (await payBothWays(running, print, flows)) && opened;
    if (once) return completed ? 0 : 1;
    print(banner(title, running, home));
    await untilAskedToStop();
    return 0;
  };

async function open(running: Running): Promise<boolean> {
  const operator = ApiClient.forSandbox(running.home, running.gatewayUrl, 'OPERATOR');
  const ids = await openPlanned(running, operator);
  print(`\nOpened both ways, as an operator does: ${ids.length === 0 ? 'none is planned' : ids.join(', ')}`);
  return true;
}
