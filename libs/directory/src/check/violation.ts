import type { CalendarBody, CorridorBody, NetworkBody, ParticipantBody } from '../entry.schema.js';

/** Why a directory cannot work, one name a rule. */
export type DirectoryRule =
  | 'form_wrong'
  | 'field_unknown'
  | 'text_unfit'
  | 'id_differs'
  | 'entry_twice'
  | 'calendar_version_differs'
  | 'holiday_wrong'
  | 'bic_wrong'
  | 'bic_missing'
  | 'bic_twice'
  | 'key_twice'
  | 'key_validity_wrong'
  | 'rail_domain_twice'
  | 'membership_wrong'
  | 'deposit_account_missing'
  | 'cap_wrong'
  | 'stop_wrong'
  | 'currency_unknown'
  | 'participant_missing'
  | 'participant_twice'
  | 'adapter_missing'
  | 'adapter_twice'
  | 'calendar_missing'
  | 'rail_wrong'
  | 'scheme_unknown'
  | 'scheme_twice'
  | 'account_kind_wrong'
  | 'account_spelling_missing'
  | 'account_spelling_wrong'
  | 'network_missing'
  | 'side_wrong'
  | 'corridor_twice'
  | 'note_missing'
  | 'settlement_bank_wrong'
  | 'bank_wrong'
  | 'settlement_account_wrong'
  | 'settles_wrong'
  | 'limit_wrong'
  | 'fee_wrong'
  | 'timers_contradict';

/** One thing that is wrong. */
export interface DirectoryViolation {
  readonly rule: DirectoryRule;
  /** Kind and id, e.g. `corridor KH-TH`. */
  readonly entry: string;
  /** What is wrong and how to remedy it; for people. */
  readonly text: string;
}

/** The entries in service, read, by id. */
export interface InService {
  readonly participants: ReadonlyMap<string, ParticipantBody>;
  readonly networks: ReadonlyMap<string, NetworkBody>;
  readonly corridors: ReadonlyMap<string, CorridorBody>;
  readonly calendars: ReadonlyMap<string, CalendarBody>;
}

export type Violations = Generator<DirectoryViolation, void>;

/** Who claimed a name first; undefined when nobody had. */
export function claimed(names: Map<string, string>, name: string, by: string): string | undefined {
  const before = names.get(name);
  if (before === undefined) names.set(name, by);
  return before;
}
