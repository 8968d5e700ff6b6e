// What people see of a proposal before they decide: both sides, with amounts in words.
import { describe, expect, it } from '@jest/globals';
import { APPROVAL_KINDS, type ApprovalKindName } from '@tonle/contracts';
import ts from 'typescript';
import { isTest } from './exports.testing.js';
import { sources, textOf } from './tree.js';

const ROUTING = 'services/routing/src/';
const SETTLEMENT = 'services/settlement/src/';
const WINDOWS = `${SETTLEMENT}window/window.service.ts`;
const OPENINGS = `${ROUTING}directory/directory.service.ts`;
const KEYS = `${ROUTING}key/key.service.ts`;

/** Where each is proposed. */
const PROPOSED_IN: Readonly<Record<ApprovalKindName, string>> = {
  'payment.review': `${ROUTING}review/review.service.ts`,
  'statement.correction': `${SETTLEMENT}reconciliation/correction.service.ts`,
  'settlement.window': WINDOWS,
  'settlement.finalisation': `${SETTLEMENT}finalisation/finalisation.service.ts`,
  'settlement.instruction': WINDOWS,
  'settlement.removal': WINDOWS,
  'break.resolution': `${SETTLEMENT}reconciliation/break-resolution.ts`,
  'reconciliation.rules': `${SETTLEMENT}reconciliation/rule-set-proposal.ts`,
  'suspense.decision': `${SETTLEMENT}bank/bank.service.ts`,
  'bank.file': `${SETTLEMENT}bank/bank.service.ts`,
  'ledger.entry': `${SETTLEMENT}ledger/refused-entry.service.ts`,
  'settlement.withdrawal': `${SETTLEMENT}instruction/withdrawal.service.ts`,
  'period.reopening': `${SETTLEMENT}close/period-reopening.ts`,
  'reference.rate': `${SETTLEMENT}fx-position/reference-rate.kind.ts`,
  'participant.cap': `${ROUTING}liquidity/cap.service.ts`,
  'directory.change': `${ROUTING}directory/directory-file.service.ts`,
  'key.trust': KEYS,
  'operator.trust': KEYS,
  'corridor.opening': OPENINGS,
  'network.opening': OPENINGS,
  'participant.opening': OPENINGS,
  'dead-letter.redrive': 'services/gateway/src/redrive/redrive.service.ts',
};

const PROPOSES = /\bapprovals\s*\.propose$/;
/** Makes both sides, of changes of entries of the directory. */
const BOTH_SIDES = /^shownChanges\(/;
/** Write an amount with its currency. */
const IN_WORDS = new Set([...['amount', 'amountText', 'minorText', 'netWords', 'entryPostingText']]);

const parse = (file: string, text = textOf(file)) =>
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

/** What is proposed in a file: the third argument of each `approvals.propose`. */
function proposalsIn(source: ts.SourceFile): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && PROPOSES.test(node.expression.getText())) found.push(node.arguments[2]!);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is wrong with a side, or undefined: minor units that no function gives a currency. */
function rawIn(side: ts.Node): string | undefined {
  if (ts.isCallExpression(side) && IN_WORDS.has(side.expression.getText())) return undefined;
  if (ts.isIdentifier(side) && /^minor$|Minor$/.test(side.text)) return side.text;
  return ts.forEachChild(side, rawIn);
}

/** What is wrong with a proposal. */
function faultsOf(proposal: ts.Expression): string[] {
  if (!ts.isObjectLiteralExpression(proposal)) return [];
  const { properties } = proposal;
  if (properties.some((each) => ts.isSpreadAssignment(each) && BOTH_SIDES.test(each.expression.getText())))
    return [];
  return ['before', 'after'].flatMap((name) => {
    const side = properties.find((each) => each.name?.getText() === name);
    if (side === undefined) return [`no ${name}`];
    const isEmpty = /\{\s*\}$/.test(side.getText());
    const raw = rawIn(side);
    return [...(isEmpty ? [`empty ${name}`] : []), ...(raw === undefined ? [] : [`${name} tells ${raw}`])];
  });
}

describe('a proposal', () => {
  it.each(APPROVAL_KINDS)('%s shows both sides, with amounts in their currency', (kind) => {
    const file = PROPOSED_IN[kind];
    const proposals = proposalsIn(parse(file));
    expect([file, proposals.length > 0]).toEqual([file, true]);
    expect(proposals.flatMap(faultsOf)).toEqual([]);
  });

  it('is made nowhere else', () => {
    const makers = sources.filter(
      (file) =>
        /^services\/.*\.ts$/.test(file) && !isTest(file) && /\bapprovals\s*\.propose\(/.test(textOf(file)),
    );
    expect(makers.sort()).toEqual([...new Set(Object.values(PROPOSED_IN))].sort());
  });

  it.each([
    ['{ ...by, after: { a: 1 } }', ['no before']],
    ['{ before: {}, after: { a: 1 } }', ['empty before']],
    [
      '{ before: { open: capMinor }, after: { open: minorText(capMinor, currency) } }',
      ['before tells capMinor'],
    ],
    ['{ before: { a: 0 }, after: { of: [{ minor }] } }', ['after tells minor']],
    ['{ before: { a: 0 }, after: { a: amountText(amount(currency, toMinor)) } }', []],
    ['{ ...shownChanges(changes) }', []],
  ])('%s: %j', (proposal, faults) => {
    const [found] = proposalsIn(parse('a.ts', `this.approvals.propose(transaction, kind, ${proposal});`));
    expect(faultsOf(found!)).toEqual(faults);
  });
});
