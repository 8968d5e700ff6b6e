import { describe, expect, it } from '@jest/globals';
import { isTranslated } from '@tonle/report';
import { REPORT_CATALOGUE } from './report-catalogue.table.js';

describe('the catalogue of reports', () => {
  it.each(REPORT_CATALOGUE.map((definition) => [definition.id, definition] as const))(
    '%s has its title and its headings in every language',
    (_, { title, columns }) => {
      const labels = [title, ...columns.map(({ label }) => label)];
      expect(labels.filter((label) => !isTranslated(label))).toEqual([]);
    },
  );

  it.each(REPORT_CATALOGUE.filter(({ section }) => section !== undefined).map(({ id, sql }) => [id, sql]))(
    '%s has its sections in every language',
    (_, sql) => {
      const names = [...sql!.matchAll(/'([A-Z][a-z]+(?: [a-z]+)*)'/g)].map(([, name]) => name!);
      expect(names.length).toBeGreaterThan(1);
      expect(names.filter((name) => !isTranslated(name))).toEqual([]);
    },
  );

  it('has each report once', () => {
    const ids = REPORT_CATALOGUE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
