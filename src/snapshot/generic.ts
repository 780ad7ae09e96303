import { getManyValues, isMany, none } from 'stream-chain/defs.js';
import Assembler from 'stream-json/assembler.js';
import { jsonParser, type Token } from 'stream-json/core/parser.js';
import { type HeapstatError, invalidSnapshot } from '../errors.js';
import { checkSections, type HandOver } from './scanner.js';
import { parseSchema, type Schema } from './schema.js';
import type { SnapshotSink } from './sink.js';

/** Bytes given to the parser at once: its errors carry no place, so this is how exactly they can be told. */
const PIECE = 4096;
const BATCH_NUMBERS = 8192;

/** Numbers of a section whose turn has not come: kept until the end. */
class HeldNumbers {
  readonly batches: Float64Array[] = [];
  #used = BATCH_NUMBERS;

  add(value: number): void {
    if (this.#used === BATCH_NUMBERS) {
      this.batches.push(new Float64Array(BATCH_NUMBERS));
      this.#used = 0;
    }
    this.batches.at(-1)![this.#used++] = value;
  }

  *values(): Iterable<number> {
    for (const batch of this.batches) yield* batch === this.batches.at(-1) ? batch.subarray(0, this.#used) : batch;
  }
}

/** Numbers on their way to the sink, whole records at a time. */
class RecordBatch {
  readonly #section: string;
  readonly #stride: number;
  readonly #take: (values: Float64Array, records: number) => void;
  readonly #values: Float64Array;
  #filled = 0;
  records: number;

  constructor(section: string, stride: number, taken: number, take: (values: Float64Array, records: number) => void) {
    this.#section = section;
    this.#stride = stride;
    this.#take = take;
    this.#values = new Float64Array(Math.max(1, Math.floor(BATCH_NUMBERS / stride)) * stride);
    this.records = taken;
  }

  add(value: number): void {
    this.#values[this.#filled++] = value;
    if (this.#filled === this.#values.length) this.#flush();
  }

  end(): void {
    const left = this.#filled % this.#stride;
    if (left > 0)
      throw invalidSnapshot(
        `the "${this.#section}" section ends inside record ${this.records + Math.floor(this.#filled / this.#stride)}: it has ${left} of ${this.#stride} fields`,
      );
    this.#flush();
  }

  #flush(): void {
    const records = this.#filled / this.#stride;
    if (records > 0) this.#take(this.#values, records);
    this.records += records;
    this.#filled = 0;
  }
}

/**
 * Reads any JSON of a snapshot's shape, by stream-json: re-indented, sections in any order, numbers in any notation.
 * Slow (5 to 20 MB/s). Goes on where the scanner of V8's layout gave up, with the same sink.
 * What comes before it can be used (nodes before the header, strings before the nodes) is held in memory.
 */
export class GenericReader {
  readonly #sink: SnapshotSink;
  readonly #parse = jsonParser({ streamValues: false, packValues: true });
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #reason: string;
  readonly #seen: Set<string>;
  readonly #finished: Set<string>;
  #schema: Schema | null;
  #header: Assembler | null = null;
  /** Open brackets and braces. */
  #depth = 0;
  #key = '';
  #batch: RecordBatch | null = null;
  #held: HeldNumbers | null = null;
  readonly #heldNumbers = new Map<string, HeldNumbers>();
  #heldStrings: string[] | null = null;
  #wanted: Uint32Array | 'all' | null = null;
  #nextWanted = 0;
  #strings = 0;
  #bytes: number;
  nodeRecords: number;
  /** The next number is the hand-over's stand-in. */
  #skipsNumber: boolean;
  /** Integers over 2^53, which float64 rounds. */
  roundedNumbers = 0;

  /** @param offset place in the file of the first byte of handOver.rest */
  constructor(sink: SnapshotSink, handOver: HandOver, offset: number) {
    this.#sink = sink;
    this.#reason = handOver.reason;
    this.#schema = handOver.schema;
    this.#finished = new Set(handOver.finished);
    this.#seen = new Set(handOver.finished);
    this.nodeRecords = handOver.nodeRecords;
    this.#skipsNumber = handOver.hasStandIn;
    this.#bytes = offset;
    this.#feed(handOver.prefix, 0);
    this.push(handOver.rest);
  }

  get schema(): Schema | null {
    return this.#schema;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      this.#feed(this.#decoder.decode(piece, { stream: true }), piece.length);
      this.#bytes += piece.length;
    }
  }

  end(): void {
    this.#feed(this.#decoder.decode(), 0);
    try {
      this.#feed(none, 0);
    } catch (error) {
      // What the parser could not yet judge: a number or a word that goes on, or half of one.
      if (this.#depth === 0) throw error;
      throw this.#cut('cut or damaged', error);
    }
    if (this.#depth > 0) throw this.#cut('cut');
    checkSections(this.#seen);
    this.#takeHeld();
    this.#sink.stringCount(this.#strings);
  }

  #cut(what: string, cause?: unknown): HeapstatError {
    return invalidSnapshot(`the file is ${what}: it ends at byte ${this.#bytes}, ${this.#place()}`, cause);
  }

  #place(): string {
    return this.#key === '' ? 'near the start' : `in or after the "${this.#key}" section`;
  }

  /** @param bytes of how many the text was made, for messages */
  #feed(text: string | typeof none, bytes: number): void {
    let result;
    try {
      result = this.#parse(text as string);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw invalidSnapshot(
        `no sound JSON at about byte ${this.#bytes + bytes}, ${this.#place()} (${why}; V8's own layout was left at ${this.#reason})`,
        error,
      );
    }
    if (isMany(result)) for (const token of getManyValues(result)) this.#token(token);
  }

