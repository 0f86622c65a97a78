import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { InputError, messageOf } from '../base/index.ts';

const reasonOf = (error: unknown) => messageOf(error).replace(/[.:\s]+$/, '');

/** A parsed YAML or JSON text that still knows where each key stood. */
export interface YamlSource {
  value: unknown;
  /** `name:line:column` of the deepest part of the path that the text holds; the name alone if it holds none. */
  where(path: readonly PropertyKey[]): string;
}

/**
 * Parses YAML 1.2, of which JSON is a part.
 * @param name what messages call the text; `positions: false` leaves out line and column.
 * @throws InputError `name:line:column: reason` in one line.
 */
export function parseYaml(text: string, name: string, { positions = true } = {}): YamlSource {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return positions ? `${name}:${line}:${col}` : name;
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS')
    throw new InputError(`${place(error.pos[0])}: there must be one document only.`);
  if (error) throw new InputError(`${place(error.pos[0])}: this is not valid YAML: ${reasonOf(error)}.`);

  let value: unknown;
  try {
    value = document.toJS();
  } catch (problem) {
    throw new InputError(`${name}: this is not valid YAML: ${reasonOf(problem)}.`);
  }

  return {
    value,
    where(path) {
      let node: unknown = document.contents;
      let found = name;
      for (const key of path) {
        if (isMap(node)) {
          const pair = node.items.find(
            (item) => isScalar(item.key) && String(item.key.value) === String(key),
          );
          if (!pair || !isScalar(pair.key) || !pair.key.range) break;
          found = place(pair.key.range[0]);
          node = pair.value;
        } else if (isSeq(node)) node = node.items[Number(key)];
        else break;
      }
      return found;
    },
  };
}
