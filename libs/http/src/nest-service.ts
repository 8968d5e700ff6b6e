import 'reflect-metadata';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OrmOptions } from '@tonle/persistence';
import { declareDeadLetters, declareOwnFacts, declareState, Service } from '@tonle/platform';
import type { Platform, RunningService } from '@tonle/platform';
import { assembleHttpApp } from './http-app.js';
import type { HttpApp, HttpAppOptions } from './http-app.js';
import { PlatformModule, ServiceLifecycle } from './platform.module.js';
import type { Token } from './provide.js';

export interface HttpListener extends Omit<HttpAppOptions, 'missing' | 'impaired'> {
  /** Names the address, e.g. `public`. */
  readonly purpose: string;
  readonly port: number;
  /** Loopback unless set. */
  readonly host?: string;
  /** Hooks of the listener before its first request; `http.app` gives the parts that they need. */
  readonly prepare?: (http: HttpApp) => void;
}

export interface NestServiceOptions {
  /** Entities and migrations; these have run when the first provider is made. */
  readonly database?: OrmOptions;
  /** For a service that others than ours reach. Without it there is no HTTP but the internal listener's. */
  readonly http?: HttpListener;
}

/** A service whose parts are made, but which takes no work yet. */
export interface NestService {
  /** The part that the modules hold under `token`. */
  get<T>(token: Token<T>): T;
  readonly service: Service;
  start(): Promise<RunningService>;
  close(): Promise<void>;
}

/**
 * Starts a service that is a Nest application: migrates, makes the module's parts, then starts what they declared in
 * the Service. Closing it is Nest's shutdown: listeners, topics, jobs, resources.
 */
export async function startNestService(
  platform: Platform,
  module: Type | DynamicModule,
  options: NestServiceOptions = {},
): Promise<RunningService> {
  return platform.database.patiently(async () => {
    const { app, lifecycle } = await open(platform, module, options, false);
    const running = await lifecycle.start();
    return { ...running, close: () => app.close() };
  });
}

/** Makes the parts of a service without starting it; `start` does the rest. Tests drive the parts by hand. */
export async function assembleNestService(
  platform: Platform,
  module: Type | DynamicModule,
  options: NestServiceOptions = {},
): Promise<NestService> {
  const { app, lifecycle, service } = await open(platform, module, options, true);
  return {
    service,
    get: (token) => app.get(token as Type),
    start: async () => ({ ...(await lifecycle.start()), close: () => app.close() }),
    close: () => app.close(),
  };
}

interface Opened {
  readonly app: INestApplicationContext;
  readonly service: Service;
  readonly lifecycle: ServiceLifecycle;
}

async function open(
  platform: Platform,
  module: Type | DynamicModule,
  { database, http }: NestServiceOptions,
  held: boolean,
): Promise<Opened> {
  if (database !== undefined) await platform.database.openOrm(database);
  const service = new Service(platform);
  if (database !== undefined) {
    declareDeadLetters(service, platform);
    declareOwnFacts(service, platform);
    declareState(service, platform);
  }
  const lifecycle = new ServiceLifecycle(service, held);
  class RootModule {}
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.of(platform, service), module],
    providers: [{ provide: ServiceLifecycle, useValue: lifecycle }],
  };
  try {
    const app =
      http === undefined ? await openContext(root) : await openListener(root, platform, service, http);
    return { app, service, lifecycle };
  } catch (error) {
    // A part that could not be made: those made before it may hold something.
    await service.close().catch(() => undefined);
    throw error;
  }
}

// What goes wrong is thrown to whoever starts the service; Nest need not tell it a second time.
function openContext(root: DynamicModule): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}

async function openListener(
  root: DynamicModule,
  platform: Platform,
  service: Service,
  { purpose, port, host, prepare, ...options }: HttpListener,
): Promise<INestApplicationContext> {
  const http = await assembleHttpApp(root, platform, {
    ...options,
    missing: () => service.missing(),
    impaired: () => service.impaired(),
  });
  prepare?.(http);
  service.http(purpose, async () => ({
    url: await http.listen(port, host),
    close: () => http.server.close(),
  }));
  await http.app.init();
  return http.app;
}
