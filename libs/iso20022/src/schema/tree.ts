// A message as data: element names as keys, texts as they stand on the wire, arrays where the schema allows many.

/** An element with a currency attribute. The value is decimal text, never a number. */
export interface IsoAmount {
  readonly Ccy: string;
  readonly v: string;
}

/** Content of an open place (`xs:any`: supplementary data, signatures): one element's source text, self-contained. */
export interface AnyContent {
  readonly xml: string;
}

export type IsoValue = string | IsoAmount | AnyContent | IsoTree | readonly IsoValue[];

export interface IsoTree {
  readonly [element: string]: IsoValue | undefined;
}

/** Exactly one of several elements. */
export type Choice<T> = {
  [K in keyof T]: { [P in K]: T[P] } & { [P in Exclude<keyof T, K>]?: undefined };
}[keyof T];

/** One ISO part of a message: its Document or its business header. */
export interface IsoPart {
  /** Message definition, e.g. `pacs.008.001.08` or `head.001.001.02`. */
  readonly version: string;
  /** Content of the root element. */
  readonly tree: IsoTree;
}

/** A message with its header, as it was read or shall be written. */
export interface IsoMessage {
  readonly document: IsoPart;
  readonly header?: IsoPart;
}
