import type { ValueProblem } from '../mapping/shape.js';
import type { IsoMessage, IsoValue } from '../schema/tree.js';

/** Every text in header and document of which `textFault` says that something is wrong. */
export function checkTexts(
  { header, document }: IsoMessage,
  textFault: (text: string) => string | undefined,
): ValueProblem[] {
  const problems: ValueProblem[] = [];
  const visit = (value: IsoValue, path: string): void => {
    if (typeof value === 'string') {
      const detail = textFault(value);
      if (detail !== undefined) problems.push({ code: 'text', path, detail });
    } else if (Array.isArray(value)) {
      value.forEach((each: IsoValue, index) => visit(each, `${path}[${index + 1}]`));
    } else {
      for (const [name, part] of Object.entries(value)) visit(part as IsoValue, `${path}/${name}`);
    }
  };
  if (header !== undefined) visit(header.tree, '/AppHdr');
  visit(document.tree, '/Document');
  return problems;
}
