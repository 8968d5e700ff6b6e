import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { ApiDescription } from './api-description.js';
import { KeptFiles } from './kept-files.js';
import { ReferenceController } from './reference.controller.js';

const folder = mkdtempSync(join(tmpdir(), 'tonle-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file', () => {
  it('is read once, for many who ask at the same time and for all who ask later', async () => {
    writeFileSync(join(folder, 'a'), 'first');
    const files = new KeptFiles(folder);
    const read = await Promise.all(Array.from({ length: 50 }, () => files.bytesOf('a')));
    writeFileSync(join(folder, 'a'), 'second');
    read.push(await files.bytesOf('a'));
    expect(new Set(read).size).toBe(1);
    expect(read[0]!.toString()).toBe('first');
  });

  it('that could not be read is tried again', async () => {
    const files = new KeptFiles(folder);
    await expect(files.bytesOf('b')).rejects.toThrow('ENOENT');
    writeFileSync(join(folder, 'b'), 'here');
    expect((await files.bytesOf('b')).toString()).toBe('here');
  });
});

describe('what anybody may read', () => {
  const controller = new ReferenceController(new ApiDescription([]));
  const pages: Readonly<Record<string, (reply: FastifyReply) => void | Promise<void>>> = {
    'GET /openapi.json': (reply) => controller.openApi(reply),
    'GET /docs': (reply) => controller.docs(reply),
    'GET /errors': (reply) => controller.errors(reply),
    'GET /docs/swagger-ui.css': (reply) => controller.asset('swagger-ui.css', reply),
    'GET /docs/swagger-ui-bundle.js': (reply) => controller.asset('swagger-ui-bundle.js', reply),
  };

  it.each(Object.keys(pages))('is held once, however often it is asked for: %s', async (page) => {
    const sent: unknown[] = [];
    const reply = { header: () => reply, send: (bytes: unknown) => sent.push(bytes) };
    const ask = async (): Promise<void> => pages[page]!(reply as unknown as FastifyReply);
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(sent).toHaveLength(20);
    expect(Buffer.isBuffer(sent[0])).toBe(true);
    expect(new Set(sent).size).toBe(1);
  });
});
