import { filePlaceOf } from '@tonle/network';
import { loadManifestKey } from '@tonle/security';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readTaxPolicy, TaxPolicy } from './invoice/tax-policy.js';

const TEN_YEARS = 3_653;

const schema = z.object({
  TONLE_HOME: z.string().default('.tonle'),
  /** PEM of the Ed25519 key that signs instructions to settlement banks and manifests of reports; absent: they are not signed. */
  TONLE_SETTLEMENT_KEY_FILE: z.string().min(1).optional(),
  /** Folder of the files of reports, one for all instances of settlement. */
  TONLE_REPORTS_DIR: z.string().min(1).optional(),
  /** JSON: taxes on invoices, by country or counterparty; absent: none are levied. */
  TONLE_TAXES_FILE: z.string().min(1).optional(),
  /** JSON: places that reports are delivered to, by their names; absent: none. */
  TONLE_REPORT_PLACES_FILE: z.string().min(1).optional(),
  /** Days that files of reports, and what rows were before they changed, are kept. */
  TONLE_REPORT_KEPT_DAYS: z.coerce.number().int().min(1).max(36_500).default(TEN_YEARS),
});

const places = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  z.strictObject({ url: z.url(), keyFile: z.string().optional(), hostKey: z.string().optional() }),
);

export type ReportPlaces = ReadonlyMap<string, ReturnType<typeof filePlaceOf>>;

export interface SettlementSettings {
  /** Undefined: neither instructions nor manifests are signed. */
  readonly instructionKey: KeyObject | undefined;
  readonly reportsDir: string;
  readonly reportPlaces: ReportPlaces;
  readonly reportKeptDays: number;
  readonly taxes: TaxPolicy;
}

/** Throws with the name of the setting that cannot be read. */
export function readSettings(settings: Readonly<Record<string, string | undefined>>): SettlementSettings {
  const read = schema.parse(settings);
  const {
    TONLE_SETTLEMENT_KEY_FILE: key,
    TONLE_REPORT_PLACES_FILE: placesFile,
    TONLE_TAXES_FILE: taxesFile,
  } = read;
  return {
    instructionKey:
      key === undefined ? undefined : named('TONLE_SETTLEMENT_KEY_FILE', () => loadManifestKey(key)),
    reportsDir: read.TONLE_REPORTS_DIR ?? join(read.TONLE_HOME, 'reports'),
    reportKeptDays: read.TONLE_REPORT_KEPT_DAYS,
    reportPlaces:
      placesFile === undefined ? new Map() : named('TONLE_REPORT_PLACES_FILE', () => readPlaces(placesFile)),
    taxes:
      taxesFile === undefined ? new TaxPolicy([]) : named('TONLE_TAXES_FILE', () => readTaxPolicy(taxesFile)),
  };
}

/** Paths of keys are as the file stands, so that both move together. */
function readPlaces(file: string): ReportPlaces {
  const beside = (path: string | undefined) =>
    path === undefined ? undefined : resolve(dirname(file), path);
  return new Map(
    Object.entries(places.parse(JSON.parse(readFileSync(file, 'utf8')))).map(
      ([name, { url, keyFile, hostKey }]) => {
        const ownKey = beside(keyFile);
        const theirs = hostKey?.endsWith('.pub') === true ? beside(hostKey) : hostKey;
        const place = {
          url: new URL(url),
          ...(ownKey !== undefined && { keyFile: ownKey }),
          ...(theirs !== undefined && { hostKey: theirs }),
        };
        return [name, filePlaceOf(place)];
      },
    ),
  );
}

function named<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${setting}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
