import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One step of a database, forward only. Its class is named `<What><13 digits>`, its file `<13 digits>-<what>.ts`; the
 * databases keep the name, and run the steps that they do not know yet in the order of the digits. A step that has run
 * somewhere is never edited, so its SQL stands in it and is taken from nowhere else.
 */
export abstract class Migration implements MigrationInterface {
  /** Steps that were part of this one before they had a class of their own: where this one has run, so have they. */
  readonly contained: readonly MigrationClass[] = [];

  abstract up(runner: QueryRunner): Promise<void>;

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

export type MigrationClass = new () => Migration;
