/** The exports of libs/payment, as a whole. */
type Payment = Readonly<Record<string, unknown>>;

export interface MessageRow {
  readonly type: string;
  readonly schema: string;
  readonly topic: string;
  readonly from: string;
}

export const MESSAGES: readonly MessageRow[];
export const ASKED_BY: Readonly<Record<string, string>>;
export function contractsOf(payment: Payment): readonly { readonly name: string }[];
export function pagesOf(payment: Payment, openApi: unknown): Readonly<Record<string, string>>;
