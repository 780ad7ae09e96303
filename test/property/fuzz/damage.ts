import { Draft, type Piece } from './draft.js';
import type { Random } from './seeds.js';

/** Spoils a draft somewhere; what it makes may still be sound. */
export type Damage = (draft: Draft, random: Random) => void;

const NUMBERS = [
  '-1', '-0', '0', '1', '0.5', '1.0', '1e3', '1E+2', '-1e-7', '1e400', '255', '256', '65536', '2147483648', '4294967295',
  '4294967296', '4294967301', '9007199254740991', '9007199254740993', '999999999999999', '1000000000000000',
  '99999999999999999999', '18446744073709551615', '007', '+1', '1.', '.5', '1e', 'NaN', 'Infinity', 'null', 'true', '"1"',
  '[1]', '{}', '-2147483648', '-2147483649', '-4294967296',
]; // prettier-ignore
const BYTES = ['0', '9', ',', '-', '+', '.', 'e', 'E', '[', ']', '{', '}', '"', '\\', ':', ' ', '\n', '\r', '\t', '\0', '\x7f', '\x80', '\xff', 'n', 'x']; // prettier-ignore
const SEPARATORS = [',', ':', '[', ']', '{', '}', '"', '\n', ' ', ',,', '],[', '","', '\\'];
const TEXTS = [
  '""', '"__proto__"', '"constructor"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\\ud83d\\ude00"', '"\\x"', '"\\u12"', '"\\u"', '"\0"', '"\n"', '"\t"',
  '"\xff\xfe"', '"\xc3"', '"\xe6\x97"', '"\xed\xa0\xbd"', '"\xf0\x9f\x98\x80"', '"\\"', '"\\\\"', '"\\""', "'x'", 'null', '5', '["a"]', '"\u007f\\u001b[2J"',
  `"${'x'.repeat(100_000)}"`, `"${'\\u0041'.repeat(3000)}"`, '"]}"', '"],\\"strings\\":["',
]; // prettier-ignore
const VALUES = ['null', '{}', '[]', '"text"', '0', '-1', 'true', '[null]', '[[]]', '[""]', '1e999', '{"a":1}', ''];
const COUNTS = [
  '0',
  '1',
  '-1',
  '0.5',
  '100',
  '1000000',
  '3000000000',
  '9007199254740991',
  '1e300',
  'null',
  '"3"',
  '[]',
  '{}',
  'true',
  '1e3',
  '10.0',
];
const DEPTH = 100_000;

