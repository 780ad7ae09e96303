import { invalidSnapshot } from '../errors.js';
import { FlatArraySkipper, JsonSkipper } from './skippers.js';
import { JsonChecker } from './json-checker.js';
import { JSC_STRING_SECTIONS } from './jsc.js';
import type { Kernel } from './kernel/load.js';
import { KernelStrings } from './kernel/strings.js';
import { NumberSection } from './number-section.js';
import { parseHeader, parseSchema, type Schema } from './schema.js';
import { LayoutMismatch, type OnSectionEnd, type SectionReader, type SnapshotSink } from './sink.js';
import { isJsonSpace, StringSection } from './string-section.js';
import { describeByte } from './describe-byte.js';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Longer keys than this are not V8's. */
const MAX_KEY = 64;

/** What may come next at the top level of the file. */
type Expected =
  | 'the opening brace'
  | 'a key or "}"'
  | 'a key'
  | 'in key'
  | 'a colon'
  | 'a value'
  | 'a comma or "}"'
  | 'nothing';

/** Where the general reader has to take over, and what it has to know. */
export interface HandOver {
  /** Why: what was found, and where. */
  readonly reason: string;
  /** Bytes to read before the rest of the file; with `prefix` in front they begin a JSON object. */
  readonly rest: Uint8Array;
  readonly prefix: string;
  /** The prefix ends in a number that stands for those already read, so that a comma without a number is noticed. */
  readonly hasStandIn: boolean;
  /** Sections whose contents the sink has already, wholly. */
  readonly finished: ReadonlySet<string>;
  /** By key: the JSON of what a file of JavaScriptCore says of itself, as far as it came before. */
  readonly jscMarks: ReadonlyMap<string, string>;
  /** Null when the header has not been met. */
  readonly schema: Schema | null;
  /** Node records that the sink has already. */
  readonly nodeRecords: number;
}

/**
 * Reads a snapshot in the layout that V8 writes: push its bytes, in chunks of any size, then call end().
 * No I/O, and constant memory but for what the sink keeps. White space is allowed around the sections, not inside the
 * arrays of numbers; a file in another layout or order ends in a hand-over to the general reader (generic.ts).
 */
export class SnapshotScanner {
  readonly #sink: SnapshotSink;
  readonly #kernel: Kernel | null;
  #expected: Expected = 'the opening brace';
  #key = '';
  #section: SectionReader | null = null;
  readonly #seen = new Set<string>();
  readonly #finished = new Set<string>();
  readonly #jscMarks = new Map<string, string>();
  readonly #onSectionEnd: OnSectionEnd | undefined;
  /** Place in the file where the section under way begins. */
  #sectionStart = 0;
  /** Place in the file of the next byte to be pushed. */
  #offset = 0;
  schema: Schema | null = null;
  nodeRecords = 0;
  /** Whether each node record stands on a line of its own. */
  hasLines = false;

  /** @param kernel reads the sections that it knows faster; null: plain script does it all */
  constructor(sink: SnapshotSink, kernel: Kernel | null = null, onSectionEnd?: OnSectionEnd) {
    this.#sink = sink;
    this.#onSectionEnd = onSectionEnd;
    this.#kernel = kernel;
  }

  /** The key of the section being read, or '' between sections. */
  get section(): string {
    return this.#section ? this.#key : '';
  }

  hasFinished(section: string): boolean {
    return this.#finished.has(section);
  }

  /** Takes the next bytes. Returns null, or a hand-over: then this scanner has done its part. */
  push(chunk: Uint8Array): HandOver | null {
    let at = 0;
    try {
      while (at < chunk.length) at = this.#section ? this.#readSection(chunk, at) : this.#step(chunk, at);
    } catch (error) {
      if (error instanceof LayoutMismatch) return this.#handOver(error);
      throw error;
    }
    this.#offset += chunk.length;
    return null;
  }

