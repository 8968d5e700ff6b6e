// What a proposal is told by, in a list or alone.
const APPROVAL = {
  service: 'The service that does it',
  kind: 'What would be done',
  target: 'To what: a window, the cap of a participant, the statement of a day',
  state:
    '`pending`: waits for another operator; `approved`: waits for `effectiveAt`; `executed`: done; the others have changed nothing',
  amount: 'How many have to approve hangs on it',
  proposedBy: 'The participant who proposed it',
  proposedAt: 'When it was proposed',
  approvals: 'How many have approved',
  approvalsRequired: 'How many have to',
  expiresAt: 'It ends when nobody has decided until then',
  effectiveAt: 'From when on it is to hold, when that is later than the last approval',
  endedAt: 'When it ended',
  detail: 'How it ended, in words',
};

const of = (schema: string, texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([field, text]) => [`${schema}.${field}`, text]);

/** Fields of approvals, as `Schema.field`. */
export const APPROVAL_GLOSSARY: Readonly<Record<string, string>> = Object.fromEntries([
  ...of('Approvals', { ...APPROVAL, approvals: 'The newest first; of each how many have approved' }),
  ...of('Approval', {
    ...APPROVAL,
    operator: 'Id of the key that signed',
    policyVersion: 'Version of the policy that says how many have to approve',
    policy: 'What that policy said when it was proposed; absent when it was not kept yet',
    tiers: 'How many have to approve, the smallest amounts first',
    upTo: 'Amounts by currency up to which so many are enough; absent for all that is larger',
    expires: 'Until when it has to be decided',
    hours: 'Hours after it was proposed',
    bankingDays: 'The end of that banking day, the day of the proposal not counted',
    makers: 'Participants who may propose; every operator when absent',
    checkers: 'Participants who may decide; every operator when absent',
    targetVersion: 'What the target was when it was proposed: each approval compares it',
    payload: 'All that would be done, amounts with their currency',
    before: 'What would change, as it is',
    after: 'What would change, as it would be',
    warnings: 'Whoever approves acknowledges each by its code',
    code: 'How it is acknowledged',
    text: 'What is to be considered',
    evidence: 'Where it can be seen that it is right',
    verdicts: 'Who has decided what, in their order',
    verdict: '`approve`, `reject` or `withdraw`',
    participant: 'Who decided',
    acknowledged: 'Codes of the warnings that were looked at',
    outcome: 'What came of it',
  }),
  ...of('ProposedApproval', {
    approvalsRequired: APPROVAL.approvalsRequired,
    expiresAt: APPROVAL.expiresAt,
  }),
  ...of('DecidedApproval', {
    state: 'As it stands now',
    approvals: 'How many have approved',
    approvalsRequired: 'How many have to',
    outcome: 'What came of it; absent until it is done',
  }),
  ['listApprovals.state', 'State of the proposals'],
  ['listApprovals.kind', 'What would be done'],
]) as Readonly<Record<string, string>>;
