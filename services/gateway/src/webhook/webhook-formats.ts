import type { Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';
import { statusFormat } from './status-format.js';
import type { WebhookFormatName } from './webhook-endpoint.js';
import { eventFormat, type WebhookFormat } from './webhook-format.js';

export type WebhookFormats = Readonly<Record<WebhookFormatName, WebhookFormat>>;

/** What endpoints are sent, by the name of their format. */
export function webhookFormats(
  database: Queryable,
  directory: Pick<Directory, 'participant'>,
  bic: string,
): WebhookFormats {
  return { webhook: eventFormat, 'pacs.002': statusFormat(database, directory, { bic, name: 'Tonle' }) };
}
