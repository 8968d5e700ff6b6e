import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { connectionShape, kafkaAccess, openConnections } from './connections.js';

const read = (more: Record<string, string> = {}) =>
  z.object(connectionShape).parse({
    TONLE_DATABASE_URL: 'postgres://fx:secret@db.example/fx?sslmode=verify-full',
    TONLE_KAFKA_BROKERS: 'a.example:9093,b.example:9093',
    TONLE_KAFKA_TLS: 'true',
    TONLE_KAFKA_USER: 'fx',
    TONLE_KAFKA_PASSWORD: 'secret',
    TONLE_REDIS_URL: 'rediss://:secret@redis.example',
    ...more,
  });

describe('connections that leave the machine', () => {
  it('are closed with TLS and password, and when they do not leave it', () => {
    expect(openConnections(read())).toEqual([]);
    const local = {
      TONLE_DATABASE_URL: 'postgres://fx@127.0.0.1/fx',
      TONLE_KAFKA_BROKERS: 'localhost:9092, 127.0.0.1:9092',
      TONLE_KAFKA_TLS: 'false',
      TONLE_REDIS_URL: 'redis://[::1]',
    };
    expect(openConnections(read(local))).toEqual([]);
  });

  it.each([
    ['TONLE_DATABASE_URL', { TONLE_DATABASE_URL: 'postgres://fx:secret@db.example/fx' }],
    ['TONLE_DATABASE_URL', { TONLE_DATABASE_URL: 'postgres://fx:secret@db.example/fx?sslmode=require' }],
    ['TONLE_DATABASE_URL', { TONLE_DATABASE_URL: 'postgres://fx@db.example/fx?sslmode=verify-full' }],
    ['TONLE_KAFKA_BROKERS', { TONLE_KAFKA_TLS: 'false' }],
    ['TONLE_KAFKA_BROKERS', { TONLE_KAFKA_BROKERS: 'localhost:1,b.example:9092', TONLE_KAFKA_TLS: 'false' }],
    ['TONLE_REDIS_URL', { TONLE_REDIS_URL: 'redis://:secret@redis.example' }],
    ['TONLE_REDIS_URL', { TONLE_REDIS_URL: 'rediss://redis.example' }],
    ['TONLE_REDIS_URL', { TONLE_REDIS_URL: 'redis://:secret@127.0.0.1.example' }],
  ])('are told when open: %s', (setting, more) => {
    expect(openConnections(read(more))).toEqual([expect.stringContaining(`${setting} needs`)]);
  });

  it('need user and password of Kafka', () => {
    const { TONLE_KAFKA_PASSWORD: _password, ...rest } = read();
    expect(openConnections(z.object(connectionShape).parse(rest))).toHaveLength(1);
  });
});

describe('access to Kafka', () => {
  it('is as the settings say', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tonle-ca-'));
    const file = join(folder, 'ca.crt');
    writeFileSync(file, 'PEM');
    const login = { mechanism: 'scram-sha-512', username: 'fx', password: 'secret' };
    expect(kafkaAccess(read())).toEqual({ tls: {}, login });
    expect(kafkaAccess(read({ TONLE_KAFKA_CA_FILE: file, TONLE_KAFKA_MECHANISM: 'plain' }))).toEqual({
      tls: { ca: 'PEM' },
      login: { ...login, mechanism: 'plain' },
    });
    rmSync(folder, { recursive: true });
  });
});
