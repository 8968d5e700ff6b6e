/** A decimal of XML Schema (`+820.00`, `.50`, `5.`, padded with zeros) as digits with an optional fraction. */
export function plainDecimal(text: string): string {
  const match = /^\+?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null || !/\d/.test(text)) return text;
  const [, whole = '', fraction = ''] = match;
  return `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
}
