import { describe, expect, it } from '@jest/globals';
import { contentTypeProblem } from './media-type.js';

describe('a content type', () => {
  it.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=US-ASCII',
    'application/pacs.008.001.08+xml ; version=1;',
    'application/json; profile="a;charset=latin1"',
  ])('is taken: %s', (header) => {
    expect(contentTypeProblem(header)).toBeUndefined();
  });

  it.each([
    ['application/json; charset=latin1', 'The charset of Content-Type must be utf-8.'],
    ['application/xml; charset="iso-8859-1"', 'The charset of Content-Type must be utf-8.'],
    ['application/xml; charset=utf-8; charset=utf-16', 'The charset of Content-Type must be utf-8.'],
    ['application/json; charset', expect.stringContaining('malformed')],
    ['application/json; charset = utf-8', expect.stringContaining('malformed')],
    ['application/json, text/plain', expect.stringContaining('malformed')],
    ['application/json; charset="utf-8', expect.stringContaining('malformed')],
    ['application', expect.stringContaining('malformed')],
  ])('is refused with a sentence: %s', (header, detail) => {
    expect(contentTypeProblem(header)).toMatchObject({ reason: 'unsupported_media_type', detail });
  });
});
