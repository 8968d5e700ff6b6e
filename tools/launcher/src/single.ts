import { Installation } from './installation.js';
import { answersOk, listens } from './probes.js';
import type { LaunchOptions, Running } from './running.js';

/** The whole switch in one process on embedded PostgreSQL, and the simulators in a second one. */
export function startSingle(options: LaunchOptions): Promise<Running> {
  return Installation.started(options, async (installation) => {
    const { layout } = installation;
    const env = await installation.prepare();
    installation.say('starting PostgreSQL, the switch (one process) and the simulators');
    const sandbox = installation.startProcess('simulators', 'sandbox', 'services/sandbox/dist/main.js', env);
    const { tonle: databaseUrl } = await installation.startPostgres(['tonle']);
    const theSwitch = installation.startProcess('switch', 'switch', 'tools/launcher/dist/main-switch.js', {
      ...env,
      TONLE_DATABASE_URL: databaseUrl!,
    });
    await theSwitch.ready(() => answersOk(`${installation.gatewayUrl}/health/ready`));
    await sandbox.ready(() => listens(layout.ports.sandboxControl));
  });
}
