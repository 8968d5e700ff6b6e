// The form of the files in tables/: what one ISO 20022 schema says, without XML Schema.

export type SimpleBase =
  'string' | 'decimal' | 'boolean' | 'date' | 'dateTime' | 'time' | 'gYear' | 'gYearMonth' | 'base64Binary';

export interface SimpleTable {
  readonly base: SimpleBase;
  readonly values?: readonly string[];
  /** An XML Schema pattern; ISO 20022's are all valid ECMAScript patterns too. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly totalDigits?: number;
  readonly fractionDigits?: number;
  readonly minInclusive?: number;
}

/** Simple content with one required attribute: amounts with their currency. */
export interface ContentTable {
  readonly content: string;
  /** `Ccy ActiveCurrencyCode` */
  readonly attribute: string;
}

/**
 * A sequence of particles; a choice is an array of particles.
 * A particle is `Name Type` followed by nothing (once), `?`, `*`, `+`, or `{min,max}`; the name `*` is `xs:any`
 * (`**` when its content is not even looked at) and its type the namespace constraint.
 */
export interface SequenceTable {
  readonly sequence: readonly (string | readonly string[])[];
}

export type TypeTable = SimpleTable | ContentTable | SequenceTable;

export interface MessageTable {
  readonly message: string;
  readonly namespace: string;
  /** `sha256:` of the schema it was generated from, or who wrote it by hand and after what. */
  readonly source: string;
  readonly roots: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TypeTable>>;
}
