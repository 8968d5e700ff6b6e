import { startNestService } from '@tonle/http';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
} from '@tonle/messaging';
import { AuditLog1772800000000, Facts1775003000000, type StartService } from '@tonle/platform';
import { FxModule } from './fx.module.js';
import { First1764000200000 } from './migrations/1764000200000-first.js';
import { UsedWindows1767000300000 } from './migrations/1767000300000-used-windows.js';
import { PartnerTerms1769700100000 } from './migrations/1769700100000-partner-terms.js';
import { RefundQuotes1769900100000 } from './migrations/1769900100000-refund-quotes.js';
import { QuotesByTime1775003020000 } from './migrations/1775003020000-quotes-by-time.js';
import { RefundCauses1772900000000 } from './migrations/1772900000000-refund-causes.js';
import { SanityBands1769800100000 } from './migrations/1769800100000-sanity-bands.js';

/** Its tables: entities for what is read for people, migrations. */
export const FX_DATABASE = {
  migrations: [
    First1764000200000,
    DeadLetters1767000000000,
    UsedWindows1767000300000,
    PartnerTerms1769700100000,
    SanityBands1769800100000,
    RefundQuotes1769900100000,
    RefundCauses1772900000000,
    DeadLetterDeeds1768200400000,
    DeadLetterGroups1772400000000,
    AuditLog1772800000000,
    Facts1775003000000,
    QuotesByTime1775003020000,
  ],
};

/** Starts the fx service. It is asked by calls only and does not listen. */
export const startFx: StartService = (platform) =>
  startNestService(platform, FxModule, { database: FX_DATABASE });
