/** What routing logs when it goes on with the directory that it has: the file, and a sentence for each reason. */
interface NotTaken {
  readonly file: string;
  readonly reasons: readonly string[];
}

const MISSING = 'is in the directory but no longer in the file';

/** What to tell whoever starts an installation whose directory file was not taken; undefined when it was. `log`: JSON lines. */
export function directoryNotice(log: string, withNetworks: boolean): string | undefined {
  const last = log.split('\n').flatMap(notTaken).at(-1);
  if (last === undefined) return waitsNotice(log);
  const { file, reasons } = last;
  const isMissing = reasons.some((reason) => reason.includes(MISSING));
  const remedy = !isMissing
    ? 'Correct what the sentences name, then start again; or start with another --home.'
    : withNetworks
      ? 'This home was started with other networks before: put their folders back, or start with another --home.'
      : 'This home was started with --networks before: start it with the same folder, or with another --home.';
  return [
    `The directory file was not taken: ${file}. Nothing of it counts; the switch runs with the directory that it has.`,
    ...reasons.map((reason) => `  - ${reason}`),
    remedy,
  ].join('\n');
}

/** A file that lets more through waits for people. */
function waitsNotice(log: string): string | undefined {
  const last = log.split('\n').findLast((line) => line.includes('"the directory file waits for operators'));
  const approval = /"approval":"([a-z0-9.-]+)"/.exec(last ?? '')?.[1];
  if (approval === undefined) return undefined;
  return `The directory file waits for two operators; until then the directory is as it was: ./tonle approvals show ${approval}`;
}

function notTaken(line: string): NotTaken[] {
  if (!line.includes('"the directory file was not taken')) return [];
  try {
    const { file, reasons } = JSON.parse(line) as Partial<NotTaken>;
    return typeof file === 'string' && Array.isArray(reasons) ? [{ file, reasons }] : [];
  } catch {
    return [];
  }
}
