/** Fields about payments without an outcome. */
export const UNKNOWNS_GLOSSARY: Readonly<Record<string, string>> = {
  confirmDuplicateOf:
    'Id of the payment without an outcome that this one is like: says that both are meant (`duplicate_suspected`)',
};
