import { isKnownCode } from '../codes/codes.js';
import { isCountry } from '../codes/countries.js';
import { pathAt, valueAt, type ValueProblem } from '../mapping/shape.js';
import type { ComplexType, IsoType, SimpleType } from '../schema/compile.js';
import { findSchema } from '../schema/registry.js';
import type { IsoMessage, IsoPart, IsoTree, IsoValue } from '../schema/tree.js';
import { isIban, isLei } from './identifiers.js';
import { checkSums } from './sums-check.js';
import { PROFILES, type MessageRules, type Profile, type ProfileName } from './profile.js';

const OFFSET = /(?:Z|[+-]\d\d:\d\d)$/;
const LATIN = /^[A-Za-z0-9/\-?:().,'+ \r\n]*$/;
/** Names, addresses and remittance take more. */
const LATIN_EXTENDED = /^[A-Za-z0-9/\-?:().,'+ \r\n!#&%*=^_{|}~";@[\\\]$><`]*$/;
const EXTENDED_ELEMENTS = new Set([
  'Nm',
  'AdrLine',
  'StrtNm',
  'TwnNm',
  'BldgNm',
  'Dept',
  'SubDept',
  'Ustrd',
  'AddtlRmtInf',
  'AddtlInf',
  'InstrInf',
]);
const IDENTIFIERS = new Set(['MsgId', 'InstrId', 'EndToEndId', 'TxId']);

/** Everything a profile asks for beyond the schema. `on` is the day, YYYY-MM-DD; without it the newest rules hold. */
export function checkProfile(message: IsoMessage, name: ProfileName, on?: string): ValueProblem[] {
  const profile = PROFILES[name];
  const { document, header } = message;
  const problems: ValueProblem[] = [];
  if (profile.versions?.includes(document.version) === false) {
    problems.push({
      code: 'version_not_spoken',
      path: '/Document',
      detail: `${document.version} is not part of ${name}`,
    });
  }
  const check = new ProfileCheck(profile, on, problems);
  if (header !== undefined) check.part(header, 'AppHdr');
  check.part(document, 'Document');
  const [root, content] = Object.entries(document.tree)[0] as [string, IsoTree];
  const before = problems.length;
  checkRules(profile.messages[document.version.slice(0, 8)] ?? {}, content, problems);
  for (const problem of problems.slice(before)) problem.path = `/Document/${root}${problem.path}`;
  checkSums(document, problems);
  if (profile.headerAgrees && header !== undefined) checkHeader(header.tree, content, problems);
  return problems;
}

class ProfileCheck {
  constructor(
    private readonly profile: Profile,
    private readonly on: string | undefined,
    private readonly problems: ValueProblem[],
  ) {}

  part({ version, tree }: IsoPart, root: string): void {
    const type = findSchema(version)?.roots.get(root);
    if (type?.kind === 'complex') this.complex(type, tree, `/${root}`);
  }

  private complex(type: ComplexType, tree: IsoTree, path: string): void {
    for (const [name, value] of Object.entries(tree)) {
      const slot = type.slots.get(name);
      if (slot === undefined || value === undefined) continue;
      const child = slot.alternative.type;
      if (!Array.isArray(value)) this.element(name, child, value, `${path}/${name}`);
      else
        value.forEach((item, index) =>
          this.element(name, child, item as IsoValue, `${path}/${name}[${index + 1}]`),
        );
    }
  }

  private element(name: string, type: IsoType, value: IsoValue, path: string): void {
    if (this.profile.unused.includes(name)) this.add('element_unused', path, `${name} must not be used`);
    if (type.kind === 'simple') return this.leaf(name, type, value, path);
    const tree = value as IsoTree;
    if (name === 'PstlAdr') this.address(tree, path);
    if (name === 'RmtInf' && this.profile.remittanceOnce) this.remittance(tree, path);
    if (
      name === 'FinInstnId' &&
      this.profile.agentNameWithAddress &&
      (tree.Nm === undefined) !== (tree.PstlAdr === undefined)
    ) {
      this.add('agent_name_and_address', path, 'name and address must be given together or not at all');
    }
    this.complex(type, tree, path);
  }

  private leaf(name: string, type: SimpleType, value: IsoValue, path: string): void {
    if (typeof value !== 'string') return;
    const wrong = wrongValue(type.name, value);
    if (wrong !== undefined) this.add(wrong.code, path, wrong.detail);
    if (IDENTIFIERS.has(name)) this.identifier(value, path);
    if (this.profile.offsets && type.name === 'ISODateTime' && !OFFSET.test(value)) {
      this.add('offset_missing', path, 'a date and time must give its offset from UTC');
    }
    const { codeSets } = this.profile;
    if (
      (codeSets === 'all' || codeSets.includes(type.name)) &&
      isKnownCode(type.name, value, this.on) === false
    ) {
      this.add('unknown_code', path, `${value} is not in ${type.name}`);
    }
    if (
      this.profile.characters === 'latin' &&
      !(EXTENDED_ELEMENTS.has(name) ? LATIN_EXTENDED : LATIN).test(value)
    ) {
      this.add('characters', path, 'holds characters outside the Latin set of this network');
    }
  }

  private identifier(value: string, path: string): void {
    if (value.trim() === '') this.add('identifier_blank', path, 'must not be blank');
    if (/^\/|\/$|\/\//.test(value))
      this.add('identifier_slash', path, 'must not begin or end with a slash or hold two in a row');
  }

  private address(tree: IsoTree, path: string): void {
    const rules = this.profile.addresses;
    if (rules === undefined || (rules.from !== undefined && this.on !== undefined && this.on < rules.from))
      return;
    const lines = (tree.AdrLine ?? []) as readonly string[];
    if (lines.length > rules.linesMax)
      this.add(
        'address_lines',
        `${path}/AdrLine`,
        `at most ${rules.linesMax} ${rules.linesMax === 1 ? 'line' : 'lines'}`,
      );
    for (const name of rules.townAndCountry ? ['TwnNm', 'Ctry'] : []) {
      if (tree[name] === undefined) this.add('address_structure', `${path}/${name}`, `${name} is missing`);
    }
  }

  private remittance(tree: IsoTree, path: string): void {
    if (tree.Strd !== undefined && tree.Ustrd !== undefined)
      this.add('remittance_both', path, 'structured or unstructured, not both');
    if (((tree.Ustrd ?? []) as readonly IsoValue[]).length > 1)
      this.add('remittance_lines', `${path}/Ustrd`, 'one unstructured text');
  }

  private add(code: string, path: string, detail: string): void {
    this.problems.push({ code, path, detail });
  }
}

/** What is wrong with a value by its type's name, whatever the profile. */
function wrongValue(type: string, value: string): { code: string; detail: string } | undefined {
  const bic = /^(?:BICFI|AnyBIC|BIC)/.test(type);
  if (bic && !isCountry(value.slice(4, 6)))
    return { code: 'bic_country', detail: `${value.slice(4, 6)} is not a country code` };
  if (type === 'CountryCode' && !isCountry(value))
    return { code: 'unknown_country', detail: `${value} is not a country code` };
  if (type.startsWith('IBAN') && !isIban(value))
    return { code: 'iban_check', detail: 'the check digits do not match' };
  if (type.startsWith('LEI') && !isLei(value))
    return { code: 'lei_check', detail: 'the check digits do not match' };
  return undefined;
}

function textAt(tree: IsoTree, path: string): IsoValue | undefined {
  const found = valueAt(tree, path.split('/'));
  return Array.isArray(found) ? (found[0] as IsoValue) : found;
}

function checkRules(
  { required = [], forbidden = [], values = [], requiredWhen = [] }: MessageRules,
  tree: IsoTree,
  problems: ValueProblem[],
): void {
  const add = (code: string, path: string, detail: string): void => {
    problems.push({ code, path: pathAt(tree, path.split('/')), detail });
  };
  const missing = (paths: readonly string[]): boolean =>
    paths.every((path) => textAt(tree, path) === undefined);
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  for (const paths of required)
    if (missing(paths)) add('element_required', paths[0]!, `${nameOf(paths[0]!)} is missing`);
  for (const path of forbidden)
    if (!missing([path])) add('element_unused', path, `${nameOf(path)} must not be used`);
  for (const { path, values: allowed } of values) {
    const found = textAt(tree, path);
    if (found !== undefined && !allowed.includes(found as string))
      add('value_not_allowed', path, `must be ${allowed.join(' or ')}`);
  }
  for (const { path, values: when, then } of requiredWhen) {
    const found = textAt(tree, path);
    if (when.includes(found as string) && missing(then))
      add('element_required', then[0]!, `${nameOf(then[0]!)} is missing for ${found as string}`);
  }
}

function checkHeader(header: IsoTree, content: IsoTree, problems: ValueProblem[]): void {
  const messageId =
    textAt(content, 'GrpHdr/MsgId') ?? textAt(content, 'Assgnmt/MsgId') ?? textAt(content, 'Assgnmt/Id');
  if (messageId !== undefined && messageId !== header.BizMsgIdr) {
    problems.push({
      code: 'header_mismatch',
      path: '/AppHdr/BizMsgIdr',
      detail: `the message's id is ${messageId as string}`,
    });
  }
}
