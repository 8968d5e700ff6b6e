// The rules that `npm run mutation` changes, and the tests beside them that must notice: the quickest first.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const NO_RULES = /\.(spec|testing)\.ts$|\/index\.ts$|\/currency\.table\.ts$/;
const isProperty = (file) => file.includes('.property.');
const lib = (name) => {
  const files = globSync(`libs/${name}/src/**/*.ts`, { cwd: ROOT }).sort();
  const specs = files.filter((file) => file.endsWith('.spec.ts'));
  return {
    rules: files.filter((file) => !NO_RULES.test(file)),
    specs: [...specs.filter((file) => !isProperty(file)), ...specs.filter(isProperty)],
  };
};

/** Checks in SQL, and what is made of their rows: their tests need a database. */
const audit = (file, spec) => ({ rules: [file], sql: [file], specs: [spec] });

/** Rules of which no change survives. */
export const PARTS = {
  money: lib('money'),
  ledger: lib('ledger'),
  payment: lib('payment'),
  leg: { rules: ['libs/network/src/leg.decide.ts'], specs: ['libs/network/src/leg.decide.spec.ts'] },
  'audit-settlement': audit(
    'services/settlement/src/audit/audit.store.ts',
    'services/settlement/src/audit/settlement-audit.medium.spec.ts',
  ),
  'audit-legs': audit('libs/network/src/leg-audit.ts', 'libs/network/src/leg-audit.medium.spec.ts'),
  'audit-door': audit('libs/door/src/request-audit.ts', 'libs/door/src/request-audit.medium.spec.ts'),
  'audit-fx': audit('services/fx/src/audit/audit.store.ts', 'services/fx/src/audit/fx-audit.medium.spec.ts'),
  'audit-routing': {
    sql: ['services/routing/src/audit/audit-sql.ts', 'services/routing/src/audit/audit-reviews-sql.ts'],
    specs: [
      'services/routing/src/audit/audit-books.medium.spec.ts',
      'services/routing/src/audit/audit-payments.medium.spec.ts',
    ],
  },
  'audit-totals': {
    rules: ['services/routing/src/audit/audit.store.ts'],
    sql: ['services/routing/src/audit/audit-totals-sql.ts'],
    specs: ['services/routing/src/audit/audit.medium.spec.ts'],
  },
  'audit-across': {
    rules: ['services/gateway/src/operations/cross-check.decide.ts'],
    specs: ['services/gateway/src/operations/cross-check.decide.spec.ts'],
  },
};
