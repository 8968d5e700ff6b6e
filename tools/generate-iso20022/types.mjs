// TypeScript types of a table: what `readMessage` gives and `writeMessage` takes.

const PARTICLE = /^(\S+) ([^?*+{]+)([?*+]|\{.*\})?$/;
const identifier = (name) => name.replaceAll(/[^A-Za-z0-9_]/g, '_');
const property = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);

function member(text) {
  const [, name, type, times = ''] = PARTICLE.exec(text);
  if (name.startsWith('*')) return `'*'?: AnyContent[];`;
  const optional = times === '?' || times === '*' || times.startsWith('{0') ? '?' : '';
  const many = times !== '' && times !== '?' ? '[]' : '';
  return `${property(name)}${optional}: ${identifier(type)}${many};`;
}

function declaration(name, type) {
  const as = `export type ${identifier(name)} =`;
  if (type.values !== undefined) return `${as} ${type.values.map((value) => `'${value}'`).join(' | ')};`;
  if (type.base !== undefined) return `${as} string;`;
  if (type.content !== undefined) return `${as} { ${type.attribute.split(' ')[0]}: string; v: string };`;
  const members = type.sequence.filter((part) => typeof part === 'string').map(member);
  const choices = type.sequence
    .filter(Array.isArray)
    .map((part) => `Choice<{ ${part.map(member).join(' ')} }>`);
  const parts = [...(members.length > 0 ? [`{ ${members.join(' ')} }`] : []), ...choices];
  return `${as} ${parts.join(' & ')};`;
}

/** The declaration file of one message's table. */
export function typesText(table) {
  const lines = Object.entries(table.types).map(([name, type]) => declaration(name, type));
  const used = ['AnyContent', 'Choice'].filter((name) => lines.some((line) => line.includes(name)));
  const imports = used.length > 0 ? [`import type { ${used.join(', ')} } from '../schema/tree.js';`, ''] : [];
  return [
    `// ${table.message}, generated from its schema (tools/generate-iso20022).`,
    ...imports,
    ...lines,
    '',
  ].join('\n');
}
