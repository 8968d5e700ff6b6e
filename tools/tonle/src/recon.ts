import { counted } from '@tonle/contracts';
import { moreText, type CommandContext } from './command-context.js';
import { OPERATOR, type Filter } from './ops.js';
import { show, showAmount, table, type ShownAmount } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const BREAKS = '/v1/ops/breaks';
const RECONCILIATION = '/v1/ops/reconciliation';

interface ShownBreak {
  readonly breakId: string;
  readonly type: string;
  readonly severity: number;
  readonly partner: string;
  readonly day: string;
  readonly state: string;
  readonly band: string;
  readonly desk: string;
  readonly alsoFor?: string;
  readonly handling?: string;
  readonly owner?: string;
  readonly ours?: ShownAmount;
  readonly theirs?: ShownAmount;
  readonly detail: string;
  readonly escalation: string;
  readonly suggestion?: {
    readonly rule: string;
    readonly with: readonly string[];
    readonly breakIds: readonly string[];
  };
  readonly approvalId?: string;
}

interface BreakHistory extends ShownBreak {
  readonly history: readonly {
    readonly at: string;
    readonly by: string;
    readonly step: string;
    readonly detail: string;
  }[];
}

interface ShownRun {
  readonly level: string;
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly run: number;
  readonly ruleSet: number;
  readonly times: number;
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
}

interface ShownRules {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly madeBy: string;
  readonly rules: {
    readonly rules: readonly { readonly id: string; readonly level: string; readonly pass: number }[];
  };
}

/** How a break is to end, by `tonle recon propose`. */
export interface BreakProposalOptions {
  readonly action: string;
  readonly result?: string;
  readonly evidence: string;
  readonly reason: string;
}

/** What one person does with a break. */
export interface BreakDecisionOptions {
  readonly owner?: string;
  readonly reason: string;
}

const queryOf = (filter: Filter): string => {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
};

const amountText = (amount: ShownAmount | undefined): string =>
  amount === undefined ? '-' : showAmount(amount);

/** `tonle recon breaks`: those that stand, the gravest and oldest first; with --json one per line. */
export async function runReconBreaks(
  { output, gateway, again, command }: CommandContext,
  filter: Filter,
): Promise<number> {
  const asked = { standing: 'true', ...filter };
  const { breaks, next } = await gateway(OPERATOR).ask<{ breaks: ShownBreak[]; next?: string }>(
    'GET',
    `${BREAKS}${queryOf(asked)}`,
  );
  if (output.json) {
    for (const each of breaks) output.out(JSON.stringify(each));
    return 0;
  }
  const rows = breaks.map((each) => [
    each.breakId,
    each.type,
    `severity ${each.severity}`,
    each.partner,
    each.day,
    each.state,
    each.band,
    each.owner ?? `(${each.desk})`,
    `ours ${amountText(each.ours)}`,
    `theirs ${amountText(each.theirs)}`,
  ]);
  output.out(rows.length === 0 ? 'No break stands.' : table(rows));
  if (next !== undefined) output.out(moreText(again, 'recon breaks', filter, next));
  if (rows.length > 0) output.out(`Look at one: ${command} recon show <break id>`);
  return 0;
}

/** `tonle recon show`: a break and its history. */
export async function runReconShow({ output, gateway }: CommandContext, breakId: string): Promise<number> {
  const found = await gateway(OPERATOR).ask<BreakHistory>('GET', `${BREAKS}/${breakId}`);
  show(output, found, () => breakText(found));
  return 0;
}

function breakText(found: BreakHistory): string {
  const { suggestion, approvalId, history } = found;
  const lines = [
    `${found.type}, severity ${found.severity}, ${found.partner} ${found.day}: ${found.state}`,
    `ours ${amountText(found.ours)}, theirs ${amountText(found.theirs)}`,
    found.detail,
    `for ${found.owner ?? desksOf(found)}, ${found.band}${found.escalation === 'none' ? '' : `, brought to ${found.escalation}`}`,
    ...(found.handling === undefined || found.handling === 'none' ? [] : [`by itself: ${found.handling}`]),
    ...(suggestion === undefined
      ? []
      : [`fits by rule ${suggestion.rule}: ${suggestion.breakIds.join(', ')}`]),
    ...(approvalId === undefined ? [] : [`proposal ${approvalId}`]),
    ...history.map(({ at, by, step, detail }) => `${at}  ${step} by ${by}: ${detail}`),
  ];
  return lines.join('\n');
}

