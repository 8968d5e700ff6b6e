/** Fields about payments without an outcome. */
export const UNKNOWNS_GLOSSARY: Readonly<Record<string, string>> = {
  confirmDuplicateOf:
    'Id of the payment without an outcome that this one is like: says that both are meant (`duplicate_suspected`)',
  'Breaks.proof': 'Of an outcome that statements have proven: where it stands',
  'Breaks.lineId': 'The line; absent where statements lack the payment',
  'Breaks.days': 'Days of the statements',
  'Breaks.statementIds': 'What the statements call themselves',
};