  #token(token: Token): void {
    if (this.#header) {
      this.#headerToken(token);
      return;
    }
    if (this.#depth === 1 && 'value' in token && token.name !== 'keyValue') {
      if (SECTIONS.has(this.#key))
        throw invalidSnapshot(`the "${this.#key}" section is no array, near byte ${this.#bytes}`);
      if (this.#key === 'snapshot') parseSchema(token.value); // throws: it is no object
    }
    switch (token.name) {
      case 'keyValue':
        if (this.#depth === 1) this.#begin(token.value);
        break;
      case 'startObject':
      case 'startArray':
        this.#open(token);
        break;
      case 'endObject':
      case 'endArray':
        this.#depth--;
        if (this.#depth === 1) this.#finish();
        break;
      case 'numberValue':
        if (this.#batch || this.#held) this.#number(token.value);
        else if (this.#key === 'strings' && this.#depth === 2) throw this.#notA('string');
        break;
      case 'stringValue':
        if (this.#key === 'strings' && this.#depth === 2) this.#string(token.value);
        else if (this.#batch || this.#held) throw this.#notA('number');
        break;
      default:
        if (this.#batch || this.#held) throw this.#notA('number');
        if (this.#key === 'strings' && this.#depth === 2) throw this.#notA('string');
    }
  }

  #notA(kind: string): HeapstatError {
    const what = `the "${this.#key}" section holds something that is no ${kind}, near byte ${this.#bytes}`;
    return invalidSnapshot(this.#schema ? what : `no heap snapshot, as far as it was read: ${what}`);
  }

  #begin(key: string): void {
    if (this.#seen.has(key)) throw invalidSnapshot(`the section "${key}" occurs twice`);
    this.#seen.add(key);
    this.#key = key;
  }

  #open(token: Token): void {
    this.#depth++;
    if (this.#depth === 1) {
      if (token.name === 'startArray') throw invalidSnapshot('no heap snapshot: it is a JSON array, not an object');
      return;
    }
    if (this.#depth === 2) {
      if (this.#key === 'snapshot') {
        this.#header = new Assembler();
        this.#headerToken(token);
      } else if (SECTIONS.has(this.#key)) {
        if (token.name !== 'startArray') throw invalidSnapshot(`the "${this.#key}" section is no array`);
        this.#beginArray();
      }
    } else if (this.#batch || this.#held) throw this.#notA('number');
    else if (this.#key === 'strings') throw this.#notA('string');
  }

  #headerToken(token: Token): void {
    const header = this.#header!;
    header.consume(token);
    if (header.depth > 0) return;
    this.#header = null;
    this.#depth = 1;
    this.#schema = parseSchema(header.current);
    this.#sink.schema(this.#schema);
    this.#finish();
  }

  #beginArray(): void {
    const key = this.#key;
    if (key === 'strings') {
      if (this.#finished.has('nodes') && this.#finished.has('edges')) this.#wanted = this.#sink.wantedStrings();
      else this.#heldStrings = [];
      return;
    }
    if (key !== 'nodes' && !this.#takes(key)) return;
    const isNext = this.#schema && (key === 'nodes' || this.#finished.has('nodes'));
    if (isNext) this.#batch = this.#newBatch(key);
    else {
      this.#held = new HeldNumbers();
      this.#heldNumbers.set(key, this.#held);
    }
  }

  #takes(key: string): boolean {
    return key === 'edges' ? this.#sink.edges !== undefined : this.#sink.locations !== undefined;
  }

  #newBatch(key: string): RecordBatch {
    const sink = this.#sink;
    const schema = this.#schema!;
    if (key === 'nodes')
      return new RecordBatch(key, schema.nodeStride, this.nodeRecords, (values, n) => sink.nodes(values, n));
    if (key === 'edges') return new RecordBatch(key, schema.edgeStride, 0, (values, n) => sink.edges?.(values, n));
    const { locationStride } = schema;
    if (locationStride === 0) return new RecordBatch(key, 1, 0, () => {});
    return new RecordBatch(key, locationStride, 0, (values, n) => sink.locations?.(values, n));
  }

  #finish(): void {
    if (this.#batch) {
      this.#batch.end();
      if (this.#key === 'nodes') this.nodeRecords = this.#batch.records;
      this.#batch = null;
    }
    // Held sections are not finished: what depends on them has to be held too.
    const isHeld = this.#held !== null || (this.#key === 'strings' && this.#heldStrings !== null);
    if (!isHeld) this.#finished.add(this.#key);
    this.#held = null;
  }

  #number(text: string): void {
    if (this.#skipsNumber) {
      this.#skipsNumber = false;
      return;
    }
    const value = Number(text);
    if (!Number.isFinite(value))
      throw invalidSnapshot(`the number ${text.slice(0, 40)} in "${this.#key}" is too large`);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) this.roundedNumbers++;
    if (this.#batch) this.#batch.add(value);
    else this.#held!.add(value);
  }

  #string(text: string): void {
    if (this.#heldStrings) this.#heldStrings.push(text);
    else if (this.#wanted === 'all') this.#sink.string(this.#strings, text);
    else if (this.#wanted![this.#nextWanted] === this.#strings) {
      this.#nextWanted++;
      this.#sink.string(this.#strings, text);
    }
    this.#strings++;
  }

  /** At the end: gives the sink what came before its turn, in the order that it expects. */
  #takeHeld(): void {
    for (const key of ['nodes', 'edges', 'locations']) {
      const held = this.#heldNumbers.get(key);
      if (!held) continue;
      const batch = this.#newBatch(key);
      for (const value of held.values()) batch.add(value);
      batch.end();
      if (key === 'nodes') this.nodeRecords = batch.records;
    }
    if (!this.#heldStrings) return;
    const wanted = this.#sink.wantedStrings();
    for (const index of wanted === 'all' ? this.#heldStrings.keys() : wanted) {
      const text = this.#heldStrings[index];
      if (text !== undefined) this.#sink.string(index, text);
    }
  }
}

const SECTIONS: ReadonlySet<string> = new Set(['nodes', 'edges', 'locations', 'strings']);
