/** What the name of a report's file says. */
export interface ReportFileName {
  /** The report and its format's kind, such as R1. */
  readonly kind: string;
  readonly receiver: string;
  /** Empty: of several. */
  readonly currency: string;
  /** YYYY-MM-DD, or a window's id where it is of one window. */
  readonly period: string;
  readonly version: number;
  readonly sequence: number;
  readonly extension: string;
}

const SCHEME = 'TONLE';
const SEQUENCE_DIGITS = 6;

/** `<kind>_<receiver>_TONLE_<currency>_<period>_v<version>_<sequence>.<extension>`: nothing but ASCII, no part empty. */
export function reportFileName(name: ReportFileName): string {
  const { kind, receiver, currency, period, version, sequence, extension } = name;
  const parts = [
    ...[kind, receiver === '' ? SCHEME : receiver, SCHEME, currency === '' ? 'ALL' : currency, period].map(
      plain,
    ),
    `v${version}`,
    sequence.toString().padStart(SEQUENCE_DIGITS, '0'),
  ];
  return `${parts.join('_')}.${extension}`;
}

/** Letters, digits, dots and hyphens stand; what else there is becomes a hyphen, so that it is a name everywhere. */
const plain = (text: string): string => text.replace(/[^A-Za-z0-9.-]/g, '-').replace(/^[.-]+/, '') || '-';
