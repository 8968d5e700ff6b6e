import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.decide.js';

describe('an address that webhooks may go to', () => {
  it.each(['1.1.1.1', '100.63.255.255', '172.32.0.1', '223.255.255.254', '2606:4700::1111', '2a00:1450::1'])(
    '%s is one',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['this host', '0.0.0.0'],
    ['private', '10.1.2.3'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ["a carrier's NAT", '100.64.0.1'],
    ['loopback', '127.8.8.8'],
    ["link-local, a cloud's metadata", '169.254.169.254'],
    ['for benchmarks', '198.19.0.1'],
    ['for documentation', '203.0.113.9'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4 mapped', '::ffff:10.0.0.1'],
    ['IPv4 mapped, even of a public one', '::ffff:1.1.1.1'],
    ['IPv4 compatible', '::127.0.0.1'],
    ['translated to IPv4', '64:ff9b::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378::'],
    ['for documentation', '2001:db8::1'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['link-local with its zone', 'fe80::1%eth0'],
    ['multicast', 'ff02::1'],
    ['no address', 'localhost'],
    ['no address', '0x7f000001'],
    ['no address', '2130706433'],
    ['nothing', ''],
  ])('%s is none: %s', (_what, address) => expect(isPublicAddress(address)).toBe(false));
});
