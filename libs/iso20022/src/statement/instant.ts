const DATE = /^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;
const MINUTE_MS = 60_000;

/**
 * The instant of a date or date and time of a message, epoch milliseconds; a date is the beginning of its day. What names no
 * zone is in that of its writer, `utcOffsetMinutes` east of UTC, wherever this runs. Undefined when it is no such text.
 */
export function instantOf(text: string, utcOffsetMinutes: number): number | undefined {
  const [, date, dateZone] = DATE.exec(text.trim()) ?? [];
  const [, time, timeZone] = DATE_TIME.exec(text.trim()) ?? [];
  const local = date === undefined ? time : `${date}T00:00:00`;
  if (local === undefined) return undefined;
  const zone = dateZone ?? timeZone;
  const at = Date.parse(`${local}${zone ?? 'Z'}`);
  if (Number.isNaN(at)) return undefined;
  return zone === undefined ? at - utcOffsetMinutes * MINUTE_MS : at;
}
