import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isReason, REASONS } from '@tonle/contracts';
import { errorsPage } from './pages.js';
import { publicApi } from './public-api.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a document of many forms
const document = publicApi() as any;

describe('the OpenAPI document', () => {
  it('refers only to schemas that are there', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
    expect(names.length).toBeGreaterThan(20);
    const missing = names.filter(
      (ref) => document.components.schemas[ref.replace('#/components/schemas/', '')] === undefined,
    );
    expect(missing).toEqual([]);
    expect(text).not.toContain('$defs');
  });

  it('has one schema under each name', () => {
    const folder = join(import.meta.dirname, '..');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.schema.ts'),
    );
    const ids = files.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/\bid: '(\w+)'/g)].map(([, id]) => id!),
    );
    expect(ids.length).toBeGreaterThan(50);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('closes requests against unknown fields and leaves answers open to grow', () => {
    const { CreatePayment, Payment, Amount } = document.components.schemas;
    expect(CreatePayment.additionalProperties).toBe(false);
    expect(CreatePayment.required).toEqual(['lookupId', 'quoteId', 'debtor']);
    expect(Payment.additionalProperties).not.toBe(false);
    expect(Amount.properties.amount.type).toBe('string');
  });

  it('names the codes of every status', () => {
    const answers = document.paths['/v1/payments'].post.responses;
    expect(answers[422].description).toContain('`key_reused`');
    expect(Object.keys(answers)).toEqual(
      expect.arrayContaining(['200', '202', '400', '401', '413', '429', '503']),
    );
  });

  it('tells how the payment is made and held', () => {
    const { parameters } = document.paths['/v1/payments'].post;
    expect(parameters.map((each: { name: string }) => each.name)).toEqual([
      'Prefer',
      'traceparent',
      'Idempotency-Key',
    ]);
  });
});

describe('the page of errors', () => {
  it('has a row for every code of the registry and no other', () => {
    const codes = [...errorsPage().matchAll(/<tr id="(\w+)">/g)].map(([, code]) => code!);
    expect(codes).toEqual(Object.keys(REASONS));
    expect(codes.every(isReason)).toBe(true);
  });
});
