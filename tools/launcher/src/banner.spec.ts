import { describe, expect, it } from '@jest/globals';
import { banner } from './banner.js';

const gateway = 'http://127.0.0.1:7400';
const notice = () => undefined;

describe(banner.name, () => {
  it('has commands that reach an installation wherever it was put', () => {
    const usual = banner('It runs.', { home: '/x/.tonle', gatewayUrl: gateway, notice }, '.tonle');
    expect(usual).toContain('  look       ./tonle payment list');
    const other = banner(
      'It runs.',
      { home: '/x/my home', gatewayUrl: 'http://127.0.0.1:9000', notice },
      'my home',
    );
    expect(other).toContain("./tonle --home 'my home' --gateway http://127.0.0.1:9000 payment list");
    expect(other).toContain("./tonle --home 'my home' --gateway http://127.0.0.1:9000 audit");
  });
});