/** By name. Each is tried as often as any other. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  'nothing but another layout': (draft, random) => {
    const indent = [1, '\t', 2][random(3)]!;
    try {
      reshape(draft, latin1(JSON.stringify(JSON.parse(draft.bytes.toString('utf8')), null, indent)));
    } catch {
      // A second damage, after one that left no JSON.
    }
  },
  cut: (draft, random) => {
    const at = random(2) === 0 ? random(draft.length + 1) : nearBorder(draft, random);
    draft.replace(at, draft.length - at, '');
    draft.isReshaped = true;
  },
  'flipped bits': (draft, random) => {
    for (let left = 1 + random(4); left > 0; left--) {
      const at = place(draft, random);
      const code = draft.characterAt(at).charCodeAt(0);
      if (!Number.isNaN(code)) draft.replace(at, 1, String.fromCharCode(code ^ (1 << random(8))));
    }
  },
  'another byte': (draft, random) => draft.replace(place(draft, random), 1, pick(BYTES, random)),
  'bytes lost': (draft, random) => draft.replace(place(draft, random), 1 + random(random(3) === 0 ? 200 : 3), ''),
  'bytes come in': (draft, random) => draft.replace(place(draft, random), 0, pick(BYTES, random)),
  'a separator comes in': (draft, random) => draft.replace(place(draft, random), 0, pick(SEPARATORS, random)),
  'a separator is lost': (draft, random) => {
    const piece = pick(draft.pieces, random);
    const places = [...piece.text.matchAll(/[,:[\]{}"\n]/g)];
    if (places.length > 0) splice(piece, pick(places, random).index, 1, '');
  },
  'a number': (draft, random) => replaceToken(draft, random, ['nodes', 'edges', 'locations'], /-?\d+/g, NUMBERS),
  'a field of a node': (draft, random) => replaceToken(draft, random, ['nodes'], /-?\d+/g, NUMBERS),
  'a number comes or goes': (draft, random) => {
    const piece = draft.section(pick(['nodes', 'edges', 'locations'], random));
    if (!piece) return;
    if (random(2) === 0) piece.text = piece.text.replace(/,\d+/, '');
    else piece.text = piece.text.replace(/\n?\]$/, `,${random(9)}]`);
  },
  'a string': (draft, random) => replaceToken(draft, random, ['strings'], /"(?:[^"\\]|\\.)*"/gs, TEXTS),
  'a count in the header': (draft, random) => {
    const key = pick(['node_count', 'edge_count', 'root_index', 'extra_native_bytes', 'trace_function_count'], random);
    const header = draft.section('snapshot');
    if (!header) return;
    const value = random(6) === 0 ? String(random(40)) : pick(COUNTS, random);
    const before = header.text;
    header.text = before.replace(new RegExp(`"${key}":\\d+`), () => `"${key}":${value}`);
    if (header.text === before) header.text = before.replace(/\}$/, () => `,"${key}":${value}}`);
  },
  'fields in the header': (draft, random) =>
    editHeader(draft, (meta) => {
      const key = pick(['node_fields', 'edge_fields', 'location_fields'], random);
      const fields = meta[key];
      if (!Array.isArray(fields) || fields.length === 0) return;
      const k = random(fields.length);
      const other = random(fields.length);
      const action = random(6);
      if (action === 0) fields.splice(k, 1);
      else if (action === 1) fields.splice(k, 0, pick(['new_field', fields[other], ''], random));
      else if (action === 2) [fields[k], fields[other]] = [fields[other], fields[k]];
      else if (action === 3) fields[k] = pick([fields[other], 'x', 7, null], random);
      else if (action === 4) meta[key] = pick([null, {}, 'type', [], [[]]], random);
      else delete meta[key];
    }),
  'types in the header': (draft, random) =>
    editHeader(draft, (meta) => {
      const key = pick(['node_types', 'edge_types'], random);
      const list = meta[key];
      const types: unknown = Array.isArray(list) ? list[0] : null;
      if (!Array.isArray(list) || !Array.isArray(types)) return;
      const action = random(6);
      if (action === 0) types.splice(random(types.length), 1);
      else if (action === 1) types.reverse();
      else if (action === 2) types[random(types.length)] = pick(['x', '', '__proto__', types[0], 3, null], random);
      else if (action === 3) types.push(...Array.from({ length: 250 }, (_, k) => `t${k}`));
      else if (action === 4) list[0] = pick([[], null, 'object', {}], random);
      else meta[key] = types;
    }),
  'a key twice in the header': (draft, random) => {
    const header = draft.section('snapshot');
    const key = pick(['node_count', 'edge_count', 'meta', '__proto__', 'root_index'], random);
    const value = pick([...COUNTS, '{"meta":{}}'], random);
    if (!header) return;
    if (random(2) === 0) header.text = header.text.replace(/^\{/, () => `{"${key}":${value},`);
    else header.text = header.text.replace(/\}$/, () => `,"${key}":${value}}`);
  },
  'a section twice': (draft, random) => {
    const sections = draft.pieces.filter(({ key }) => key !== null);
    if (sections.length === 0) return;
    const { key, text } = pick(sections, random);
    const value = random(2) === 0 ? text : pick(VALUES, random);
    insertSection(draft, random, `"${key}":${value}`);
  },
  'sections in another order': (draft, random) => {
    const sections = draft.pieces.filter(({ key }) => key !== null);
    for (let k = sections.length - 1; k > 0; k--) {
      const other = random(k + 1);
      [sections[k], sections[other]] = [sections[other]!, sections[k]!];
    }
    keepSections(draft, sections);
  },
  'a section is lost': (draft, random) => {
    const sections = draft.pieces.filter(({ key }) => key !== null);
    if (sections.length === 0) return;
    const lost = pick(sections, random);
    keepSections(
      draft,
      sections.filter((section) => section !== lost),
    );
  },
  'a section is something else': (draft, random) => {
    const sections = draft.pieces.filter(({ key }) => key !== null);
    if (sections.length > 0) pick(sections, random).text = pick(VALUES, random);
  },
  'an unknown section': (draft, random) =>
    insertSection(
      draft,
      random,
      `"${pick(['scopes', '__proto__', 'constructor', '', 'no\\u0064es', 'x'.repeat(70), latin1('日本')], random)}":${pick([...VALUES, '[1,[2,{"nodes":[3]}],"]"]'], random)}`,
    ),
  nesting: (draft, random) => {
    const [open, close] = pick(
      [
        ['[', ']'],
        ['{"a":', '}'],
        ['[{"b":', '}]'],
      ] as const,
      random,
    );
    const inner = pick(['', '1', '[]', '"x"'], random) || (open === '[' ? '' : '0');
    const text = open.repeat(DEPTH) + inner + (random(3) === 0 ? '' : close.repeat(DEPTH));
    const action = random(5);
    const nodes = draft.section(pick(['nodes', 'edges', 'locations', 'trace_tree'], random));
    const header = draft.section('snapshot');
    if (action === 0) insertSection(draft, random, `"deep":${text}`);
    else if (action === 1 && header) header.text = header.text.replace(/\}$/, () => `,"deep":${text}}`);
    else if (action === 2 && header) header.text = random(2) === 0 ? text : `{"meta":${text}}`;
    else if (action === 3 && nodes) nodes.text = text;
    else replaceToken(draft, random, ['nodes', 'strings', 'edges'], /\d+|"[^"]*"/g, [text]);
  },
  'white space': (draft, random) => {
    const action = random(5);
    const space = pick([' ', '\n', '\r\n', '\t', '\v', '\xa0'], random);
    if (action === 0) draft.replace(0, 0, '\xef\xbb\xbf');
    else if (action === 1) for (const piece of draft.pieces) piece.text = piece.text.replaceAll('\n', '\r\n');
    else if (action === 2)
      for (const piece of draft.pieces)
        if (piece.key !== 'strings') piece.text = piece.text.replaceAll(',', `,${space}`);
    if (action > 1) draft.replace(place(draft, random), 0, space);
  },
  'a part moves': (draft, random) => {
    const length = 1 + random(Math.min(2000, draft.length));
    const from = random(draft.length - length + 1);
    const text = draft.bytes.toString('latin1').slice(from, from + length);
    if (random(2) === 0) draft.replace(from, length, '');
    draft.replace(random(draft.length + 1), 0, text);
  },
  'something before or behind': (draft, random) => {
    const text = pick(
      ['{', '}', '{}', 'x', '\0', ']', ',', '"', '\x1f\x8b', '\x28\xb5\x2f\xfd', '\xff\xfe', ' \n'],
      random,
    );
    if (random(2) === 0) draft.replace(0, 0, text);
    else draft.replace(draft.length, 0, random(4) === 0 ? draft.bytes.toString('latin1') : text);
  },
};

/** Damages a draft once or a few times; the name of the first kind. */
export function spoil(draft: Draft, kind: string, random: Random): void {
  DAMAGES[kind]!(draft, random);
  const kinds = Object.keys(DAMAGES);
  for (let more = random(8) === 0 ? 1 + random(3) : 0; more > 0; more--) DAMAGES[pick(kinds, random)]!(draft, random);
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)]!;
}

