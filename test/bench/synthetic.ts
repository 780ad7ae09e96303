import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A snapshot of any size: copies of a real heap side by side under the first one's root. The same options give the same bytes. */
export interface SyntheticOptions {
  /** About how large the file is to be. */
  readonly bytes: number;
  /** A newline behind each record, as Node up to 22 writes it; without, as Node 24 and Chrome do. */
  readonly lines?: boolean;
  /** Added to every id: 2 ** 32 and more make them wide. Even. */
  readonly idBase?: number;
  /** Gives every n-th node a self size above 2^32; 0: none. */
  readonly wideSizeEvery?: number;
  /** Leaves out every n-th node's id and takes a new one instead, so that two files differ; 0: none. */
  readonly renewIdEvery?: number;
  /** The fixture whose heap is copied; a file cannot be smaller than that. */
  readonly template?: string;
}

export interface SyntheticSnapshot {
  readonly nodes: number;
  readonly edges: number;
  readonly strings: number;
  readonly bytes: number;
  /** Sum of the self sizes. */
  readonly selfSize: number;
}

interface Template {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]]; edge_types: [string[]] } } & Record<
    string,
    unknown
  >;
  nodes: number[];
  edges: number[];
  locations: number[];
  strings: string[];
}

const FIXTURES = new URL('../../fixtures/snapshots/', import.meta.url);
const BUFFER = 1 << 22;

/** Writes bytes and decimal numbers through one buffer. */
class Output {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER);
  #at = 0;
  written = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'w');
  }

  number(value: number): void {
    const buffer = this.#buffer;
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    let rest = value;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      const tens = rest < 0x7fffffff ? (rest / 10) | 0 : Math.floor(rest / 10);
      buffer[at] = 48 + (rest - tens * 10);
      rest = tens;
    }
    this.#at += digits;
  }

  byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.flush();
    writeSync(this.#fd, bytes);
    this.written += bytes.length;
  }

  /** To be called often enough: the buffer holds 4 MiB. */
  spill(): void {
    if (this.#at > BUFFER - 65536) this.flush();
  }

  flush(): void {
    if (this.#at === 0) return;
    writeSync(this.#fd, this.#buffer, 0, this.#at);
    this.written += this.#at;
    this.#at = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

export function writeSynthetic(path: string, options: SyntheticOptions): SyntheticSnapshot {
  const { lines = false, idBase = 0, wideSizeEvery = 0, renewIdEvery = 0, template: fixture = 'node26' } = options;
  const raw = gunzipSync(readFileSync(new URL(`${fixture}.heapsnapshot.gz`, FIXTURES)));
  const template = JSON.parse(raw.toString()) as Template;
  const { nodes, edges, locations, strings } = template;
  const stride = template.snapshot.meta.node_fields.length;
  const types = template.snapshot.meta.node_types[0];
  const edgeTypes = template.snapshot.meta.edge_types[0];
  const isIndex = edgeTypes.map((type) => type === 'element' || type === 'hidden');
  const count = nodes.length / stride;
  const copies = Math.max(1, Math.round(options.bytes / raw.length));
  const highestId = nodes.reduce(
    (most, value, at) => (at % stride === 2 && value < 2 ** 24 && value > most ? value : most),
    0,
  );
  const idSpan = highestId + 2 - (highestId % 2);

  // Text that only strings hold is new in every copy; names of classes and properties are shared.
  const shared = new Uint8Array(strings.length);
  for (let at = 0; at < nodes.length; at += stride)
    if (!types[nodes[at]!]!.includes('string')) shared[nodes[at + 1]!] = 1;
  for (let at = 0; at < edges.length; at += 3) if (isIndex[edges[at]!] === false) shared[edges[at + 1]!] = 1;
  const ordinal = new Uint32Array(strings.length);
  let own = 0;
  for (let index = 0; index < strings.length; index++) if (shared[index] === 0) ordinal[index] = own++;
  const nameIn = (copy: number, index: number): number =>
    copy === 0 || shared[index] === 1 ? index : strings.length + (copy - 1) * own + ordinal[index]!;

  const rootEdges = nodes[4]! + copies - 1;
  const output = new Output(path);
  const nodeCount = count * copies;
  const edgeCount = (edges.length / 3) * copies + copies - 1;
  const { snapshot } = template;
  output.text(
    `{"snapshot":${JSON.stringify({ ...snapshot, node_count: nodeCount, edge_count: edgeCount })},\n"nodes":[`,
  );
  let selfSize = 0;
  let first = true;
  const startRecord = (): void => {
    output.spill();
    if (!first) output.byte(44);
    first = false;
  };
  const endSection = (next: string): void => {
    output.text(`],\n${next}`);
    first = true;
  };

  let ordinalNode = 0;
  for (let copy = 0; copy < copies; copy++) {
    for (let at = 0; at < nodes.length; at += stride, ordinalNode++) {
      startRecord();
      const wide = wideSizeEvery > 0 && ordinalNode % wideSizeEvery === wideSizeEvery - 1;
      const renewed = renewIdEvery > 0 && ordinalNode % renewIdEvery === renewIdEvery - 1;
      const id = nodes[at + 2]!;
      const size = nodes[at + 3]! + (wide ? 2 ** 32 : 0);
      selfSize += size;
      output.number(nodes[at]!);
      output.byte(44);
      output.number(nameIn(copy, nodes[at + 1]!));
      output.byte(44);
      output.number(idBase + id + (renewed ? copies : copy) * idSpan + (renewed ? copy * idSpan : 0));
      output.byte(44);
      output.number(size);
      output.byte(44);
      output.number(ordinalNode === 0 ? rootEdges : nodes[at + 4]!);
      for (let field = 5; field < stride; field++) {
        output.byte(44);
        output.number(nodes[at + field]!);
      }
      if (lines) output.byte(10);
    }
  }
  endSection('"edges":[');
  const edge = (type: number, name: number, target: number): void => {
    startRecord();
    output.number(type);
    output.byte(44);
    output.number(name);
    output.byte(44);
    output.number(target);
    if (lines) output.byte(10);
  };
  for (let copy = 0; copy < copies; copy++) {
    const shift = copy * nodes.length;
    let at = 0;
    if (copy === 0) {
      for (; at < nodes[4]! * 3; at += 3) edge(edges[at]!, edges[at + 1]!, edges[at + 2]!);
      for (let other = 1; other < copies; other++) edge(edgeTypes.indexOf('element'), other, other * nodes.length);
    }
    for (; at < edges.length; at += 3) edge(edges[at]!, edges[at + 1]!, edges[at + 2]! + shift);
  }
  endSection('"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[');
  for (let copy = 0; copy < copies; copy++) {
    for (let at = 0; at < locations.length; at += 4) {
      startRecord();
      output.number(locations[at]! + copy * nodes.length);
      for (let field = 1; field < 4; field++) {
        output.byte(44);
        output.number(locations[at + field]!);
      }
      if (lines) output.byte(10);
    }
  }
  endSection('"strings":[');
  const separator = lines ? ',\n' : ',';
  output.text(strings.map((text) => JSON.stringify(text)).join(separator));
  const ownTexts = strings.filter((_, index) => shared[index] === 0);
  for (let copy = 1; copy < copies; copy++) {
    output.text(ownTexts.map((text) => `${separator}${JSON.stringify(`${text} ${copy}`)}`).join(''));
  }
  output.text(']}');
  output.close();
  return {
    nodes: nodeCount,
    edges: edgeCount,
    strings: strings.length + (copies - 1) * own,
    bytes: output.written,
    selfSize,
  };
}
