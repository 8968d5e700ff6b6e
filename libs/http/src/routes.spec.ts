import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiTag, Endpoint, RequestHeader } from './endpoint.js';
import { controllersOf, routesOf } from './routes.js';

const id = z.string();
const filter = z.object({ year: z.string() });
const boat = z.object({ name: z.string() });
const endpoint = {
  operationId: 'buildBoat',
  summary: 'Build one',
  answers: { 201: { description: 'It', schema: boat } },
};

@Controller('boats')
@ApiTag('Boats')
class BoatController {
  @Get(':id')
  show(@Param('id', { schema: id }) _id: string, @Query({ schema: filter }) _filter: object): void {}

  @Post()
  @Endpoint(endpoint)
  build(
    @Body({ schema: boat }) body: z.infer<typeof boat>,
    @RequestHeader('Yard', id, 'key_missing') _yard: string,
    @RequestHeader('Dock', id) _dock: string,
  ): z.infer<typeof boat> {
    return body;
  }

  notServed(): void {}
}

@Module({ controllers: [BoatController] })
class BoatModule {}
@Module({ imports: [BoatModule] })
class HarbourModule {}
@Module({ imports: [BoatModule, HarbourModule] })
class RiverModule {}

describe(routesOf.name, () => {
  it('reads what controllers declare', () => {
    const [show, build, ...others] = routesOf([BoatController]);
    expect(show).toMatchObject({ method: 'get', path: '/boats/:id', tag: 'Boats', query: filter });
    expect(show).toMatchObject({ parameters: [{ name: 'id', schema: id }], body: undefined });
    expect(show!.endpoint).toBeUndefined();
    expect(build).toMatchObject({ method: 'post', path: '/boats', body: boat, endpoint });
    expect(build!.headers).toEqual([
      { name: 'Yard', schema: id, missing: 'key_missing' },
      { name: 'Dock', schema: id },
    ]);
    expect(others).toEqual([]);
  });
});

describe(controllersOf.name, () => {
  it('finds the controllers of all modules once', () => {
    expect(controllersOf(RiverModule)).toEqual([BoatController]);
  });
});
