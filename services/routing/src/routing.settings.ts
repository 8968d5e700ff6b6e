import { z } from 'zod';

const schema = z.object({
  /** Directory that an empty database starts from. */
  TONLE_DIRECTORY_FILE: z.string().optional(),
  /** Names that hold a payment; without a file nobody is held. */
  TONLE_SCREENING_LIST_FILE: z.string().optional(),
});

export type RoutingSettings = z.infer<typeof schema>;

export function readSettings(settings: Readonly<Record<string, string | undefined>>): RoutingSettings {
  return schema.parse(settings);
}
