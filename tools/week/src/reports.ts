import { creditsOf, type CreditsByCurrency, type PositionCredit } from './credits.js';
import type { Desk } from './desk.js';
import { filesOfRun } from './report-run.js';
import { windowsOf, type WeekWindow } from './windows.js';

/** No credit has this name: its notification is empty. */
const NO_CREDIT = 'none';

type Parameters = Readonly<Record<string, string>>;

/** A report as the catalogue has it: one more is one more there. */
export interface CataloguedReport {
  readonly report: string;
  readonly audience: string;
  readonly formats: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly isNeeded: boolean }[];
}

/** What is asked for on a day. */
export interface AskedReport {
  readonly report: string;
  readonly parameters: Parameters;
  readonly formats: readonly string[];
  readonly receiver?: string;
}

/** Hash of every file of the reports, by report, parameters and format. */
export type ReportHashes = Readonly<Record<string, string>>;

/**
 * Every report of the catalogue for a day: of a window one for each currency that was paid in, of a currency one for each. What is of an
 * account is asked for by the one that owes or is owed there, what is of a credit by whose it is. Throws for a parameter that a day does
 * not have.
 */
export function reportsOfDay(
  catalogue: readonly CataloguedReport[],
  day: string,
  windows: readonly Pick<WeekWindow, 'windowId' | 'currency' | 'partner' | 'payments' | 'nets'>[],
  credits: CreditsByCurrency = new Map(),
): readonly AskedReport[] {
  const ofCurrency = windowOfCurrency(windows);
  return catalogue.flatMap((each) => {
    const needed = each.parameters.filter(({ isNeeded }) => isNeeded).map(({ name }) => name);
    const isOfWindows = needed.some((name) => ['window', 'currency', 'partner'].includes(name));
    const asked = isOfWindows ? ofCurrency : [undefined];
    return asked.flatMap((window) => {
      const credit = needed.includes('entry') && window ? credits.get(window.currency) : undefined;
      return askedFor(each, needed, day, window, credit);
    });
  });
}

/** The last window of each currency that was paid in. */
function windowOfCurrency<T extends Pick<WeekWindow, 'currency' | 'payments'>>(
  windows: readonly T[],
): readonly T[] {
  const paid = windows.filter(({ payments }) => payments > 0);
  return [...new Map(paid.map((window) => [window.currency, window])).values()];
}

function askedFor(
  { report, formats, audience }: CataloguedReport,
  needed: readonly string[],
  day: string,
  window: Pick<WeekWindow, 'windowId' | 'currency' | 'partner' | 'nets'> | undefined,
  credit: PositionCredit | undefined,
): AskedReport[] {
  const known: Readonly<Record<string, string | undefined>> = {
    ...{ day, until: day, month: day.slice(0, 7) },
    ...(window && { window: window.windowId, currency: window.currency, partner: window.partner }),
    entry: credit?.entry ?? NO_CREDIT,
  };
  const parameters = Object.fromEntries(
    needed.map((name) => {
      const value = known[name];
      if (value === undefined) throw new Error(`${report} needs ${name}, which a day does not have`);
      return [name, value];
    }),
  );
  const ofAccounts = formats.filter((format) => format.startsWith('camt.'));
  const others = formats.filter((format) => !ofAccounts.includes(format));
  const receiver = credit?.participant ?? window?.nets[0]?.participant;
  const ofReceiver =
    audience === 'participants' && receiver !== undefined && ofAccounts.length > 0
      ? [{ report, parameters, formats: ofAccounts, receiver }]
      : [];
  return [...(others.length === 0 ? [] : [{ report, parameters, formats: others }]), ...ofReceiver];
}

/** What reports there are. */
export async function catalogueOf(desk: Desk): Promise<readonly CataloguedReport[]> {
  return (await desk.get<{ reports: CataloguedReport[] }>('/v1/ops/reports')).reports;
}

/** Runs every report of a day as it was known at its end. */
export async function reportsOf(desk: Desk, day: string): Promise<ReportHashes> {
  const windows = await windowsOf(desk, day);
  const currencies = windowOfCurrency(windows).map(({ currency }) => currency);
  const credits = await creditsOf(desk, day, currencies);
  const asked = reportsOfDay(await catalogueOf(desk), day, windows, credits);
  const runs = [];
  for (const each of asked) {
    const { runId } = await desk.post<{ runId: string }>('/v1/ops/reports/runs', {
      ...each,
      reason: 'the day is closed',
    });
    runs.push({ ...each, runId });
  }
  const hashes: Record<string, string> = {};
  for (const { report, parameters, receiver, runId } of runs) {
    const of = [report, ...Object.values(parameters), ...(receiver === undefined ? [] : [receiver])].join(
      ' ',
    );
    for (const { format, sha256 } of await filesOfRun(desk, of, runId)) hashes[`${of} ${format}`] = sha256;
  }
  return hashes;
}
