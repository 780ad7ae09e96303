/** A position in an original file; lines and columns from 0. */
export interface OriginalPosition {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Original positions by generated line and column, from 0; null where the map says nothing of the line. */
export type SourceMap = (line: number, column: number) => OriginalPosition | null;

interface RawMap {
  readonly sources: readonly (string | null)[];
  readonly sourceRoot?: string | null;
  readonly mappings: string;
}

interface Segment {
  readonly column: number;
  readonly source: number;
  readonly line: number;
  readonly originalColumn: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Reads a source map (ECMA-426, version 3, without sections). Null where the text is none.
 */
export function parseSourceMap(text: string): SourceMap | null {
  const map = readJson(text);
  if (map === null) return null;
  const lines = decodeMappings(map.mappings);
  if (lines === null) return null;
  const root = map.sourceRoot ? `${map.sourceRoot.replace(/\/$/, '')}/` : '';
  return (line, column) => {
    // Columns of a line ascend; what stands before the first segment counts to it.
    const segments = lines[line] ?? [];
    const found = segments.findLast((segment) => segment.column <= column) ?? segments[0];
    const source = found === undefined ? undefined : map.sources[found.source];
    return typeof source === 'string'
      ? { source: root + source, line: found!.line, column: found!.originalColumn }
      : null;
  };
}

function readJson(text: string): RawMap | null {
  let value: unknown;
  try {
    // A prefix against inclusion as a script may stand in front.
    value = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const map = value as Partial<RawMap> | null;
  const isMap = typeof map?.mappings === 'string' && Array.isArray(map.sources);
  return isMap && typeof (map.sourceRoot ?? '') === 'string' ? (map as RawMap) : null;
}

/** By generated line; null where there is a character that does not belong there. */
function decodeMappings(mappings: string): Segment[][] | null {
  let source = 0;
  let line = 0;
  let originalColumn = 0;
  const lines: Segment[][] = [];
  for (const text of mappings.split(';')) {
    const segments: Segment[] = [];
    let column = 0;
    for (const part of text.split(',')) {
      const fields = decodeNumbers(part);
      if (fields === null) return null;
      if (fields.length === 0) continue;
      column += fields[0]!;
      if (fields.length < 4) continue;
      source += fields[1]!;
      line += fields[2]!;
      originalColumn += fields[3]!;
      segments.push({ column, source, line, originalColumn });
    }
    lines.push(segments);
  }
  return lines;
}

/** Numbers in base 64, 5 bits a digit, the lowest first, the sign in the lowest bit. */
function decodeNumbers(text: string): number[] | null {
  const numbers: number[] = [];
  let value = 0;
  let unit = 1;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return null;
    value += (digit & 31) * unit;
    unit *= 32;
    if (digit >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    unit = 1;
  }
  return numbers;
}
