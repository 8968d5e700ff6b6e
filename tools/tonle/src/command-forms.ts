import { InvalidArgumentError, type Argument, type Command, type Option } from 'commander';
import { EXAMPLES } from './command-examples.table.js';
import { CHOICES, FORMS, LISTS } from './command-forms.table.js';

/** Commands whose arguments are read before anything is asked, and whose help has examples. */
export const FINANCE_ROOTS: readonly string[] = [
  ...['approvals', 'recon', 'settlement', 'liquidity', 'close', 'fees', 'invoices', 'fx-position', 'fx-rate'],
  ...['report', 'ledger'],
];

/**
 * Whoever writes something wrongly hears what is wrong, how it is written, and an example, before anything is asked of the switch. For
 * commands of finance.
 */
export function readFinanceForms(program: Command): void {
  for (const root of program.commands.filter((each) => FINANCE_ROOTS.includes(each.name())))
    for (const [path, command] of leavesOf(root)) readForms(path, command);
}

/** Commands that do something, by their names from the first word on. */
export function leavesOf(command: Command, before = ''): (readonly [path: string, command: Command])[] {
  const path = `${before}${command.name()}`;
  return command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((each) => leavesOf(each, `${path} `));
}

/** Of what a command has not found: which command lists what there is; undefined when nothing does. */
export function listOf(command: Command): string | undefined {
  return command.registeredArguments
    .map((argument) => LISTS[argument.name()])
    .find((list) => list !== undefined);
}

function readForms(path: string, command: Command): void {
  for (const argument of command.registeredArguments) readForm(argument, argument.name());
  for (const option of command.options) {
    const choices = CHOICES[`${path} ${option.long ?? ''}`];
    const [, value] = /[<[]([\w.]+?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
    if (choices !== undefined) option.choices(choices);
    else if (value !== undefined) readForm(option, value);
  }
  const lines = (EXAMPLES[path] ?? []).map((words) => `  ./tonle ${path} ${words}`.trimEnd());
  if (lines.length === 0) return;
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  command.showHelpAfterError(`For example:\n${lines[0]!}`);
}

function readForm(of: Argument | Option, name: string): void {
  const form = FORMS[name];
  if (form === undefined) return;
  of.argParser((text: string, before: unknown) => {
    if (!form.is(text)) throw new InvalidArgumentError(form.write);
    return of.variadic ? [...(Array.isArray(before) ? (before as string[]) : []), text] : text;
  });
}
