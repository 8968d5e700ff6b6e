import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { createTestDatabase, Migration } from '@tonle/persistence';
import type { Database, TestDatabase } from '@tonle/persistence';
import { createTestPlatform, Service } from '@tonle/platform';
import type { Clock, Platform } from '@tonle/platform';
import type { QueryRunner } from 'typeorm';
import { z } from 'zod';
import { assembleNestService, startNestService } from './nest-service.js';
import { CLOCK, DATABASE } from './platform.module.js';
import { key, provide, provideBy } from './provide.js';

// Real: Nest with and without Fastify behind a socket, PostgreSQL.

const count = {
  service: 'ferry',
  name: 'ferry.count',
  request: z.object({}),
  response: z.number(),
  timeoutMs: 20_000,
};

class Ferries1764000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE ferry (name text)');
    await runner.query(`INSERT INTO ferry VALUES ('Mekong'), ('Tonle')`);
  }
}

const NAMES = key<readonly string[]>('names');
const seen: string[] = [];

class Pier {
  constructor(
    readonly names: readonly string[],
    readonly clock: Clock,
  ) {}
}

@Controller()
class PierController {
  constructor(private readonly pier: Pier) {}

  @Get('/ferries')
  ferries(): readonly string[] {
    return this.pier.names;
  }
}

async function namesOf(database: Database, service: Service): Promise<readonly string[]> {
  service.resource('rope', () => Promise.resolve(seen.push('rope freed')));
  return (await database.query<{ name: string }>('SELECT name FROM ferry ORDER BY name')).map(
    ({ name }) => name,
  );
}

@Module({
  controllers: [PierController],
  providers: [provideBy(NAMES, [DATABASE, Service], namesOf), provide(Pier, NAMES, CLOCK)],
  exports: [Pier],
})
class FerryModule implements OnModuleInit {
  constructor(service: Service, pier: Pier) {
    service.call(count, () => Promise.resolve(pier.names.length));
    service.needs('water', () => pier.names.length > 1, 'it has not risen yet');
    service.topic('ferries', () => Promise.resolve());
  }

  onModuleInit(): void {
    seen.push('made');
  }
}

const database = { migrations: [Ferries1764000000000] };
const http = { purpose: 'public', port: 0 };

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('nest_service');
});
afterAll(() => test.drop());

async function platform(more: Partial<Platform> = {}): Promise<Platform> {
  seen.splice(0);
  return createTestPlatform('ferry', await test.another(), more);
}

describe(startNestService.name, () => {
  it('migrates, makes the parts, serves calls, and closes in order', async () => {
    const made = await platform();
    const running = await startNestService(made, FerryModule, { database });
    expect(running).toMatchObject({ name: 'ferry', addresses: {} });
    await expect(made.calls.call(count, {})).resolves.toBe(2);
    await running.close();
    expect(seen).toEqual(['made', 'rope freed']);
  });

  it('listens for others when it is told to, and not any more after it has closed', async () => {
    const headers: string[] = [];
    const running = await startNestService(await platform(), FerryModule, {
      database,
      http: {
        ...http,
        prepare: ({ app, server }) => {
          server.addHook('onSend', async (_request, reply) => {
            void reply.header('x-ferries', String(app.get(Pier).names.length));
          });
        },
      },
    });
    const url = running.addresses['public']!;
    const answer = await fetch(`${url}/ferries`);
    headers.push(answer.headers.get('x-ferries')!);
    expect([await answer.json(), headers]).toEqual([['Mekong', 'Tonle'], ['2']]);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await running.close();
    await expect(fetch(`${url}/ferries`)).rejects.toThrow();
    expect(seen).toEqual(['made', 'rope freed']);
  });

  it('frees what it has when it cannot start', async () => {
    const taken = await startNestService(await platform(), FerryModule, { database, http });
    const port = Number(new URL(taken.addresses['public']!).port);
    await expect(
      startNestService(await platform(), FerryModule, { database, http: { ...http, port } }),
    ).rejects.toThrow(`ferry: port ${port} on 127.0.0.1 is taken by another program`);
    expect(seen).toEqual(['made', 'rope freed']);
    await taken.close();
  });

  it('frees what it has when a part cannot be made', async () => {
    @Module({
      imports: [FerryModule],
      providers: [provideBy(key<object>('broken'), [Pier], () => Promise.reject(new Error('no wood')))],
    })
    class Broken {}
    await expect(startNestService(await platform(), Broken, { database })).rejects.toThrow('no wood');
    expect(seen).toEqual(['rope freed']);
  });
});

describe(assembleNestService.name, () => {
  it('makes the parts and starts when it is told to', async () => {
    const made = await platform();
    const service = await assembleNestService(made, FerryModule, { database });
    expect(service.get(Pier).names).toEqual(['Mekong', 'Tonle']);
    await expect(made.calls.call(count, {})).rejects.toThrow('did not answer');
    const running = await service.start();
    await expect(made.calls.call(count, {})).resolves.toBe(2);
    await running.close();
    expect(seen).toEqual(['made', 'rope freed']);
  });
});
