// TypeScript types of a table: what `readMessage` gives and `writeMessage` takes.
import type { MessageTable } from '@tonle/iso20022';

const PARTICLE = /^(\S+) ([^?*+{]+)([?*+]|\{.*\})?$/;
const identifier = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/g, '_');
const property = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);

function member(text: string): string {
  const [, name, type, times = ''] = PARTICLE.exec(text) ?? [];
  if (name === undefined || type === undefined) throw new Error(`no particle: ${text}`);
  if (name.startsWith('*')) return `'*'?: AnyContent[];`;
  const optional = times === '?' || times === '*' || times.startsWith('{0') ? '?' : '';
  const many = times !== '' && times !== '?' ? '[]' : '';
  return `${property(name)}${optional}: ${identifier(type)}${many};`;
}

function declaration(name: string, type: MessageTable['types'][string]): string {
  const as = `export type ${identifier(name)} =`;
  if ('content' in type) return `${as} { ${type.attribute.split(' ')[0]}: string; v: string };`;
  if ('base' in type) {
    const values = type.values?.map((value) => `'${value}'`).join(' | ');
    return `${as} ${values ?? 'string'};`;
  }
  const members: string[] = [];
  const choices: string[] = [];
  for (const part of type.sequence) {
    if (typeof part === 'string') members.push(member(part));
    else choices.push(`Choice<{ ${part.map(member).join(' ')} }>`);
  }
  const parts = [...(members.length > 0 ? [`{ ${members.join(' ')} }`] : []), ...choices];
  return `${as} ${parts.join(' & ')};`;
}

/** The declaration file of one message's table. */
export function typesText(table: MessageTable): string {
  const lines = Object.entries(table.types).map(([name, type]) => declaration(name, type));
  const used = ['AnyContent', 'Choice'].filter((name) => lines.some((line) => line.includes(name)));
  const imports = used.length > 0 ? [`import type { ${used.join(', ')} } from '../schema/tree.js';`, ''] : [];
  return [`// ${table.message}, generated from its schema (tools/generate).`, ...imports, ...lines, ''].join(
    '\n',
  );
}
