import { describe, expect, it } from '@jest/globals';
import { LoadError, loadOptions } from './options.js';

describe('options', () => {
  it('name the trouble, which a killer must have started', () => {
    expect(loadOptions(['--trouble', 'silence'])).toMatchObject({ trouble: 'silence' });
    expect(loadOptions(['--mode', 'cluster', '--trouble', 'kill'])).toMatchObject({ trouble: 'kill' });
    expect(() => loadOptions(['--trouble', 'flood'])).toThrow('kill or silence');
    expect(() => loadOptions(['--trouble', 'kill'])).toThrow('--mode cluster');
  });

  it('weigh networks', () => {
    expect(loadOptions(['--weights', 'thailand=3,laos=0.5'])).toMatchObject({
      weights: { thailand: 3, laos: 0.5 },
    });
    expect(() => loadOptions(['--weights', 'thailand'])).toThrow('--weights takes a list');
  });

  it('have defaults that say what they do', () => {
    expect(loadOptions([])).toMatchObject({
      mode: 'single',
      rate: 50,
      seconds: 30,
      warmupSeconds: 30,
      skew: 0.7,
      attach: false,
      webhooks: false,
      home: '.tonle/load-single',
      homeGiven: false,
    });
    expect(loadOptions(['--attach'])).toMatchObject({ home: '.tonle' });
    expect(
      loadOptions([
        '--mode',
        'cluster',
        '--rate',
        '2.5',
        '--seconds',
        '10',
        '--skew',
        '1',
        '--home',
        'x',
        '--warmup',
        '0',
      ]),
    ).toMatchObject({
      mode: 'cluster',
      rate: 2.5,
      seconds: 10,
      skew: 1,
      home: 'x',
      homeGiven: true,
      warmupSeconds: 0,
    });
  });

  it.each([
    [['--mode', 'both'], '--mode'],
    [['--rate', '0'], '--rate'],
    [['--rate', '1e3'], '--rate'],
    [['--seconds', '2.5'], '--seconds'],
    [['--skew', '2'], '--skew'],
    [['--skew', ''], '--skew'],
    [['--speed', '9'], '--speed'],
    [['fast'], 'fast'],
  ])('%s is refused by name', (argv, name) => {
    expect(() => loadOptions(argv)).toThrow(LoadError);
    expect(() => loadOptions(argv)).toThrow(name);
  });
});
