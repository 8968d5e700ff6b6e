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
  const as = (operator: string) => ApiClient.forSandbox(running.home, running.gatewayUrl, operator);
  const ids = await openPlanned(running, { maker: as('OPERATOR'), checker: as('OPERATOR2') });
  print(`\nOpened both ways, as two operators do: ${ids.length === 0 ? 'none is planned' : ids.join(', ')}`);
  return true;
}
