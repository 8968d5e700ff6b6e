import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { Endpoint } from './endpoint.js';
import { QueryInterceptor } from './query-interceptor.js';

const told = {
  operationId: 'listBoats',
  summary: 'Boats',
  answers: { 200: { description: 'All', schema: z.record(z.string(), z.string()) } },
};

@Controller('boats')
class ShipController {
  @Get()
  @Endpoint(told)
  list(
    @Query({ schema: z.object({ year: z.string().optional(), yard: z.string() }) }) _filter: object,
  ): Record<string, string> {
    return {};
  }

  @Get('count')
  @Endpoint(told)
  count(): Record<string, string> {
    return {};
  }

  @Get('page')
  page(): void {}
}

const interceptor = new QueryInterceptor();

function ask(handler: keyof ShipController, query: object): unknown {
  const context = {
    getHandler: () => ShipController.prototype[handler],
    getClass: () => ShipController,
    switchToHttp: () => ({ getRequest: () => ({ query }) }),
  };
  try {
    return interceptor.intercept(context as never, { handle: () => 'handled' } as never);
  } catch (error) {
    return error;
  }
}

describe(QueryInterceptor.name, () => {
  it('lets known parameters pass, again and again', () => {
    for (let times = 0; times < 2; times += 1)
      expect(ask('list', { yard: 'a', year: ['1', '2'] })).toBe('handled');
    expect(ask('count', {})).toBe('handled');
  });

  it('refuses others, with those that are known', () => {
    expect(ask('list', { 'y/d': 'a', yard: 'a' })).toMatchObject({
      reason: 'schema_invalid',
      errors: [{ path: '/y~1d', message: 'Unknown parameter. Known: year, yard.' }],
    });
    expect(ask('count', { cursor: 'x' })).toMatchObject({
      errors: [{ path: '/cursor', message: 'Unknown parameter. There are none here.' }],
    });
  });

  it('leaves pages alone', () => {
    expect(ask('page', { utm_source: 'mail' })).toBe('handled');
  });
});
