import { z } from 'zod';

const schema = z.object({
  /** The directory as people write it: what an empty one starts from, and what changes it later. */
  TONLE_DIRECTORY_FILE: z.string().optional(),
  /** In a sandbox, too, what a file of the directory lets through or trusts waits for operators; elsewhere it always does. */
  TONLE_DIRECTORY_APPROVAL: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Folders of networks that are files, with commas between: their adapters exist beside our own. */
  TONLE_NETWORKS_DIR: z.string().optional(),
  /** Names that hold a payment; without a file nobody is held. */
  TONLE_SCREENING_LIST_FILE: z.string().optional(),
});

export type RoutingSettings = z.infer<typeof schema>;

export function readSettings(settings: Readonly<Record<string, string | undefined>>): RoutingSettings {
  return schema.parse(settings);
}
