/** What a proposal says of a thing, as the gateway tells it. */
export type ApprovalFacts = Readonly<Record<string, unknown>>;

type Row = readonly [name: string, text: string];

/** What would change, a line for each fact: of those that both sides have, from what to what. */
export function changeRows(before: ApprovalFacts = {}, after: ApprovalFacts = {}): [string, string][] {
  const [was, becomes] = [new Map(flat(before)), new Map(flat(after))];
  const isBoth = (name: string) => was.has(name) && becomes.has(name);
  return [
    ...[...becomes]
      .filter(([name]) => isBoth(name))
      .map(([name, text]): [string, string] => [
        'change',
        was.get(name) === text ? `${name} ${text}, as before` : `${name} ${was.get(name)} -> ${text}`,
      ]),
    ...rowsOf(
      'before',
      [...was].filter(([name]) => !isBoth(name)),
    ),
    ...rowsOf(
      'after',
      [...becomes].filter(([name]) => !isBoth(name)),
    ),
  ];
}

/** Facts of one side, a line for each. */
export const factRows = (name: string, facts: ApprovalFacts = {}): [string, string][] =>
  rowsOf(name, flat(facts));

const rowsOf = (name: string, rows: readonly Row[]): [string, string][] =>
  rows.map(([fact, text]) => [name, `${fact} ${text}`]);

/** Facts within facts by their path, `nets.FXNAGA`, and what is listed by its place, `postings 1`. */
function flat(facts: ApprovalFacts): Row[] {
  return Object.entries(facts).flatMap(([name, value]) => flatValue(name, value));
}

function flatValue(name: string, value: unknown): Row[] {
  if (Array.isArray(value))
    return value.length === 0
      ? [[name, 'none']]
      : value.flatMap((each: unknown, n) => flatValue(`${name} ${n + 1}`, each));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, each]) => flatValue(`${name}.${inner}`, each));
  return [[name, String(value)]];
}
