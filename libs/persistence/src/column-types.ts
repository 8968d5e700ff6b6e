import pg from 'pg';

const OID = { int8: 20, date: 1082, int8Array: 1016, dateArray: 1182 } as const;

const textArray = pg.types.getTypeParser(1009 as number as 16) as unknown as (
  text: string,
) => (string | null)[];

/**
 * How columns become values: bigint for int8 (money), Date for timestamptz, text for date (a calendar day
 * has no time zone) and numeric, parsed JSON, Buffer for bytea.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === OID.int8) return BigInt;
      if (oid === OID.date) return String;
      if (oid === OID.dateArray) return textArray;
      if (oid === OID.int8Array) {
        return (text: string) => textArray(text).map((item) => (item === null ? null : BigInt(item)));
      }
    }
    return pg.types.getTypeParser(oid, format as 'text');
  },
};
