import { ensureKafka, ensureRedis } from '@tonle/tool-servers';
import { startBackends, type ConnectionsOf } from './backends.js';
import { Installation } from './installation.js';
import { programsOf } from './layout.js';
import { answersOk, listens } from './probes.js';
import type { LaunchOptions, Running } from './running.js';
import { serviceKeysFile } from './world.js';

/** Every service a process of its own, over Kafka, Redis and PostgreSQL with one database per service. */
export function startCluster(options: LaunchOptions): Promise<Running> {
  return Installation.started(options, async (installation) => {
    const { ports } = installation.layout;
    const shared = await installation.prepare();
    await installation.requireFree({ ...ports.internal });
    const names = Object.keys(ports.internal);
    const kafkaLibs = await ensureKafka(undefined, options.say);
    await ensureRedis(options.say);
    installation.say('starting PostgreSQL, Redis and Kafka');
    const simulators = 'services/sandbox/dist/main.js';
    const sandbox = installation.startProcess('simulators', 'sandbox', simulators, shared);
    const connectionsOf = await startBackends(installation, names, kafkaLibs);
    installation.say(`starting ${names.join(', ')}`);
    await startServices(installation, shared, connectionsOf);
    await sandbox.ready(() => listens(ports.sandboxControl));
  });
}

/** All at once; resolves when each is ready, and the gateway to the public. */
async function startServices(
  installation: Installation,
  shared: Readonly<Record<string, string>>,
  connectionsOf: ConnectionsOf,
): Promise<void> {
  const { layout } = installation;
  const { internal, gateway } = layout.ports;
  const ofAll = {
    ...serviceUrls(internal),
    ...gatewayAuthorities(gateway),
    TONLE_SERVICE_KEYS_FILE: serviceKeysFile(layout),
  };
  const own = (service: string) => ({
    ...connectionsOf(service),
    TONLE_INTERNAL_PORT: String(internal[service]),
  });
  const programs = programsOf(layout).map(({ name, services, settings }) => {
    const env = { ...shared, ...ofAll, ...settings(own) };
    const started = installation.startProcess('switch', name, `services/${name}/dist/main.js`, env);
    return {
      started,
      health: services.map((service) => `http://127.0.0.1:${internal[service]}/health/ready`),
    };
  });
  for (const { started, health } of programs)
    await started.ready(async () => (await Promise.all(health.map(answersOk))).every((ok) => ok));
  const open = `${installation.gatewayUrl}/health/ready`;
  const gatewayProcess = programs.find(({ started }) => started.spec.name === 'gateway')!;
  await gatewayProcess.started.ready(() => answersOk(open));
}

/** As in production: signatures cover the host that they are for. */
function gatewayAuthorities(port: number): Record<string, string> {
  const byDefault = `127.0.0.1:${port},localhost:${port}`;
  return { TONLE_GATEWAY_AUTHORITIES: process.env['TONLE_GATEWAY_AUTHORITIES'] ?? byDefault };
}

function serviceUrls(internal: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(internal).map(([service, port]) => [
      `TONLE_URL_${service.toUpperCase().replaceAll('-', '_')}`,
      `http://127.0.0.1:${port}`,
    ]),
  );
}
