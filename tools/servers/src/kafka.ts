// Fetches Apache Kafka from Maven Central and runs one broker with its own KRaft controller on loopback.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { has, installPackages, mayInstall, run, type Report } from './program.js';
import { endLeftOver, startServer, type SpawnedServer } from './spawned-server.js';
import { failed, StartFault } from './start-fault.js';
import type { TlsFiles } from './tls-files.js';

const KAFKA_VERSION = '4.1.1';
const LOG4J_VERSION = '2.24.3';
const JARS_MIN = 30;
const STOP_MS_MAX = 20_000;
/** For a Java that soon ends: half the work until it runs, and slower from then on. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** Key and certificate in one file, as Kafka wants them. */
const KEY_STORE = 'broker.pem';
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const CACHE = join(ROOT, 'node_modules/.cache/tonle-kafka', KAFKA_VERSION);

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tonle</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

const LOGGING = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;

export interface KafkaServer extends SpawnedServer {
  readonly port: number;
  readonly brokers: string;
}

/** Java and Maven: installed for root on Debian, else named. */
async function ensureJava(report: Report): Promise<void> {
  const missing = [
    ...(has('java', ['-version']) ? [] : ['default-jre-headless']),
    ...(has('mvn', ['-version']) ? [] : ['maven']),
  ];
  if (missing.length === 0) return;
  if (!mayInstall())
    throw new StartFault(`Kafka needs Java 17 or newer and Maven; install: ${missing.join(' ')}.`);
  report(`installing ${missing.join(' and ')} (once, one to two minutes)`);
  await installPackages(missing).catch(failed('Installing Java', '/'));
}

/** Makes sure that Kafka's jars are there, fetching 43 MB the first time. Resolves with their folder. */
export async function ensureKafka(folder = CACHE, report: Report = () => undefined): Promise<string> {
  const libs = join(folder, 'libs');
  const jars = existsSync(libs) ? (await readdir(libs)).filter((name) => name.endsWith('.jar')) : [];
  if (!has('java', ['-version'])) await ensureJava(report);
  if (jars.length >= JARS_MIN) return libs;
  await ensureJava(report);
  report(`fetching Apache Kafka ${KAFKA_VERSION} from Maven Central (once, about ten seconds)`);
  // Fetched beside and moved at the end, so that a broken download is never taken for a whole one.
  const fresh = join(folder, `fetching-${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    await writeFile(join(fresh, 'pom.xml'), POM);
    await run(
      'mvn',
      [
        '-q',
        '-B',
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(fresh, 'libs')}`,
        '-DincludeScope=runtime',
      ],
      { cwd: fresh },
    ).catch(failed('Fetching Kafka', CACHE));
    await rm(libs, { recursive: true, force: true });
    await rename(join(fresh, 'libs'), libs);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return libs;
}

/** Both listeners take nobody without TLS and password: the controller's could change whatever the broker's could. */
function accessProperties(folder: string, { users, tls }: KafkaAccessOptions): Record<string, string> {
  const broker = randomBytes(32).toString('hex');
  const known = Object.entries({ ...users, broker }).map(([name, password]) => `user_${name}="${password}"`);
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="${broker}" ${known.join(' ')};`;
  return {
    'sasl.enabled.mechanisms': 'PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': login,
    'listener.name.controller.plain.sasl.jaas.config': login,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, KEY_STORE),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': tls.authority,
    'ssl.enabled.protocols': 'TLSv1.3',
  };
}

function serverProperties(folder: string, options: KafkaOptions): string {
  const { port, controllerPort, access, settings = {} } = options;
  const protocol = access === undefined ? 'PLAINTEXT' : 'SASL_SSL';
  const entries = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${port}`,
    'inter.broker.listener.name': protocol,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `CONTROLLER:${protocol},${protocol}:${protocol}`,
    ...(access === undefined ? {} : accessProperties(folder, access)),
    'log.dirs': join(folder, 'log'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'group.initial.rebalance.delay.ms': '0',
    'num.network.threads': '2',
    'num.io.threads': '2',
    // After kill -9 a broker may not register again before its old session has run out (default 9 s).
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '300',
    'controller.quorum.election.timeout.ms': '300',
    'controller.quorum.fetch.timeout.ms': '600',
    'controller.quorum.election.backoff.max.ms': '100',
    'log.retention.hours': '24',
    'log.segment.bytes': '134217728',
    // By default half of a small heap; what is compacted here are a few directory entries and offsets.
    'log.cleaner.dedupe.buffer.size': '4194304',
    ...settings,
  };
  return `${Object.entries(entries)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => {
      socket.destroy();
      done(false);
    });
  });
}

export interface KafkaOptions {
  readonly dataFolder: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Folder with Kafka's jars. */
  readonly libs?: string;
  readonly heapMb?: number;
  /** Starts sooner, and carries less; for tests that start it often. */
  readonly shortLived?: boolean;
  /** Who may connect; without it everybody may. */
  readonly access?: KafkaAccessOptions;
  readonly settings?: Readonly<Record<string, string>>;
  /** Ends the wait for a server that starts, and it. */
  readonly signal?: AbortSignal;
}

export interface KafkaAccessOptions {
  /** Passwords by user, SASL PLAIN within TLS. */
  readonly users: Readonly<Record<string, string>>;
  readonly tls: TlsFiles;
}

/** Starts one broker; makes and formats its folder the first time. Call ensureKafka before. */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { dataFolder, port, libs = join(CACHE, 'libs'), heapMb = 512, shortLived = false } = options;
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  const properties = join(folder, 'server.properties');
  const pidFile = join(folder, 'kafka.pid');
  await endLeftOver({ pidFile, mark: properties, signal: 'SIGKILL', limitMs: STOP_MS_MAX }).catch(
    failed('Kafka', folder),
  );
  const logging = join(folder, 'log4j2.properties');
  if (options.access !== undefined) {
    const { key, certificate } = options.access.tls;
    const pems = await Promise.all([readFile(key, 'utf8'), readFile(certificate, 'utf8')]);
    await writeFile(join(folder, KEY_STORE), pems.join('\n'), { mode: 0o600 });
  }
  await writeFile(properties, serverProperties(folder, options), { mode: 0o600 });
  // One that an earlier version made keeps its mode when it is written.
  await chmod(properties, 0o600);
  await writeFile(logging, LOGGING);
  const java = [`-Dlog4j2.configurationFile=${logging}`, '-cp', join(libs, '*')];
  if (!existsSync(join(folder, 'log', 'meta.properties'))) {
    const id = randomBytes(16);
    // An id that begins with "-" would be read as an option.
    id[0]! &= 0x7f;
    const cluster = id.toString('base64url');
    await run('java', [
      ...SHORT_LIVED,
      ...java,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      cluster,
      '-c',
      properties,
    ]).catch(failed('Kafka', folder));
  }
  const server = await startServer({
    name: `Kafka on port ${port}`,
    program: 'java',
    args: [
      ...(shortLived ? SHORT_LIVED : []),
      '-Xms128m',
      `-Xmx${heapMb}m`,
      ...java,
      'kafka.Kafka',
      properties,
    ],
    pidFile,
    answers: () => accepts(port),
    signal: options.signal,
    stopMs: STOP_MS_MAX,
  }).catch(failed('Kafka', folder));
  return { ...server, port, brokers: `127.0.0.1:${port}` };
}
