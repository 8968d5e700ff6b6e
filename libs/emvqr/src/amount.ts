const AMOUNT = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const PERCENT = /^(?:\d{1,2}(?:\.\d+)?|100(?:\.0+)?)$/;

/** Digits with at most one point, as EMVCo writes amounts, made a plain decimal: `5.` -> `5`, `.5` -> `0.5`. */
export function plainAmount(written: string): string | undefined {
  if (!AMOUNT.test(written)) return undefined;
  const [whole = '', fraction = ''] = written.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return fraction === '' ? digits : `${digits}.${fraction}`;
}

/** A tip or convenience fee (EMVCo MPM 4.7.7): the payer is asked for one, or it is fixed or a percentage. */
export type QrTip =
  | { readonly kind: 'asked' }
  /** Decimal text in major units of the code's currency. */
  | { readonly kind: 'fixed'; readonly amount: string }
  /** More than 0, at most 100. */
  | { readonly kind: 'percentage'; readonly percent: string };

/** The tip, when its two parts fit together; what does not is a finding. */
export function tipOf(value: (tag: string) => string | undefined): QrTip | undefined {
  const indicator = value('55');
  if (indicator === '01') return { kind: 'asked' };
  const fixed = plainAmount(value('56') ?? '');
  if (indicator === '02') return fixed === undefined ? undefined : { kind: 'fixed', amount: fixed };
  const percent = plainAmount(value('57') ?? '');
  const fits = indicator === '03' && percent !== undefined && PERCENT.test(percent) && /[1-9]/.test(percent);
  return fits ? { kind: 'percentage', percent } : undefined;
}
