import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNestService, type HttpApp } from '@tonle/http';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type RunningService } from '@tonle/platform';
import { GATEWAY_DATABASE } from '../gateway.service.js';
import { GatewayModule } from '../gateway.module.js';
import { publicApi } from './public-api.js';

// Real: the gateway on its listener. What it serves and what its document tells are the same.

/** Pages to read and what operates the process: no part of the API. */
const PAGES = [
  'GET /',
  'GET /docs',
  'GET /docs/:asset',
  'GET /docs/start.js',
  'GET /errors',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
];

let test: TestDatabase;
let service: RunningService;
let routes: readonly string[];
beforeAll(async () => {
  test = await createTestDatabase('gateway_routes', 'gateway');
  const platform = createTestPlatform('gateway', test.database, {
    settings: { TONLE_SANDBOX: 'true' },
  });
  let http: HttpApp | undefined;
  service = await startNestService(platform, GatewayModule, {
    database: GATEWAY_DATABASE,
    http: { purpose: 'public', port: 0, prepare: (made) => (http = made) },
  });
  routes = http!.routes();
});
afterAll(async () => {
  await service.close();
  await test.drop();
});

describe('the OpenAPI document', () => {
  it('has every route that is served, and no other', () => {
    const { paths } = publicApi() as { paths: Record<string, object> };
    const told = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    const served = routes.filter((route) => !route.startsWith('HEAD '));
    expect([...served].sort()).toEqual([...told, ...PAGES].sort());
  });

  it('is served as it stands in docs/reference', async () => {
    const answer = await fetch(`${service.addresses['public']}/openapi.json`);
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(publicApi())));
  });
});
