import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FileFault } from './file-fault.js';
import { unpack, type Packing } from './unpack.js';

/** Two files, the second empty, as another program packed them. */
const PACKED = Buffer.from(
  [
    'eJwL8GZmEWFgYOBguMZTG9to3HOIB8jTYWRg4AfSnn5+RmaGhkYWBoZRvvGGpz3Onjz5/JSEaqcCYwCK',
    'RiCDgYkBAgTQNbrGGzIzBHgzMokw47YKBhoYGTAtRteMbh1CsyUWywO8WdkgOpgYqoF0JlgtAO9iJus=',
  ].join(''),
);
const ALL: readonly Packing[] = ['base64', 'deflate', 'zip'];
const LIMIT = { name: 'only', bytesMax: 10_000 };

function ruleOf(packed: Uint8Array, packing: readonly Packing[], bytesMax = LIMIT.bytesMax): string {
  try {
    unpack(packed, packing, { name: 'only', bytesMax });
    return 'read';
  } catch (error) {
    if (error instanceof FileFault) return error.rule;
    throw error;
  }
}

describe('files that are packed into one answer', () => {
  it('are unpacked, each with its name', () => {
    expect(
      unpack(PACKED, ALL, LIMIT).map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
    ).toEqual([
      ['INN26112801ZM_1', 'hello\n'.repeat(50)],
      ['INN26112801ZME_1', ''],
    ]);
    const one = Buffer.from(deflateSync('hello').toString('base64'));
    expect(unpack(one, ['base64', 'deflate'], LIMIT)).toEqual([
      { name: 'only', bytes: Buffer.from('hello') },
    ]);
  });

  it('are refused when one is larger than what is read', () => {
    expect(ruleOf(PACKED, ALL, 299)).toBe('too_large');
    const bomb = Buffer.from(deflateSync(Buffer.alloc(1_000_000)).toString('base64'));
    expect(ruleOf(bomb, ['base64', 'deflate'])).toBe('too_large');
  });

  it('are never read with a byte changed or cut off that matters', () => {
    const right = unpack(PACKED, ALL, LIMIT);
    const deflated = Buffer.from(PACKED.toString(), 'base64');
    fc.assert(
      fc.property(fc.nat(deflated.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(deflated);
        changed[at] = changed[at]! ^ by;
        const base64 = Buffer.from(changed.toString('base64'));
        if (ruleOf(base64, ALL) === 'read') expect(unpack(base64, ALL, LIMIT)).toEqual(right);
      }),
    );
    fc.assert(
      fc.property(fc.nat(deflated.length - 1), (at) => {
        expect(ruleOf(Buffer.from(deflated.subarray(0, at).toString('base64')), ALL)).toBe('archive_wrong');
      }),
    );
    expect(ruleOf(Buffer.from('%'), ALL)).toBe('archive_wrong');
  });
});
