import { ensureKafka, ensureRedis } from '@tonle/tool-servers';
import { startBackends } from './backends.js';
import { Installation } from './installation.js';
import { programOf } from './layout.js';
import { answersOk, listens } from './probes.js';
import type { LaunchOptions, Running } from './running.js';
import { serviceKeysFile } from './world.js';

const START_MS_MAX = 60_000;

/** Every service a process of its own, over Kafka, Redis and PostgreSQL with one database per service. */
export async function startCluster(options: LaunchOptions): Promise<Running> {
  const installation = new Installation(options);
  try {
    const { layout } = installation;
    const { ports } = layout;
    const shared = await installation.prepare();
    await installation.requireFree({ ...ports.internal });
    const names = Object.keys(ports.internal);
    const kafkaLibs = await ensureKafka(undefined, options.say);
    await ensureRedis(options.say);
    installation.say('starting PostgreSQL, Redis and Kafka');
    const sandbox = installation.startProcess(
      'simulators',
      'sandbox',
      'services/sandbox/dist/main.js',
      shared,
    );
    const connectionsOf = await startBackends(installation, names, kafkaLibs);
    const keys = serviceKeysFile(layout);
    installation.say(`starting ${names.join(', ')}`);
    const authorities = gatewayAuthorities(ports.gateway);
    const services = names.map((service) => ({
      service,
      process: installation.startProcess('switch', service, programOf(layout, service).script, {
        ...shared,
        ...programOf(layout, service).settings,
        ...serviceUrls(ports.internal),
        ...authorities,
        TONLE_SERVICE_KEYS_FILE: keys,
        ...connectionsOf(service),
        TONLE_INTERNAL_PORT: String(ports.internal[service]),
      }),
    }));
    for (const { service, process } of services) {
      await process.ready(
        () => answersOk(`http://127.0.0.1:${ports.internal[service]}/health/ready`),
        START_MS_MAX,
      );
    }
    const gateway = services.find(({ service }) => service === 'gateway')!;
    await gateway.process.ready(() => answersOk(`${installation.gatewayUrl}/health/ready`), START_MS_MAX);
    await sandbox.ready(() => listens(ports.sandboxControl), START_MS_MAX);
    return installation;
  } catch (error) {
    await installation.stop();
    throw error;
  }
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
