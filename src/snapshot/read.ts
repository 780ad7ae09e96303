import type { Kernel } from './kernel/load.js';
import { Reading } from './reading.js';
import type { Schema } from './schema.js';
import type { OnSectionEnd, SnapshotSink } from './sink.js';
import type { OnProgress } from './chunk-options.js';
import type { SnapshotSource } from './source.js';
import { withSourceName } from './source-name.js';

/** What reading a snapshot told besides its contents. */
export interface ReadReport {
  readonly schema: Schema;
  /** Size of the snapshot's JSON, unpacked. */
  readonly bytes: number;
  readonly nodeRecords: number;
  /** Whether each node record stands on a line of its own; unknown, thus false, where the general reader read them. */
  readonly hasLines: boolean;
  /** Where the file is cut, where that is so and a part of it was wanted; else null. */
  readonly cut: string | null;
  /** Things the user should know of the numbers. One line each. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Told the source's name before it is read, each time. */
  readonly onFile?: ((name: string) => void) | undefined;
  /** Told while reading, where `warnings` come at the end: what makes the user wait. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** Told, at the first chunk's end, when the reading of another section has begun. */
  readonly onSection?: ((section: string) => void) | undefined;
  /** Told of each section when it has been read or passed over, with its size in bytes; null where the general reader read it. */
  readonly onSectionEnd?: OnSectionEnd | undefined;
  /** False: plain script, no WebAssembly. */
  readonly simd?: boolean | undefined;
  /** Kernels to use, and what they hold, instead of new ones; null: plain script. */
  readonly kernel?: Kernel | null | undefined;
  /** True: of a file that is cut, what is there is read (see ReadReport.cut), by plain script. Damage of another kind stays an error. */
  readonly salvage?: boolean | undefined;
  /** True: packed data that is cut is an error, though there may be a part of it to salvage. */
  readonly strictPacking?: boolean | undefined;
  /** 2: a second thread helps with a large plain file. */
  readonly threads?: 1 | 2 | undefined;
  /** For tests: files of any size are worth a thread. */
  readonly smallFiles?: boolean | undefined;
  /** Use only the general reader (stream-json). For tests. */
  readonly generalReaderOnly?: boolean;
}

/**
 * Reads a whole snapshot into `sink`: by the scanner of V8's layout, and from the first byte that this does not
 * understand by the general reader. Where the sink wants no edges and the source is a plain file, they are not read.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function readSnapshot(
  source: SnapshotSource,
  sink: SnapshotSink,
  options: ReadOptions = {},
): Promise<ReadReport> {
  options.onFile?.(source.name);
  const reading = new Reading(source.name, sink, options);
  try {
    const file = source.openFile?.() ?? null;
    if (file) await reading.readFile(file);
    else {
      const { onProgress, strictPacking } = options;
      const salvage = options.salvage && !strictPacking;
      for await (const chunk of source.chunks({ onProgress, buffer: reading.buffer, salvage })) {
        await reading.push(chunk);
        if (reading.isSatisfied) break;
      }
    }
    return reading.end();
  } catch (error) {
    throw withSourceName(error, source);
  }
}

/** A reader that takes chunks as they come, for a producer that waits for nobody. Each is read before push() returns. */
export interface PushReader {
  /** @throws HeapstatError INVALID_SNAPSHOT */
  push(chunk: Uint8Array): void;
  /** After the last chunk. @throws HeapstatError INVALID_SNAPSHOT */
  end(): ReadReport;
}

/** As readSnapshot(), of chunks that are pushed. @param name what messages call the snapshot */
export async function openPushReader(
  name: string,
  sink: SnapshotSink,
  options: Omit<ReadOptions, 'onProgress'> = {},
): Promise<PushReader> {
  // Loaded before it is known whether it is needed: then there is no time for that.
  const { GenericReader: Reader } = await import('./generic.js');
  const reading = new Reading(name, sink, options);
  const named = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw withSourceName(error, { name });
    }
  };
  return {
    push: (chunk) => named(() => reading.pushNow(chunk, Reader)),
    end: () => named(() => reading.end()),
  };
}
