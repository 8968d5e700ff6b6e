import { printableValue } from '@tonle/contracts';
import { readIso, readParts, REPORT_BYTES_MAX, type IsoError } from '@tonle/iso20022';
import { readGiven } from './given-file.js';
import { show } from './output.js';
import type { CommandContext } from './command-context.js';

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly messages: readonly string[];
  readonly errors: readonly IsoError[];
  /** What the switch does not pass on. */
  readonly notPassedOn?: readonly string[];
}

/** `tonle iso20022 check FILE...`: well-formed, valid, payable? Exit 1 when one file is not. `-` reads standard input. */
export function runIsoCheck({ output }: CommandContext, files: readonly string[]): number {
  const verdicts = files.map((file) => check(file));
  for (const verdict of verdicts) show(output, verdict, () => verdictText(verdict));
  return verdicts.every(({ valid }) => valid) ? 0 : 1;
}

function check(file: string): Verdict {
  const bytes = readGiven(file);
  const { parts, errors, wellFormed } = readParts(bytes);
  const messages = parts.map(({ version }) => version);
  if (errors.length > 0 || !wellFormed) return { file, valid: false, messages, errors };
  const reading = readIso(bytes, { maxBytes: REPORT_BYTES_MAX, tellUnheld: true });
  // A valid message that the switch does not process is still valid.
  const found =
    reading.kind === 'read' ? [] : reading.errors.filter(({ code }) => code !== 'unsupported_message');
  const notPassedOn = reading.kind === 'read' ? (reading.unheld ?? []) : [];
  return {
    file,
    valid: found.length === 0,
    messages,
    errors: found,
    ...(notPassedOn.length > 0 && { notPassedOn }),
  };
}

function verdictText({ file, valid, messages, errors, notPassedOn = [] }: Verdict): string {
  const kinds = messages.length === 0 ? '' : ` ${messages.join(' + ')}`;
  const lines = errors.map(
    ({ code, path, line, offset, detail }) =>
      `  line ${line}, byte ${offset}  ${path === '' ? '(entire message)' : printableValue(path)}\n    ${code}: ${printableValue(detail)}`,
  );
  const told = notPassedOn.map((path) => printableValue(`  not passed on: ${path}`));
  return [`${file}: ${valid ? 'valid' : 'not valid'}${kinds}`, ...lines, ...told].join('\n');
}
