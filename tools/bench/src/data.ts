import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The messages that were written for this project, next to the library's tests. */
export const OWN_SAMPLES = fileURLToPath(new URL('../../../libs/iso20022/samples', import.meta.url));
const OWN_CODES = fileURLToPath(new URL('../../conformance/data/qr/emvqr.json', import.meta.url));
const MESSAGE_SCHEMA = /^([a-z]{4}\.\d{3}\.\d{3}\.\d{2})\.xsd$/;

export interface Sample {
  readonly file: string;
  readonly status: 'valid' | 'invalid' | 'no-schema' | 'not-well-formed';
  readonly expected?: string;
}

/** A data folder as the conformance command takes it; undefined when none is named. */
export function dataFolder(): string | undefined {
  const folder = process.env['TONLE_CONFORMANCE_DATA'];
  if (folder === undefined || folder === '') return undefined;
  if (!existsSync(folder)) throw new Error(`TONLE_CONFORMANCE_DATA names ${folder}, which is not there`);
  return folder;
}

/** The samples of a folder with a manifest; none when there is no manifest. */
export function samplesOf(folder: string): { readonly sample: Sample; readonly path: string }[] {
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) return [];
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: readonly Sample[] };
  return files.map((sample) => ({ sample, path: join(folder, sample.file) }));
}

/** Schema files of a data folder by message definition. */
export function schemaFiles(folder: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (folder === undefined) return found;
  for (const place of [join(folder, 'iso/xsd/extra'), join(folder, 'iso/xsd')].filter((path) =>
    existsSync(path),
  )) {
    for (const name of readdirSync(place)) {
      const message = MESSAGE_SCHEMA.exec(name)?.[1];
      if (message !== undefined) found.set(message, join(place, name));
    }
  }
  return found;
}

export function ownMessage(file: string): Buffer {
  return readFileSync(join(OWN_SAMPLES, 'good', file));
}

/** The texts of the good QR codes that were written for this project. */
export function ownCodes(): readonly { readonly id: string; readonly payload: string }[] {
  const { vectors } = JSON.parse(readFileSync(OWN_CODES, 'utf8')) as {
    vectors: readonly { id: string; payload: string; valid: boolean }[];
  };
  return vectors.filter(({ valid }) => valid);
}
