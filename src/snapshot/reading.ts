import { invalidSnapshot } from '../errors.js';
import { findNumbersEnd } from './find-section-end.js';
import type { GenericReader } from './generic.js';
import { type Kernel, loadKernel } from './kernel/load.js';
import type { ReadOptions, ReadReport } from './read.js';
import { type HandOver, SnapshotScanner } from './scanner.js';
import type { Schema } from './schema.js';
import type { SharedNodes, SnapshotSink } from './sink.js';
import type { PlainFile } from './source-file.js';
import { labelOf } from './source-name.js';

/** Bytes per read of a file, where there is no kernel with an input area of its own. */
const READ_SIZE = 1 << 20;
/** Bytes of nodes from which on a second thread pays: while it starts, the first takes some 60 MB. */
const NODES_WORTH_A_THREAD = 120_000_000;
/** Bytes that the general reader takes before it is said that it is slow, or at the file's end. A small file that turns out to be no snapshot at all gets one message, not two. */
const TELL_SLOW_AFTER = 1 << 20;

/** A snapshot that is being read: by the scanner, and from where that does not understand it by the general reader. */
export class Reading {
  readonly #name: string;
  readonly #sink: SnapshotSink;
  readonly #options: ReadOptions;
  readonly #kernel: Kernel | null;
  readonly #scanner: SnapshotScanner;
  #generic: GenericReader | null = null;
  #section = '';
  /** Why reading has become slow, until it is told. */
  #slowBecause: string | null = null;
  #slowFrom = 0;
  /** Bytes of the (unpacked) file passed so far. */
  #bytes = 0;

  constructor(name: string, sink: SnapshotSink, options: ReadOptions) {
    this.#name = name;
    this.#sink = sink;
    this.#options = options;
    if (options.salvage) this.#kernel = null;
    else this.#kernel = options.kernel === undefined ? loadKernel({ simd: options.simd ?? true }) : options.kernel;
    this.#scanner = new SnapshotScanner(sink, this.#kernel, options.onSectionEnd);
  }

  /** Memory that chunks are best read into. */
  get buffer(): Uint8Array | undefined {
    return this.#kernel?.input;
  }

  /** The sink wants no more. */
  get isSatisfied(): boolean {
    return this.#sink.isNodesOnly === true && this.#scanner.hasFinished('nodes');
  }

