/** The exports of libs/contracts, as a whole. */
type Contracts = Readonly<Record<string, unknown>>;

export interface MessageRow {
  readonly type: string;
  readonly schema: string;
  readonly topic: string;
  readonly from: string;
}

export const MESSAGES: readonly MessageRow[];
export const ASKED_BY: Readonly<Record<string, string>>;
export function contractsOf(contracts: Contracts): readonly { readonly name: string }[];
export function pagesOf(
  contracts: Contracts,
  transitions: readonly unknown[],
  openApi: unknown,
): Readonly<Record<string, string>>;
