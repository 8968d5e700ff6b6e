import { crc16 } from './crc.js';
import type { DecodeOutcome, QrRefusal } from './outcome.js';
import { countCharacters, readObjects, type DataObject, type LengthUnit } from './tlv.js';

/** A well-formed merchant-presented code whose checksum fits: structure only, no scheme yet. */
export interface QrCode {
  readonly kind: 'decoded';
  readonly text: string;
  readonly lengthUnit: LengthUnit;
  /** The checksum as written (some encoders write lower case). */
  readonly crc: string;
  readonly objects: readonly DataObject[];
}

/** `000201` and `6304XXXX`: nothing shorter can be a code. */
const CHARACTERS_MIN = 14;
const ASCII = /^[\0-\x7f]*$/;
const CRC = /^[0-9A-Fa-f]{4}$/;

/**
 * Takes a code apart. Lengths count characters; when that does not balance and the text is not pure ASCII,
 * UTF-8 bytes. Refuses, in this order: too short, broken data objects, first tag not 00, checksum missing,
 * not last, malformed, wrong, a tag twice on one level (an amount-confusion attack).
 */
export function decodeQr(text: string): QrCode | QrRefusal {
  const length = countCharacters(text);
  if (length < CHARACTERS_MIN) {
    return refuse(
      text,
      'TOO_SHORT',
      text.length,
      `a length of ${length} is too short for a payment QR code; scan it again`,
    );
  }
  const byCharacters = decodeBy(text, 'char');
  if (byCharacters.kind === 'decoded' || ASCII.test(text)) return byCharacters;
  if (byCharacters.outcome === 'DUPLICATE_TAG') return byCharacters;
  const byBytes = decodeBy(text, 'byte');
  return byBytes.kind === 'decoded' || byBytes.outcome === 'DUPLICATE_TAG' ? byBytes : byCharacters;
}

/** The first data object with this tag. */
export function findObject(objects: readonly DataObject[] | undefined, tag: string): DataObject | undefined {
  if (objects === undefined) return undefined;
  for (const object of objects) if (object.tag === tag) return object;
  return undefined;
}

/** The value at a path of tags, `62/08`; undefined when absent or not inside a template. */
export function valueAt(objects: readonly DataObject[], path: string): string | undefined {
  const slash = path.indexOf('/');
  if (slash < 0) return findObject(objects, path)?.value;
  const parent = findObject(objects, path.slice(0, slash));
  return parent?.objects === undefined ? undefined : valueAt(parent.objects, path.slice(slash + 1));
}

/** Position in characters of an index in UTF-16 units. */
export function characterPosition(text: string, index: number): number {
  return countCharacters(text.slice(0, index));
}

function decodeBy(text: string, unit: LengthUnit): QrCode | QrRefusal {
  const top = readObjects(text, 0, text.length, unit);
  if ('problem' in top) {
    const { outcome, at, detail } = top.problem;
    return refuse(text, outcome, at, `${detail}; scan the QR code again`);
  }
  const wrong = checkFrame(text, top.objects);
  if (wrong !== undefined) return wrong;
  const objects: DataObject[] = [];
  for (const object of top.objects) {
    const inner = isTemplate(object.tag) ? openTemplate(text, object, unit) : undefined;
    objects.push(
      inner === undefined ? object : { ...object, objects: within(text, object.tag, inner, unit) },
    );
  }
  const twice = findTwice(objects);
  if (twice !== undefined) {
    const detail = `tag ${twice.tag} occurs twice; a QR code with two values for one field must not be paid`;
    return refuse(text, 'DUPLICATE_TAG', twice.at, detail);
  }
  return { kind: 'decoded', text, lengthUnit: unit, crc: objects[objects.length - 1]!.value, objects };
}

function checkFrame(text: string, objects: readonly DataObject[]): QrRefusal | undefined {
  if (objects[0]!.tag !== '00') {
    return refuse(
      text,
      'FIRST_TAG_NOT_00',
      0,
      'this is not a payment QR code: it does not begin with tag 00',
    );
  }
  const crc = findObject(objects, '63');
  if (crc === undefined) {
    return refuse(
      text,
      'CRC_MISSING',
      text.length,
      'the checksum (tag 63) is missing: the QR code is cut off',
    );
  }
  if (crc !== objects[objects.length - 1]) {
    return refuse(text, 'CRC_NOT_LAST', crc.at, 'data follows the checksum (tag 63), which must be the last');
  }
  if (!CRC.test(crc.value)) {
    return refuse(
      text,
      'CRC_MALFORMED',
      crc.at + 4,
      `the checksum "${crc.value}" is not four hexadecimal digits`,
    );
  }
  const right = crc16(text, crc.at + 4);
  if (right === crc.value.toUpperCase()) return undefined;
  const detail = `the checksum is ${crc.value}, but the text gives ${right}: it was changed in transit (letter case, blanks, cuts) or tampered with`;
  return refuse(text, 'CRC_MISMATCH', crc.at + 4, detail);
}

/** Templates of EMVCo MPM: merchant accounts, additional data, language, unreserved. */
function isTemplate(tag: string): boolean {
  return (tag >= '26' && tag <= '51') || tag === '62' || tag === '64' || tag >= '80';
}

/** Inside the additional data a scheme may have templates of its own, 50 to 99 (EMVCo MPM 4.8). */
function within(
  text: string,
  tag: string,
  objects: readonly DataObject[],
  unit: LengthUnit,
): readonly DataObject[] {
  if (tag !== '62') return objects;
  return objects.map((object) => {
    const inner = object.tag >= '50' ? openTemplate(text, object, unit) : undefined;
    return inner === undefined ? object : { ...object, objects: inner };
  });
}

/** The data objects in a template; undefined when it is empty or does not balance, then it stays text. */
export function openTemplate(
  text: string,
  object: DataObject,
  unit: LengthUnit,
): readonly DataObject[] | undefined {
  const start = object.at + 4;
  const end = start + object.value.length;
  if (start === end) return undefined;
  const inner = readObjects(text, start, end, unit);
  if ('objects' in inner) return inner.objects;
  if (unit === 'byte' || ASCII.test(object.value)) return undefined;
  const byBytes = readObjects(text, start, end, 'byte');
  return 'objects' in byBytes ? byBytes.objects : undefined;
}

function findTwice(objects: readonly DataObject[]): DataObject | undefined {
  for (let index = 0; index < objects.length; index += 1) {
    const object = objects[index]!;
    for (let before = 0; before < index; before += 1) if (objects[before]!.tag === object.tag) return object;
    const inner = object.objects === undefined ? undefined : findTwice(object.objects);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function refuse(text: string, outcome: DecodeOutcome, index: number, detail: string): QrRefusal {
  return { kind: 'refused', outcome, at: characterPosition(text, index), detail: sentence(detail) };
}

function sentence(detail: string): string {
  return `${detail[0]!.toUpperCase()}${detail.slice(1)}.`;
}
