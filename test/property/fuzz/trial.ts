import { ALL_SEEDS, type Random, type Seed, SMALL_SEEDS } from './seeds.js';
import { DAMAGES, spoil } from './damage.js';
import { Draft } from './draft.js';
import { seededRandom } from '../../helpers/random.js';

/** One input: a snapshot, damaged. */
export interface Trial {
  readonly kind: string;
  readonly seedName: string;
  readonly original: Buffer;
  readonly damaged: Buffer;
  /** What summaries and diffs read of it by design: header, nodes and strings, with no edges; null where these cannot be told apart. */
  readonly withoutEdges: Buffer | null;
  /** As damaged, but for what nobody reads: trace_tree, samples... and locations, where the header does not say what they are made of. */
  readonly withSoundRest: Buffer | null;
  /** What everybody reads, and nothing else: damage may make one section swallow the next ones. */
  readonly bare: Buffer | null;
  /** For choices to be made when it is tried. */
  readonly random: Random;
}

export const KINDS: readonly string[] = Object.keys(DAMAGES);

/** The same for the same numbers. @param isSmall only seeds of a few kB */
export function makeTrial(seed: number, index: number, isSmall: boolean): Trial {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  for (let warmUp = 0; warmUp < 4; warmUp++) random(2);
  const kind = KINDS[index % KINDS.length]!;
  const chosen = choose(isSmall ? SMALL_SEEDS : ALL_SEEDS, random);
  const original = chosen.read(random);
  const draft = new Draft(original);
  spoil(draft, kind, random);
  return {
    kind,
    seedName: chosen.name,
    original,
    damaged: draft.bytes,
    withoutEdges: sectionsOf(draft, ['snapshot', 'nodes', 'strings']),
    bare: sectionsOf(draft, ['snapshot', 'nodes', 'edges', 'strings']),
    withSoundRest: soundRest(draft),
    random,
  };
}

/** A snapshot of some of the draft's sections. */
function sectionsOf(draft: Draft, keys: readonly string[]): Buffer | null {
  if (draft.isReshaped || !keys.every((key) => draft.section(key))) return null;
  const sections = keys.map((key) => `"${key}":${draft.section(key)!.text}`);
  if (!keys.includes('edges')) sections.push('"edges":[]');
  return Buffer.from(`{${sections.join()}}`, 'latin1');
}

function soundRest(draft: Draft): Buffer | null {
  const read = new Set(['snapshot', 'nodes', 'edges', 'strings']);
  const header = draft.section('snapshot')?.text ?? '';
  if (['"object_index"', '"script_id"', '"line"', '"column"'].every((field) => header.includes(field)))
    read.add('locations');
  return draft.restored((key) => !read.has(key));
}

function choose(seeds: readonly Seed[], random: Random): Seed {
  let left = random(seeds.reduce((sum, { weight }) => sum + weight, 0));
  return seeds.find(({ weight }) => (left -= weight) < 0)!;
}
