import type { Dice } from './random.js';

const DECLARED = /^<\?xml[^>]*\?>/;
const BOM = '\ufeff';

/** Declarations that any reader of UTF-8 takes, or refuses. */
// prettier-ignore
const DECLARATIONS = [
  '', '<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8'?>", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
  '<?xml version="1.0" standalone="no"?>', '<?xml version="1.0" encoding="UTF-8" standalone="maybe"?>', '<?xml encoding="UTF-8"?>',
  '<?xml version="1.0" standalone="yes" encoding="UTF-8"?>', '<?xml version="1.0"encoding="UTF-8"?>', '<?xml  version = "1.0" ?>',
  '<?xml version="1.0" encoding=""?>',
  '<?xml version="1.0" encoding="UTF-8" x="1"?>', '<?xml version="1.0" encoding="UTF-8">', '<?xml?>', '<?xml ?>', ' <?xml version="1.0"?>',
  '\n<?xml version="1.0"?>',
  '<?XML version="1.0"?>', '<?xml version=1.0?>', '<?xml version="1.0\'?>', '<?xml version="" ?>', '<?xml\tversion="1.0"\n?>',
];

// prettier-ignore
const BAD_BYTES = [
  [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe2, 0x82], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xb0, 0x80], [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xef, 0xbf, 0xbe], [0xef, 0xbf, 0xbf], [0x00], [0xef, 0xbb, 0xbf],
];

/** The text as bytes in one of the many ways that are right or wrong. */
export function encodeSomehow(text: string, dice: Dice): { bytes: Uint8Array; step: string } {
  return dice.of([
    () => ({ bytes: Buffer.from(text.replace(DECLARED, () => dice.of(DECLARATIONS))), step: 'declaration' }),
    () => ({ bytes: Buffer.from(BOM + text), step: 'byte order mark' }),
    () => ({
      bytes: Buffer.from(text.replace(DECLARED, '<?xml version="1.0" encoding="ISO-8859-1"?>'), 'latin1'),
      step: 'latin-1',
    }),
    () => ({
      bytes: Buffer.from(BOM + text.replace(DECLARED, '<?xml version="1.0" encoding="UTF-16"?>'), 'utf16le'),
      step: 'utf-16',
    }),
    () => ({ bytes: withBadBytes(Buffer.from(text), dice), step: 'bytes' }),
    () => ({ bytes: withBadBytes(Buffer.from(text), dice), step: 'bytes' }),
  ])();
}

function withBadBytes(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length + 1);
  const cut = dice.chance(2) ? 0 : 1;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.of(BAD_BYTES)), bytes.subarray(at + cut)]);
}