/** A place in the text; a small section is hit as often as a large one. */
function place(draft: Draft, random: Random): number {
  const at = random(draft.pieces.length);
  const before = draft.pieces.slice(0, at).reduce((sum, { text }) => sum + text.length, 0);
  return before + random(Math.max(1, draft.pieces[at]!.text.length));
}

function nearBorder(draft: Draft, random: Random): number {
  const borders = draft.pieces.slice(0, random(draft.pieces.length + 1));
  const border = borders.reduce((sum, { text }) => sum + text.length, 0);
  return Math.max(0, Math.min(draft.length, border + random(17) - 8));
}

function splice(piece: Piece, at: number, count: number, text: string): void {
  piece.text = piece.text.slice(0, at) + text + piece.text.slice(at + count);
}

/** Puts one of the texts in the place of something that matches, in one of the sections. */
function replaceToken(
  draft: Draft,
  random: Random,
  keys: readonly string[],
  pattern: RegExp,
  texts: readonly string[],
): void {
  const piece = draft.section(pick(keys, random));
  const found = piece ? [...piece.text.matchAll(pattern)] : [];
  if (!piece || found.length === 0) return;
  const match = pick(found, random);
  splice(piece, match.index, match[0].length, pick(texts, random));
}

function editHeader(draft: Draft, edit: (meta: Record<string, unknown>) => void): void {
  const header = draft.section('snapshot');
  if (!header) return;
  try {
    const snapshot = JSON.parse(Buffer.from(header.text, 'latin1').toString('utf8')) as {
      meta: Record<string, unknown>;
    };
    edit(snapshot.meta);
    header.text = latin1(JSON.stringify(snapshot));
  } catch {
    // A second damage: the header is no JSON, or no header, any more.
  }
}

/** `text`: its bytes, a character each. */
function insertSection(draft: Draft, random: Random, text: string): void {
  const values = draft.pieces.flatMap(({ key }, k) => (key === null ? [] : [k]));
  if (values.length === 0) return;
  const at = random(values.length + 1);
  if (at === 0) draft.pieces[0]!.text = draft.pieces[0]!.text.replace('{', () => `{${text},`);
  else draft.pieces[values[at - 1]! + 1]!.text = `,${text}${draft.pieces[values[at - 1]! + 1]!.text}`;
}

function frame(text: string): Piece {
  return { key: null, text, original: text };
}

/** These sections, and nothing between them but what has to be. */
function keepSections(draft: Draft, sections: readonly Piece[]): void {
  draft.pieces = [
    ...sections.flatMap((section, k) => [frame(`${k === 0 ? '{' : ',\n'}"${section.key}":`), section]),
    frame(sections.length === 0 ? '{}' : '}'),
  ];
}

/** A text's bytes in UTF-8, a character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The whole text is another one; its bytes, a character each. */
function reshape(draft: Draft, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  try {
    JSON.parse(bytes.toString('utf8'));
    draft.pieces = new Draft(bytes).pieces;
  } catch {
    // Where sections begin and end is not to be told.
    draft.pieces = [frame(text)];
    draft.isReshaped = true;
  }
}