  /** Leaves the section under way unread, and goes on right behind its end, which is at byte `offset`. */
  skipSection(offset: number): void {
    this.skipSections([this.#key], offset);
  }

  /** Goes on at byte `offset`, right behind the last of the sections named, which others have read. */
  skipSections(sections: readonly string[], offset: number): void {
    this.#offset = offset;
    for (const section of sections) {
      this.#seen.add(section);
      this.#finished.add(section);
    }
    this.#section = null;
    this.#expected = 'a comma or "}"';
  }

  /**
   * In place of end(), where what there is of a cut file is wanted: gives it to the sink, and tells where the file is cut. Null
   * where it is not cut, or so early that there are no nodes.
   */
  salvage(): string | null {
    if (this.#expected === 'nothing' || !this.schema || !this.#hasNodes() || !this.#sink.cut) return null;
    const message = this.#cutPlace();
    this.#section?.cut?.();
    if (this.#section && this.#key === 'nodes') {
      this.nodeRecords = this.#section.records;
      this.hasLines = this.#section.hasLines ?? false;
    }
    this.#sink.cut(this.#finished);
    const hasStrings = this.#finished.has('strings') || (this.#section !== null && this.#key === 'strings');
    if (!hasStrings) this.#sink.wantedStrings();
    return message;
  }

  #hasNodes(): boolean {
    return this.#finished.has('nodes') || (this.#section !== null && this.#key === 'nodes');
  }

  /** To be called after the last byte. @throws HeapstatError when the file is not complete. */
  end(): void {
    if (this.#offset === 0) throw invalidSnapshot('the file is empty');
    if (this.#expected === 'the opening brace') throw invalidSnapshot('the file holds nothing but white space');
    if (this.#expected === 'nothing') {
      checkSections(this.#seen);
      return;
    }
    throw invalidSnapshot(this.#cutMessage());
  }

  #cutPlace(): string {
    const place = this.#section
      ? `inside the "${this.#key}" section`
      : `where ${this.#expected === 'in key' ? 'a key' : this.#expected} should follow`;
    return `it ends at byte ${this.#offset} ${place}`;
  }

  #cutMessage(): string {
    const schema = this.schema;
    const nodes = this.#key === 'nodes' && this.#section ? this.#section.records : this.nodeRecords;
    const declared = schema?.declaredNodeCount
      ? `; ${nodes} of the ${schema.declaredNodeCount} nodes that the header declares are there`
      : '';
    return `the file is cut: ${this.#cutPlace()}${declared}${this.#hasNodes() ? SALVAGE_HINT : ''}. Was the copy, or the process that wrote it, interrupted?`;
  }

  #readSection(chunk: Uint8Array, start: number): number {
    const section = this.#section!;
    const at = section.push(chunk, start, this.#offset);
    if (at < 0) return chunk.length;
    this.#endSection(section, this.#offset + at);
    return at;
  }

  /** Goes on at byte `offset`, inside the section under way or behind its end: others gave its reader what is before. */
  goOnAt(offset: number, isEnd: boolean): void {
    if (isEnd) this.#endSection(this.#section!, offset);
    this.#offset = offset;
  }

  #endSection(section: SectionReader, end: number): void {
    this.#finished.add(this.#key);
    this.#onSectionEnd?.(this.#key, end - this.#sectionStart);
    if (this.#key === 'snapshot') {
      this.schema = parseSchema(parseHeader((section as JsonSkipper).text()));
      this.#sink.schema(this.schema);
    } else if (this.#key === 'nodes') {
      this.nodeRecords = section.records;
      this.hasLines = section.hasLines ?? false;
    } else if (this.#key === 'strings') this.#sink.stringCount(section.records);
    else if (this.#isJscMark()) this.#jscMarks.set(this.#key, (section as JsonSkipper).text());
    this.#section = null;
    this.#expected = 'a comma or "}"';
  }

  /** One byte outside the sections. */
  #step(chunk: Uint8Array, at: number): number {
    const byte = chunk[at]!;
    if (this.#expected === 'in key') {
      if (byte === QUOTE) this.#endKey();
      else if (byte === BACKSLASH || byte < 32 || this.#key.length >= MAX_KEY) throw this.#unexpected(byte, at);
      else this.#key += String.fromCharCode(byte);
      return at + 1;
    }
    if (isJsonSpace(byte)) return at + 1;
    switch (this.#expected) {
      case 'the opening brace':
        if (this.#offset + at === BYTE_ORDER_MARK.indexOf(byte)) break;
        if (byte !== OPENING_BRACE)
          throw invalidSnapshot(`no heap snapshot: it starts with ${quoteStart(chunk, at)}, not with "{"`);
        this.#expected = 'a key or "}"';
        break;
      case 'a key':
      case 'a key or "}"':
        if (byte === CLOSING_BRACE && this.#expected === 'a key or "}"') this.#expected = 'nothing';
        else if (byte !== QUOTE) throw this.#unexpected(byte, at);
        else {
          this.#key = '';
          this.#expected = 'in key';
        }
        break;
      case 'a colon':
        if (byte !== COLON) throw this.#unexpected(byte, at);
        this.#expected = 'a value';
        break;
      case 'a value':
        this.#sectionStart = this.#offset + at;
        this.#section = this.#openSection(chunk, at);
        return byte === OPENING_BRACKET && !(this.#section instanceof JsonSkipper) ? at + 1 : at;
      case 'a comma or "}"':
        if (byte === COMMA) this.#expected = 'a key';
        else if (byte === CLOSING_BRACE) this.#expected = 'nothing';
        else throw this.#unexpected(byte, at);
        break;
      case 'nothing':
        throw this.#unexpected(byte, at);
    }
    return at + 1;
  }

  #endKey(): void {
    if (this.#seen.has(this.#key)) throw invalidSnapshot(`the section "${this.#key}" occurs twice`);
    this.#seen.add(this.#key);
    this.#expected = 'a colon';
  }

  /** The reader for the value that starts at chunk[at]; its opening bracket is taken from it, unless it is a JsonSkipper. */
  #openSection(chunk: Uint8Array, at: number): SectionReader {
    const key = this.#key;
    const schema = this.schema;
    if (key === 'snapshot') return new JsonSkipper(true);
    const sink = this.#sink;
    const isRead = key === 'nodes' || key === 'edges' || key === 'strings' || (key === 'locations' && sink.locations);
    if (!schema && JSC_STRING_SECTIONS.has(key))
      throw new LayoutMismatch(`"${key}", which is JavaScriptCore's`, this.#offset + at, chunk.slice(at));
    if (!isRead) return new (sink.checksAll ? JsonChecker : JsonSkipper)(this.#isJscMark());
    const before = NEEDED_BEFORE[key];
    const missing = before.find((section) => !this.#finished.has(section));
    if (!schema || missing || chunk[at] !== OPENING_BRACKET)
      throw new LayoutMismatch(
        missing ? `"${key}" stands before "${missing}"` : `"${key}" is no array`,
        this.#offset + at,
        chunk.slice(at),
      );
    switch (key) {
      case 'nodes':
        return (
          sink.nodeSection?.(this.#kernel) ??
          new NumberSection(key, schema.nodeStride, (values, n) => sink.nodes(values, n))
        );
      case 'edges':
        return sink.edges
          ? (sink.edgeSection?.(this.#kernel) ??
              new NumberSection(
                key,
                schema.edgeStride,
                (values, n) => sink.edges!(values, n),
                schema.edgeNameOffset, // negative from 2^31 on, since Node 24
              ))
          : new FlatArraySkipper();
      case 'locations':
        return schema.locationStride > 0
          ? (sink.locationSection?.(this.#kernel) ??
              new NumberSection(key, schema.locationStride, (values, n) => sink.locations!(values, n)))
          : new FlatArraySkipper();
      case 'strings':
        return sink.stringSection?.(this.#kernel) ?? this.#wantedStrings();
    }
  }

  /** A section in front of the header that tells which version of JavaScriptCore's format it is, if it is that. */
  #isJscMark(): boolean {
    return this.schema === null && (this.#key === 'version' || this.#key === 'type');
  }

  #wantedStrings(): SectionReader {
    const wanted = this.#sink.wantedStrings();
    if (wanted === 'all') throw new Error('a sink that wants all strings has to bring its stringSection');
    const take = (index: number, text: string): void => this.#sink.string(index, text);
    return this.#kernel ? new KernelStrings(this.#kernel, wanted, take) : new StringSection(wanted, take);
  }

  #handOver(mismatch: LayoutMismatch): HandOver {
    const inside = this.#section !== null;
    const hasStandIn = inside && this.#section!.records > 0;
    return {
      reason: mismatch.message,
      prefix: `{"${this.#key}":${inside ? '[' : ''}${hasStandIn ? '0,' : ''}`,
      hasStandIn,
      rest: mismatch.rest,
      finished: this.#finished,
      jscMarks: this.#jscMarks,
      schema: this.schema,
      nodeRecords: inside && this.#key === 'nodes' ? this.#section!.records : this.nodeRecords,
    };
  }

  #unexpected(byte: number, at: number): Error {
    const found = describeByte(byte);
    const place = this.#expected === 'in key' ? `a section's name` : this.#expected;
    return invalidSnapshot(
      `no sound JSON: ${found} at byte ${this.#offset + at}, where ${place} should stand${this.#key ? ` (after "${this.#key}")` : ''}`,
    );
  }
}

/** What a cut file's error says that can be done. */
export const SALVAGE_HINT = ' (heapstat summary --salvage reads what is there)';

/** What must have been read before a section can be. */
const NEEDED_BEFORE = {
  nodes: ['snapshot'],
  edges: ['snapshot', 'nodes'],
  locations: ['snapshot', 'nodes'],
  strings: ['snapshot', 'nodes', 'edges'],
} as const;

/** @throws HeapstatError when a section that every snapshot has was not there. */
export function checkSections(seen: ReadonlySet<string>): void {
  const missing = ['snapshot', 'nodes', 'edges', 'strings'].filter((section) => !seen.has(section));
  if (missing.length === 0) return;
  const found =
    [...seen]
      .slice(0, 8)
      .map((key) => JSON.stringify(key))
      .join(', ') || 'nothing';
  throw invalidSnapshot(`no heap snapshot: it is JSON, but has no "${missing[0]}" section (it has ${found})`);
}

function quoteStart(chunk: Uint8Array, at: number): string {
  return JSON.stringify(Buffer.from(chunk.subarray(at, at + 16)).toString('latin1'));
}