  async readFile(file: PlainFile): Promise<void> {
    const { onProgress, threads, smallFiles = false } = this.#options;
    let shared: SharedNodes | null = null;
    try {
      // Reads into memory that starts on a page, at places that do, are faster.
      const buffer = this.buffer ?? new Uint8Array(READ_SIZE);
      let mayJump = this.#sink.edges === undefined;
      const least = smallFiles ? 0 : NODES_WORTH_A_THREAD;
      let mayShare = threads === 2 && file.size >= least;
      for (;;) {
        if (shared && !shared.mayRead(this.#bytes)) {
          const { isComplete, place } = await shared.finish(this.#bytes);
          await shared.close();
          shared = null;
          this.#bytes = place;
          this.#scanner.goOnAt(place, isComplete);
        }
        const room = buffer.length - (this.#bytes % buffer.length);
        const length = file.read(buffer.subarray(0, room), this.#bytes);
        if (length === 0) break;
        await this.push(buffer.subarray(0, length));
        onProgress?.(this.#bytes, file.size);
        if (this.isSatisfied) break;
        const section = this.#generic ? '' : this.#scanner.section;
        if (mayShare && section === 'nodes') {
          mayShare = false;
          shared = (await this.#sink.shareNodes?.(file, this.#bytes, least)) ?? null;
        } else if (shared && section !== 'nodes') {
          await shared.close();
          shared = null;
        }
        if (mayJump && section === 'edges') {
          mayJump = false;
          const end = findNumbersEnd(file, this.#bytes);
          if (end < 0) continue;
          this.#scanner.skipSection(end);
          this.#bytes = end;
        }
      }
      file.checkUnchanged();
    } finally {
      await shared?.close();
      file.close();
    }
  }

  async push(chunk: Uint8Array): Promise<void> {
    const handOver = this.#scan(chunk);
    if (handOver) {
      // Loaded only when needed: a plain file does not wait for stream-json.
      const { GenericReader: Reader } = await import('./generic.js');
      this.#goOn(Reader, handOver, chunk);
    }
    this.#passed(chunk);
  }

  /** As push(), at once. */
  pushNow(chunk: Uint8Array, Reader: typeof GenericReader): void {
    const handOver = this.#scan(chunk);
    if (handOver) this.#goOn(Reader, handOver, chunk);
    this.#passed(chunk);
  }

  /** What the general reader has to go on from, if it has to. */
  #scan(chunk: Uint8Array): HandOver | null {
    if (this.#generic) {
      this.#generic.push(chunk);
      if (this.#bytes - this.#slowFrom > TELL_SLOW_AFTER) this.#tellSlow();
      return null;
    }
    const { generalReaderOnly } = this.#options;
    const handOver = generalReaderOnly ? { ...FROM_START, rest: chunk } : this.#scanner.push(chunk);
    if (!handOver) return null;
    if (!generalReaderOnly) this.#slowBecause = handOver.reason;
    this.#slowFrom = this.#bytes;
    return handOver;
  }

  #goOn(Reader: typeof GenericReader, handOver: HandOver, chunk: Uint8Array): void {
    const place = this.#bytes + chunk.length - handOver.rest.length;
    this.#generic = new Reader(this.#sink, handOver, place, this.#options.onSectionEnd);
  }

  #passed(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    const { onSection } = this.#options;
    if (onSection && this.#scanner.section !== this.#section) {
      this.#section = this.#scanner.section;
      onSection(this.#section || 'between sections');
    }
  }

  #tellSlow(): void {
    if (this.#slowBecause === null) return;
    this.#options.onWarning?.(
      `${labelOf({ name: this.#name })} is not in V8's own layout (${this.#slowBecause}); read by the general reader, at about 10 MB/s`,
    );
    this.#slowBecause = null;
  }

  end(): ReadReport {
    const reader = this.#generic ?? this.#scanner;
    // A sink that has what it wanted left the rest of a whole file unread: that is no cut.
    const isSatisfied = this.isSatisfied;
    const cut = this.#options.salvage && !isSatisfied ? reader.salvage() : null;
    if (cut === null && !isSatisfied) reader.end();
    if (reader.schema?.format !== 'JavaScriptCore') this.#tellSlow();
    if (!reader.schema) throw invalidSnapshot('the file has no header');
    const rounded = this.#generic?.roundedNumbers ?? 0;
    const warnings: string[] = [];
    if (cut !== null)
      warnings.push(
        `the file is cut: ${cut}. What follows is of the part that is there: ${partText(reader.nodeRecords, reader.schema)}`,
      );
    if (rounded > 0)
      warnings.push(`${rounded} numbers are larger than 2^53 and were rounded: sizes and ids may be off`);
    if (reader.schema.format === 'JavaScriptCore')
      warnings.push(
        'a JavaScriptCore snapshot, converted: what V8 calls types is told by the names of classes, and texts of strings are not in it',
      );
    return {
      schema: reader.schema,
      bytes: this.#bytes,
      nodeRecords: reader.nodeRecords,
      hasLines: this.#scanner.hasLines,
      cut,
      warnings,
    };
  }
}

function partText(nodes: number, { declaredNodeCount }: Schema): string {
  return declaredNodeCount === 0 ? `${nodes} nodes` : `${nodes} of ${declaredNodeCount} nodes`;
}

const FROM_START = {
  reason: 'its start',
  prefix: '',
  hasStandIn: false,
  finished: new Set<string>(),
  jscMarks: new Map<string, string>(),
  schema: null,
  nodeRecords: 0,
};
