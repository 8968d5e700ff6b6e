import {
  APPROVAL_STATES,
  BANK_FILE_KINDS,
  BANK_LINE_STATES,
  BREAK_ACTIONS,
  BREAK_TYPES,
  instructionState,
  REPORT_BASES,
  SUSPENSE_ACTIONS,
  SUSPENSE_STATES,
  windowState,
} from '@tonle/contracts';
import { ACCOUNT_KINDS } from '@tonle/ledger';

// How what finance types is written: by the name that an argument or the value of an option has in the help, and by option.

/** How something is written, and what to say when it is not. */
export interface WrittenForm {
  readonly is: (text: string) => boolean;
  readonly write: string;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
const isMonth = (text: string): boolean => /^\d{4}-\d{2}$/.test(text) && isDay(`${text}-01`);
const isInstant = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  isDay(text.slice(0, 10)) &&
  !Number.isNaN(Date.parse(text));
const like = (pattern: RegExp, write: string): WrittenForm => ({ is: (text) => pattern.test(text), write });

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const id = (list: string): WrittenForm =>
  like(new RegExp(`^${UUID}$`), `Write its whole id, as \`tonle ${list}\` shows it.`);

/** Of arguments and values of options, by their names. */
export const FORMS: Readonly<Record<string, WrittenForm>> = {
  day: { is: isDay, write: 'Write a day of the calendar: 2026-11-28.' },
  month: { is: isMonth, write: 'Write a month: 2026-11.' },
  period: {
    is: (text) => isDay(text) || isMonth(text),
    write: 'Write a day, 2026-11-28, or a month, 2026-11.',
  },
  instant: { is: isInstant, write: 'Write it with its zone: 2026-11-28T00:00:00+07:00.' },
  n: like(/^[1-9]\d{0,8}$/, 'Write a whole number from 1.'),
  currency: like(/^[A-Z]{3}$/, 'Write three capital letters: THB.'),
  window: like(/^[A-Za-z0-9._-]+-[A-Z]{3}-\d{4}-\d{2}-\d{2}$/, 'Write a window: THSWITCH-THB-2026-11-20.'),
  instruction: id('settlement instructions'),
  item: id('settlement suspense'),
  break: id('recon breaks'),
  breaks: id('recon breaks'),
  runId: id('report run'),
  fileId: id('report files'),
  approval: like(new RegExp(`^[a-z]+\\.${UUID}$`), 'Write its whole id, as `tonle approvals list` shows it.'),
  sha256: like(/^[0-9a-f]{64}$/, 'Write all 64 digits, as `tonle settlement statements` shows them.'),
  report: like(/^R[0-9]{1,2}$/, 'Write its number, as `tonle report list` shows it: R1.'),
  number: like(/^(?:INV|CRN|PAY)-\d{4}-\d{6}$/, 'Write its number: INV-2026-000001.'),
  rate: like(/^\d{1,12}(?:\.\d{1,12})?$/, 'Write a decimal number: 122.35.'),
};

/** Which command lists what an argument names. */
export const LISTS: Readonly<Record<string, string>> = {
  ...{ window: 'settlement windows', instruction: 'settlement instructions', item: 'settlement suspense' },
  ...{ break: 'recon breaks', breaks: 'recon breaks', approval: 'approvals list', number: 'invoices list' },
  ...{
    sha256: 'settlement statements',
    fileId: 'report files',
    report: 'report list',
    bank: 'settlement banks',
  },
  ...{ account: 'ledger accounts', entry: 'ledger entries', period: 'close list' },
};

const dashed = (names: readonly string[]): string[] => names.map((name) => name.replaceAll('_', '-'));

/** Values that an option takes, by command and option. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = {
  'approvals list --state': APPROVAL_STATES,
  'recon breaks --type': BREAK_TYPES,
  'recon breaks --severity': ['1', '2', '3'],
  'recon propose --action': BREAK_ACTIONS,
  'recon propose --result': ['loss', 'gain'],
  'recon assign-all --type': BREAK_TYPES,
  'recon resolve-all --type': BREAK_TYPES,
  'settlement windows --state': windowState.options,
  'settlement instructions --state': instructionState.options,
  'settlement lines --state': BANK_LINE_STATES,
  'settlement suspense --state': SUSPENSE_STATES,
  'settlement hand-in --kind': BANK_FILE_KINDS,
  'settlement cure --action': dashed(SUSPENSE_ACTIONS),
  'report run --basis': REPORT_BASES,
  'ledger accounts --kind': ACCOUNT_KINDS,
  'ledger balances --kind': ACCOUNT_KINDS,
};
