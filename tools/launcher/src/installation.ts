import { join } from 'node:path';
import { mayHoldSocket, postgresUrl, startFault, startPostgres, type TlsFiles } from '@tonle/tool-servers';
import { secureDatabases } from './database-roles.js';
import { directoryNotice } from './directory-notice.js';
import { bankSettings } from './settlement-banks.js';
import { controlUrl, gatewayUrl, layoutOf, ROOT, sandboxSettings, type Layout } from './layout.js';
import { knownMigrations, writtenLater } from './later-version.js';
import { lockHome, type HomeLock } from './lock.js';
import { LaunchError, requireFreePorts } from './ports.js';
import { ProcessLog } from './process-log.js';
import type { LaunchOptions, Running } from './running.js';
import { SupervisedServer, type LaunchServer } from './servers.js';
import { SupervisedProcess } from './supervisor.js';
import { installationSecret, prepareSandboxWorld } from './world.js';

const PATIENCE_MS = 8_000;

/** What one launcher started in one home: servers and processes, kept running until `stop`. */
export class Installation implements Running {
  readonly layout: Layout;
  private readonly lock: HomeLock;
  private readonly servers: SupervisedServer[] = [];
  private databaseUrls: Readonly<Record<string, string>> = {};
  private readonly processes: { group: string; process: SupervisedProcess }[] = [];

  /** Takes the home. Throws LaunchError when another launcher has it. */
  constructor(private readonly options: LaunchOptions) {
    this.layout = layoutOf(options.home, options.portBase, options.networksDir);
    this.lock = lockHome(this.layout.home);
  }

  /** Resolves when `begin` does; when that fails, whatever it started is stopped and the home is free again. */
  static async started(
    options: LaunchOptions,
    begin: (installation: Installation) => Promise<void>,
  ): Promise<Installation> {
    const installation = new Installation(options);
    try {
      await begin(installation);
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  get home(): string {
    return this.layout.home;
  }

  get gatewayUrl(): string {
    return gatewayUrl(this.layout);
  }

  get controlUrl(): string {
    return controlUrl(this.layout);
  }

  say(text: string): void {
    this.options.say(text);
  }

  /** Checks ports and makes keys, certificates and directory; returns the settings all processes share. */
  async prepare(): Promise<Record<string, string>> {
    const { ports } = this.layout;
    await this.requireFree({
      gateway: ports.gateway,
      'sandbox control': ports.sandboxControl,
      'settlement banks': ports.banks,
      ...named('simulator of', ports.simulators),
      ...named('inbound listener of', ports.listeners),
      ...named('files of', ports.files),
    });
    await prepareSandboxWorld(this.layout, this.options.adjustDirectory);
    return {
      ...sandboxSettings(this.layout),
      ...bankSettings(this.layout),
      TONLE_BAKONG_USER: 'TONLE',
      TONLE_BAKONG_PASSWORD: this.secret('bakong'),
      TONLE_BAKONG_EMAIL: 'switch@tonle.invalid',
      ...this.options.settings,
    };
  }

  /** Ports of processes that are going down after their launcher was killed become free in a moment. */
  requireFree(ports: Readonly<Record<string, number>>): Promise<void> {
    return requireFreePorts(ports, this.lock.tookOver ? PATIENCE_MS : 0);
  }

  /** PostgreSQL, in it databases with a role each that is no superuser; resolves with the role's connection string of each. */
  async startPostgres(databases: readonly string[], tls?: TlsFiles): Promise<Record<string, string>> {
    const { postgres: port } = this.layout.ports;
    const superuser = this.secret('postgres');
    const bySocket = tls === undefined && mayHoldSocket(this.home, port);
    const way = { port, ...(bySocket && { socketFolder: this.home }) };
    await this.startServer('postgres', bySocket ? {} : { PostgreSQL: port }, (signal) =>
      startPostgres({
        dataFolder: join(this.home, 'postgres'),
        password: superuser,
        signal,
        ...way,
        ...(tls && { tls }),
      }),
    );
    const query =
      tls === undefined ? '' : `?sslmode=verify-full&sslrootcert=${encodeURIComponent(tls.authority)}`;
    const urlOf = (user: string, password: string, database: string) =>
      `${postgresUrl({ user, password, database, ...way })}${query}`;
    const roles = databases.map((database) => ({
      database,
      // That of the one database of `npm start` may not be the superuser's name.
      role: database === 'tonle' ? 'tonle_switch' : database,
      password: this.secret(`database-${database}`),
    }));
    const asSuperuser = urlOf('tonle', superuser, 'postgres');
    await secureDatabases(asSuperuser, roles).catch((error: Error) => {
      throw startFault('PostgreSQL', this.home, error.message);
    });
    const later = await writtenLater(asSuperuser, databases, knownMigrations());
    if (later !== undefined)
      throw new LaunchError(
        `${this.home} ${later}. Start it with that version, or give this one a home of its own: --home FOLDER --port-base N.`,
      );
    this.databaseUrls = Object.fromEntries(
      roles.map(({ database, role, password: secret }) => [database, urlOf(role, secret, database)]),
    );
    return this.databaseUrls;
  }

  databaseUrl(service: string): string {
    const url = this.databaseUrls[databaseOf(service)] ?? this.databaseUrls['tonle'];
    if (url === undefined) throw new LaunchError(`${service} has no database here`);
    return url;
  }

  /** A password of this installation, made at first use. */
  secret(name: string): string {
    return installationSecret(this.layout, name);
  }

  async startServer(
    name: string,
    ports: Readonly<Record<string, number>>,
    launch: LaunchServer,
  ): Promise<void> {
    // After a killed launcher its server may still hold the port: the starter ends that one by its pid file.
    if (!this.lock.tookOver) await this.requireFree(ports);
    const server = new SupervisedServer(name, launch, (text) => this.say(text));
    this.servers.push(server);
    await server.start();
  }

  startProcess(group: string, name: string, script: string, env: Record<string, string>): SupervisedProcess {
    const spec = { name, script: join(ROOT, script), env };
    const log = new ProcessLog(join(this.home, 'logs', `${name}.log`));
    const process = new SupervisedProcess(spec, log, (text) => this.say(text));
    this.processes.push({ group, process });
    process.start();
    return process;
  }

  notice(): string | undefined {
    // Routing takes the directory file, in a process of its own or with all others.
    const routing = this.processes.find(({ process }) => ['routing', 'switch'].includes(process.spec.name));
    return routing && directoryNotice(routing.process.log(), this.layout.networksDir !== undefined);
  }

  pidOf(name: string): number | undefined {
    const server = this.servers.find((each) => each.name === name);
    return server?.pid ?? this.processes.find((each) => each.process.spec.name === name)?.process.pid;
  }

  pids(): Record<string, number[]> {
    const groups: Record<string, number[]> = {};
    const add = (group: string, pid: number | undefined) => {
      groups[group] ??= [];
      if (pid !== undefined) groups[group].push(pid);
    };
    for (const { group, process } of this.processes) add(group, process.pid);
    for (const server of this.servers) add(server.name, server.pid);
    return groups;
  }

  kill(name: string): void {
    const pid = this.pidOf(name);
    if (pid === undefined) throw new LaunchError(`${name} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map(({ process }) => process.stop()));
    await Promise.all(this.servers.map((server) => server.stop()));
    this.lock.release();
  }
}

function named(what: string, ports: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(ports).map(([network, port]) => [`${what} ${network}`, port]));
}

/** Name of a service's database in a cluster. */
export function databaseOf(service: string): string {
  return `tonle_${service.replaceAll('-', '_')}`;
}