/** `tonle recon assign`, `note`, `resolve` and `reopen`. */
export async function runReconDecision(
  { output, gateway }: CommandContext,
  decision: string,
  breakId: string,
  { owner, reason }: BreakDecisionOptions,
): Promise<number> {
  const body = { decision, ...(owner === undefined ? {} : { owner }), reason };
  const done = await gateway(OPERATOR).ask<object>('POST', `${BREAKS}/${breakId}`, { body });
  show(output, done, () => `Done: ${decision} ${breakId}`);
  return 0;
}

/** `tonle recon propose`: another operator approves it. */
export async function runReconProposal(
  { output, gateway, command, participant }: CommandContext,
  breakIds: readonly string[],
  options: BreakProposalOptions,
): Promise<number> {
  const body = { breakIds, ...options };
  const proposed = await gateway(OPERATOR).ask<ProposedDeed>('POST', `${BREAKS}/proposals`, {
    body,
  });
  show(output, proposed, () => proposedText({ command, participant }, proposed));
  return 0;
}

/** `tonle recon bulk`: breaks of one type together. */
export async function runReconBulk(
  { output, gateway }: CommandContext,
  decision: string,
  breakIds: readonly string[],
  options: BreakDecisionOptions & { readonly type: string },
): Promise<number> {
  const body = { breakIds, decision, ...options };
  const done = await gateway(OPERATOR).ask<{ decided: number }>('POST', `${BREAKS}/decisions`, { body });
  show(output, done, () => `${counted(done.decided, 'break')} decided: ${decision}`);
  return 0;
}

/** `tonle recon ageing`: open breaks by partner, type and age. */
export async function runReconAgeing({ output, gateway }: CommandContext): Promise<number> {
  interface Aged {
    readonly partner: string;
    readonly band: string;
    readonly type: string;
    readonly breaks: number;
    readonly value: ShownAmount;
  }
  const { ageing } = await gateway(OPERATOR).ask<{ ageing: Aged[] }>('GET', `${BREAKS}/ageing`);
  show(output, { ageing }, () =>
    ageing.length === 0
      ? 'No break stands.'
      : table(
          ageing.map(({ partner, band, type, breaks, value }) => [
            ...[partner, type, band, breaks.toString(), showAmount(value)],
          ]),
        ),
  );
  return 0;
}

/** `tonle recon runs`: results of days. */
export async function runReconRuns(
  { output, gateway, again }: CommandContext,
  filter: Filter,
): Promise<number> {
  const { runs, next } = await gateway(OPERATOR).ask<{ runs: ShownRun[]; next?: string }>(
    'GET',
    `${RECONCILIATION}/runs${queryOf(filter)}`,
  );
  if (output.json) {
    for (const each of runs) output.out(JSON.stringify(each));
    return 0;
  }
  const rows = runs.map(({ partner, currency, day, level, run, ruleSet, times, digest, counts }) => [
    ...[day, partner, currency, level, `result ${run}, ${counted(times, 'time')}`, `rules ${ruleSet}`],
    `${counts['matched'] ?? 0} of ${counts['ours'] ?? 0} matched`,
    digest.slice(0, 16),
  ]);
  const isFiltered = filter['day'] !== undefined || filter['partner'] !== undefined;
  const nothing = isFiltered ? 'No result matches.' : 'No day was reconciled yet.';
  output.out(rows.length === 0 ? nothing : table(rows));
  if (next !== undefined) output.out(moreText(again, 'recon runs', filter, next));
  return 0;
}

/** `tonle recon rules`: versions of the rules. */
export async function runReconRules({ output, gateway }: CommandContext): Promise<number> {
  const { versions } = await gateway(OPERATOR).ask<{ versions: ShownRules[] }>(
    'GET',
    `${RECONCILIATION}/rules`,
  );
  show(output, { versions }, () =>
    table(
      versions.map(({ version, effectiveFrom, madeBy, rules }) => [
        ...[`version ${version}`, `from ${effectiveFrom}`, madeBy],
        rules.rules.map(({ id, level, pass }) => `${id} (${level}, pass ${pass})`).join(', '),
      ]),
    ),
  );
  return 0;
}

function desksOf({ desk, alsoFor }: Pick<ShownBreak, 'desk' | 'alsoFor'>): string {
  return alsoFor === undefined ? desk : `${desk} and ${alsoFor}`;
}
