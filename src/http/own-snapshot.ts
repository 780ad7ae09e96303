import type { Readable } from 'node:stream';
import { getHeapSnapshot } from 'node:v8';
import { command, isListening, openSession } from './inspector.js';

/**
 * A snapshot of this very process: taken by the constructor, in which the process stands still. Its text comes from V8 in
 * one go too, faster than anyone could wait for each part: Node's stream would keep all of it in memory until it is read.
 */
export class OwnSnapshot {
  readonly #stream: Readable;

  constructor(stream: Readable = getHeapSnapshot()) {
    this.#stream = stream;
  }

  /**
   * Hands each part of the text over while V8 writes it, so that none has to be kept. Not to be called twice.
   * @throws what `take` throws, once V8 is done
   */
  async writeTo(take: (chunk: Uint8Array) => void): Promise<void> {
    const stream = this.#stream;
    let failure: { readonly error: unknown } | null = null;
    let tellEnd: () => void;
    const end = new Promise<void>((resolve) => {
      tellEnd = resolve;
    });
    // V8 calls it and cannot be stopped: no error may go up through it.
    stream.push = (chunk: Uint8Array | null): boolean => {
      try {
        if (chunk === null) tellEnd();
        else if (!failure) take(chunk);
      } catch (error) {
        failure = { error };
      }
      return true;
    };
    stream.read(0);
    if (stream.readableLength === 0) await end;
    // A Node that fills the stream by other ways: then it is read as any other.
    else for await (const chunk of stream as AsyncIterable<Uint8Array>) take(chunk);
    stream.destroy();
    if (failure) throw (failure as { readonly error: unknown }).error;
  }

  /** It is not wanted any more. */
  discard(): void {
    this.#stream.destroy();
  }
}

/**
 * Lets V8 forget the ids that it has given to objects. With a snapshot it begins to follow each object that the garbage
 * collector moves, so that it has the same id in the next, and never ends: measured on Node 20, code that makes many objects
 * and keeps them for a while takes four times as long from then on. Nothing is done where a debugger may be attached, which
 * may rely on the ids, and where the inspector is not to be had.
 */
export async function forgetIds(): Promise<void> {
  const session = await openSession();
  if (session === null) return;
  try {
    if (await isListening()) return;
    command(session, 'HeapProfiler.enable');
    command(session, 'HeapProfiler.disable');
  } finally {
    session.disconnect();
  }
}
