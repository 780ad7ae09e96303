/** A run of bytes (as latin1, a character a byte) of a snapshot's text, and what it was before it was damaged. */
export interface Piece {
  /** Section that this is the value of; null for keys, commas and braces. */
  readonly key: string | null;
  text: string;
  readonly original: string;
}

/** The text of a snapshot, to be damaged. */
export class Draft {
  pieces: Piece[];
  /** Nothing lines up with the original any more: it is cut, or has other sections. */
  isReshaped = false;

  constructor(bytes: Buffer) {
    this.pieces = split(bytes.toString('latin1'));
  }

  get bytes(): Buffer {
    return Buffer.from(this.pieces.map(({ text }) => text).join(''), 'latin1');
  }

  get length(): number {
    return this.pieces.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** The value of a section; undefined where it is gone. */
  section(key: string): Piece | undefined {
    return this.pieces.find((piece) => piece.key === key);
  }

  /** As the damaged text, but for the sections that a reader passes over: they are sound. Null where there is no such text. */
  restored(isUnread: (key: string) => boolean): Buffer | null {
    if (this.isReshaped) return null;
    return Buffer.from(
      this.pieces.map((piece) => (piece.key !== null && isUnread(piece.key) ? piece.original : piece.text)).join(''),
      'latin1',
    );
  }

  /** Replaces `count` characters from `at` on, counted over all pieces. */
  replace(at: number, count: number, text: string): void {
    const [first, inFirst] = this.#find(at);
    this.pieces[first]!.text =
      this.pieces[first]!.text.slice(0, inFirst) + text + this.pieces[first]!.text.slice(inFirst);
    let start = inFirst + text.length;
    let left = count;
    for (let k = first; k < this.pieces.length && left > 0; k++, start = 0) {
      const piece = this.pieces[k]!;
      const taken = Math.min(left, piece.text.length - start);
      piece.text = piece.text.slice(0, start) + piece.text.slice(start + taken);
      left -= taken;
    }
  }

  characterAt(at: number): string {
    const [piece, start] = this.#find(at);
    return this.pieces[piece]!.text[start] ?? '';
  }

  /** The piece that a place is in, and where in it; the end is in the last. */
  #find(at: number): [piece: number, start: number] {
    let start = at;
    const last = this.pieces.length - 1;
    for (let k = 0; k < last; k++) {
      const { length } = this.pieces[k]!.text;
      if (start < length) return [k, start];
      start -= length;
    }
    return [last, Math.min(start, this.pieces[last]!.text.length)];
  }
}

/** The top level of a JSON object: keys as they stand in the text, and where their values begin and end. */
export interface TopLevelEntry {
  /** The key's text, without quotes and with its escapes. */
  readonly rawKey: string;
  readonly start: number;
  readonly end: number;
}

/** For a text that JSON.parse takes: character by character, in the plainest way. */
export function topLevel(text: string): TopLevelEntry[] {
  const entries: TopLevelEntry[] = [];
  let depth = 0;
  let lastString = '';
  let rawKey = '';
  let start = -1;
  const close = (end: number): void => {
    if (start >= 0) entries.push({ rawKey, start, end });
    start = -1;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      let end = at + 1;
      while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      lastString = text.slice(at + 1, end);
      at = end;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) close(at);
    } else if (depth === 1 && character === ':') {
      rawKey = lastString;
      start = at + 1;
    } else if (depth === 1 && character === ',') close(at);
  }
  return entries;
}

function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let passed = 0;
  const add = (key: string | null, end: number): void => {
    const part = text.slice(passed, end);
    pieces.push({ key, text: part, original: part });
    passed = end;
  };
  for (const { rawKey, start, end } of topLevel(text)) {
    add(null, start);
    add(rawKey, end);
  }
  add(null, text.length);
  return pieces;
}
