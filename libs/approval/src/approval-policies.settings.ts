import { readFileSync } from 'node:fs';
import { APPROVAL_KINDS, type ApprovalKindName } from '@tonle/contracts';
import { parseAmount } from '@tonle/money';
import { z } from 'zod';
import { APPROVAL_POLICIES } from './approval-policies.table.js';
import type { ApprovalPolicy, ApprovalTier } from './approval-policy.js';

type Policies = Readonly<Record<ApprovalKindName, ApprovalPolicy>>;

const SETTING = 'TONLE_APPROVAL_POLICIES_FILE';
const APPROVALS_MAX = 5;
const HOURS_MAX = 24 * 31;
const DAYS_MAX = 20;

const people = z.array(z.string().min(1).max(64)).min(1).max(100).optional();
const policy = z.strictObject({
  version: z.int().min(2, 'must be above 1: version 1 is what Tonle comes with'),
  tiers: z
    .array(
      z.strictObject({
        // Nobody decides alone: whoever proposes never counts.
        approvals: z.int().min(1).max(APPROVALS_MAX),
        upTo: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1)
    .max(10),
  expires: z.union([
    z.strictObject({ hours: z.int().min(1).max(HOURS_MAX) }),
    z.strictObject({ bankingDays: z.int().min(1).max(DAYS_MAX) }),
  ]),
  makers: people,
  checkers: people,
});
type WrittenPolicy = z.infer<typeof policy>;
const file = z.strictObject({ policies: z.partialRecord(z.enum(APPROVAL_KINDS), policy) });

/**
 * Who approves what: what Tonle comes with, and in its place what the file of TONLE_APPROVAL_POLICIES_FILE says of a kind. Throws an
 * Error that names everything that is wrong with it.
 */
export function readApprovalPolicies(settings: Readonly<Record<string, string | undefined>>): Policies {
  const path = settings[SETTING];
  if (path === undefined) return APPROVAL_POLICIES;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${SETTING}: ${(cause as Error).message}`, { cause });
  }
  const { policies, faults } = policiesOf(text);
  if (faults.length > 0) throw new Error(`${SETTING} ${path}: ${faults.join('; ')}`);
  return policies;
}

/** What a file says, and all that is wrong with it. Pure. */
export function policiesOf(text: string): {
  readonly policies: Policies;
  readonly faults: readonly string[];
} {
  const refused = (faults: readonly string[]) => ({ policies: APPROVAL_POLICIES, faults });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refused([`it is no JSON: ${(error as Error).message}`]);
  }
  const parsed = file.safeParse(json);
  if (!parsed.success)
    return refused(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const written = Object.entries(parsed.data.policies);
  const faults = written.flatMap(([kind, each]) =>
    [...faultsOf(each), ...leastFaults(kind as ApprovalKindName, each)].map((fault) => `${kind}: ${fault}`),
  );
  if (faults.length > 0) return refused(faults);
  const own = Object.fromEntries(
    written.map(([kind, each]) => [kind, policyOf(each, leastOf(kind as ApprovalKindName))]),
  );
  return { policies: { ...APPROVAL_POLICIES, ...own }, faults };
}

function faultsOf(written: WrittenPolicy): string[] {
  return [...tierFaults(written), ...peopleFaults(written)];
}

/** The larger the amount, the more have to approve; what no tier names asks for the most. */
function tierFaults({ tiers }: WrittenPolicy): string[] {
  const faults = tiers.flatMap(({ upTo = {} }, n) =>
    Object.entries(upTo).flatMap(([code, text]) => {
      const read = parseAmount(code, text);
      return read.kind === 'ok' ? [] : [`tiers.${n}.upTo.${code}: ${text} is no amount (${read.reason})`];
    }),
  );
  const open = tiers.findIndex(({ upTo }) => upTo === undefined);
  if (open !== tiers.length - 1) faults.push('tiers: the last one, and only that, must be without upTo');
  if (faults.length > 0) return faults;
  tiers.slice(1).forEach((tier, n) => {
    const before = tiers[n]!;
    if (tier.approvals <= before.approvals)
      faults.push(`tiers.${n + 1}.approvals: must be above ${before.approvals}, that of the tier before`);
    for (const [code, most] of Object.entries(tier.upTo ?? {})) {
      const least = before.upTo![code];
      if (least === undefined || minorOf(code, most) <= minorOf(code, least))
        faults.push(`tiers.${n + 1}.upTo.${code}: must be above that of the tier before`);
    }
  });
  return faults;
}

/** Whoever proposes needs enough others. */
function peopleFaults({ tiers, makers, checkers }: WrittenPolicy): string[] {
  if (checkers === undefined) return [];
  const needed = Math.max(...tiers.map(({ approvals }) => approvals));
  const names = new Set(checkers);
  const others = (maker: string | undefined) =>
    names.size - (maker !== undefined && names.has(maker) ? 1 : 0);
  // Without makers every operator proposes, one of the checkers as well.
  const short = (makers ?? [...names]).find((maker) => others(maker) < needed);
  return short === undefined
    ? []
    : [
        `checkers: of what ${short} proposes ${needed} others have to approve, and there are ${others(short)}`,
      ];
}

const leastOf = (kind: ApprovalKindName): number | undefined => APPROVAL_POLICIES[kind].approvalsLeast;

/** Where a proposer counts for nothing, the approvals alone are the people. */
function leastFaults(kind: ApprovalKindName, { tiers }: WrittenPolicy): string[] {
  const least = leastOf(kind) ?? 1;
  return tiers.flatMap(({ approvals }, n) =>
    approvals < least ? [`tiers.${n}.approvals: must be ${least} at least for this kind`] : [],
  );
}

const minorOf = (code: string, text: string): bigint => {
  const read = parseAmount(code, text);
  if (read.kind !== 'ok') throw new Error(`${text} ${code} was read before`);
  return read.amount.minor;
};

function policyOf(
  { version, tiers, expires, makers, checkers }: WrittenPolicy,
  approvalsLeast: number | undefined,
): ApprovalPolicy {
  return {
    ...{ version, expires },
    ...(approvalsLeast !== undefined && { approvalsLeast }),
    tiers: tiers.map(tierOf),
    ...(makers !== undefined && { makers }),
    ...(checkers !== undefined && { checkers }),
  };
}

function tierOf({ approvals, upTo }: WrittenPolicy['tiers'][number]): ApprovalTier {
  if (upTo === undefined) return { approvals };
  return {
    approvals,
    upTo: Object.fromEntries(Object.entries(upTo).map(([code, text]) => [code, minorOf(code, text)])),
  };
}
