import type { Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';
import type { RateBook } from './rate/rate.js';
import { loadRateBook } from './rate/rate.store.js';
import type { Terms } from './terms/terms.js';
import { loadTerms } from './terms/terms.store.js';

/** What this instance keeps in memory of rates and terms; a batch sees by the book's version that it is old. */
export class MarketCopy {
  private rates: RateBook | undefined;
  private terms: Terms | undefined;

  constructor(readonly directory: Directory) {}

  /** Rates and terms of this version of the book, read again when the copy is of another one. */
  async at(database: Queryable, bookVersion: bigint | undefined): Promise<{ rates: RateBook; terms: Terms }> {
    if (this.rates === undefined || this.terms === undefined || this.rates.version !== bookVersion) {
      this.rates = await loadRateBook(database);
      this.terms = await loadTerms(database);
    }
    return { rates: this.rates, terms: this.terms };
  }
}
