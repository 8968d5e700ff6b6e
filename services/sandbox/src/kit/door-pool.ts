import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Pool } from 'undici';

const CONNECTIONS_MAX = 256;

export interface DoorPlace {
  /** Tonle's inbound endpoint for a network. */
  readonly doorUrl: string;
  readonly pkiDir: string;
  /** Shows `<certificate>.crt`. */
  readonly certificate: string;
}

/** Connections to Tonle's endpoint, with the simulator's certificate. */
export function doorPool({ doorUrl, pkiDir, certificate }: DoorPlace): Pool {
  return new Pool(doorUrl, {
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: 60_000,
    // One context for all connections: reading keys and certificates again for each costs milliseconds.
    connect: {
      secureContext: createSecureContext({
        ca: readFileSync(`${pkiDir}/ca.crt`),
        key: readFileSync(`${pkiDir}/${certificate}.key`),
        cert: readFileSync(`${pkiDir}/${certificate}.crt`),
      }),
    },
  });
}
