import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllersOf, routesOf } from '@tonle/http';
import { needOf } from '../access/access.js';
import { GatewayModule } from '../gateway.module.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Every endpoint of the API is asked with a parameter that it does not know.

const ENDPOINTS = routesOf(controllersOf(GatewayModule)).filter(({ endpoint }) => endpoint !== undefined);
const SIGNER = { ops: 'OPERATOR', rates: 'FXNAGA', payments: 'KHMEKONG' } as const;

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_unknown_query');
});
afterAll(() => world.close());

describe('an unknown query parameter', () => {
  it('is tried at every endpoint', () => {
    expect(ENDPOINTS.length).toBeGreaterThan(25);
  });

  it.each(ENDPOINTS.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    'is refused by %s with those that are known',
    async (_what, route) => {
      const id = '00000000-0000-7000-8000-000000000001';
      const path = `${route.path.replaceAll(/:\w+/g, id)}?colour=red`;
      const need = needOf(route.handler, route.controller);
      const participant = SIGNER[need as keyof typeof SIGNER] ?? 'KHMEKONG';
      const method = route.method.toUpperCase();
      const isXml = route.path.startsWith('/iso20022');
      const headers: Record<string, string> = {
        ...(method === 'POST' && { 'content-type': isXml ? 'application/xml' : 'application/json' }),
      };
      const body = method === 'POST' ? (isXml ? '<a/>' : '{}') : undefined;
      const { status, json } = await world.send(method, path, body, { participant, headers });
      expect([status, json?.code]).toEqual([400, 'schema_invalid']);
      const known = Object.keys((route.query as { shape?: object } | undefined)?.shape ?? {});
      const told = known.length === 0 ? 'There are none here' : `Known: ${known.join(', ')}`;
      expect(json.errors).toEqual([{ path: '/colour', message: `Unknown parameter. ${told}.` }]);
    },
  );
});
