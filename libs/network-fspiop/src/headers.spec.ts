import { describe, expect, it } from '@jest/globals';
import { acceptOf, contentTypeOf, negotiate, requestHeaders } from './headers.js';

const V11 = 'application/vnd.interoperability.quotes+json;version=1.1';
const PARTIES = 'application/vnd.interoperability.parties+json;version=1.1';

describe('the media types', () => {
  it('have the exact version of a body, and the major one of what may come back', () => {
    expect(contentTypeOf('quotes')).toBe(V11);
    expect(acceptOf('parties')).toBe('application/vnd.interoperability.parties+json;version=1');
    expect(contentTypeOf('transfers', '2.0')).toBe(
      'application/vnd.interoperability.transfers+json;version=2.0',
    );
  });

  it('stand in a request with whom it is for; a call-back accepts nothing', () => {
    expect(requestHeaders('quotes', { isAnswer: false, destination: 'BKRW' })).toEqual({
      'content-type': V11,
      accept: 'application/vnd.interoperability.quotes+json;version=1',
      'fspiop-destination': 'BKRW',
    });
    expect(requestHeaders('quotes', { isAnswer: true, destination: 'BKRW' })).not.toHaveProperty('accept');
    expect(requestHeaders('parties', { isAnswer: false })).not.toHaveProperty('fspiop-destination');
  });
});

describe('the version of a request', () => {
  it.each([
    ['a major version alone', V11.replace('1.1', '1')],
    ['the exact one', V11],
    ['another spelling', 'Application/vnd.interoperability.QUOTES+json ; version=1.1'],
    ['several', `${V11.replace('1.1', '9')}, ${V11}`],
    ['another resource beside it', `${PARTIES}, ${V11}`],
  ])('may be answered when Accept has %s', (_what, accept) => {
    expect(negotiate('quotes', { 'content-type': V11, accept }, false)).toEqual({
      kind: 'ok',
      version: '1.1',
    });
  });

  it('is one that is written here: another scheme speaks 2.0', () => {
    const headers = { 'content-type': V11.replace('1.1', '2.0'), accept: V11.replace('1.1', '2') };
    expect(negotiate('quotes', headers, false, '2.0')).toEqual({ kind: 'ok', version: '2.0' });
    expect(negotiate('quotes', headers, false)).toMatchObject({ code: '3001' });
    expect(negotiate('quotes', { ...headers, accept: V11 }, false, '2.0')).toMatchObject({ code: '3001' });
    expect(requestHeaders('quotes', { isAnswer: false, version: '2.0' })).toMatchObject(headers);
  });

  it('of a call-back is that of its body', () => {
    expect(negotiate('quotes', { 'content-type': V11.replace('1.1', '1.0') }, true)).toEqual({
      kind: 'ok',
      version: '1.0',
    });
  });

  it.each([
    ['no Content-Type', { accept: V11 }, '3102', 'Content-Type is not'],
    ['plain JSON', { 'content-type': 'application/json', accept: V11 }, '3101', V11],
    ['of another resource', { 'content-type': PARTIES, accept: V11 }, '3101', V11],
    ['without a version', { 'content-type': V11.split(';')[0], accept: V11 }, '3101', V11],
    [
      'with a major version alone',
      { 'content-type': V11.replace('1.1', '1'), accept: V11 },
      '3001',
      'version 1 ',
    ],
    [
      'of a version to come',
      { 'content-type': V11.replace('1.1', '3.0'), accept: V11 },
      '3001',
      'version 3.0',
    ],
    ['that accepts nothing', { 'content-type': V11 }, '3102', 'Accept is missing'],
    ['that accepts anything', { 'content-type': V11, accept: '*/*' }, '3101', 'Accept does not have'],
    [
      'that accepts a version to come',
      { 'content-type': V11, accept: V11.replace('1.1', '3') },
      '3001',
      'Accept',
    ],
    [
      'that accepts an old minor one',
      { 'content-type': V11, accept: V11.replace('1.1', '1.7') },
      '3001',
      'Accept',
    ],
  ])('is refused by name: %s', (_what, headers, code, words) => {
    const refused = negotiate('quotes', headers, false);
    expect(refused).toMatchObject({ kind: 'refused', code, detail: expect.stringContaining(words) });
  });
});
