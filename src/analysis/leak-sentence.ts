import { formatBytes, formatCount } from '../util/bytes.js';
import type { LeakSuspect } from './leaks.js';
import type { SeriesKind } from './leaking-groups.js';
import type { NamedPlace } from './source-places.js';

interface SentenceContext {
  readonly series: SeriesKind;
  readonly onlyBytes: boolean;
  /** Folder that paths are told from. */
  readonly base: string;
}

/** What leaks, how fast, who holds it and where, and why it is no cache, in words a person can act on. */
export function leakSentence(suspect: Omit<LeakSuspect, 'sentence'>, context: SentenceContext): string {
  const { constructor, count, heldCount, growth, perOperation, alsoHeldBy } = suspect;
  const where = holderText(suspect.holder, context.base);
  if (context.onlyBytes) {
    const [first, last] = [growth.steps[0]!, growth.steps.at(-1)!];
    const rate = rateText(growth, perOperation, context.series);
    return `${where}, grew from ${formatBytes(first.retainedSize)} to ${formatBytes(last.retainedSize)}${rate}, while it holds no more objects than before.`;
  }
  const all = heldCount > count ? ` (${formatCount(heldCount)} with older ones)` : '';
  const also =
    alsoHeldBy.length === 0
      ? ''
      : `, and each also by ${alsoHeldBy.map((holder) => holderText(holder, context.base)).join(' and by ')}`;
  const are = count === 1 ? 'is' : 'are';
  return `${formatCount(count)} ${constructor} (${sizeText(suspect, context.series)}) ${are} held by ${where}${also}${all}. ${verdict(suspect, context.series)}`;
}

/**
 * How much that is, and how fast it gets more, both of one thing: all that came to be held there; or, where that is less, what
 * these objects retain, at the rate at which they come: what else leads to it may hold it.
 */
function sizeText(suspect: Omit<LeakSuspect, 'sentence'>, series: SeriesKind): string {
  const { count, retainedSize, growth, perOperation } = suspect;
  if (series === 'single' || series === 'released') return formatBytes(retainedSize);
  const cameThere = growth.steps.at(-1)!.retainedSize - growth.steps[0]!.retainedSize;
  if (cameThere >= retainedSize) return `${formatBytes(cameThere)}${rateText(growth, perOperation, series)}`;
  const each = retainedSize / count;
  const own = { ...growth, retainedSize: Math.round(each * growth.count) };
  const ownEach = perOperation && { ...perOperation, retainedSize: each * perOperation.count };
  return `${formatBytes(retainedSize)}${rateText(own, ownEach, series, 'about +')}`;
}

/** @param sign what comes before the bytes: whether they were measured */
function rateText(
  growth: LeakSuspect['growth'],
  each: LeakSuspect['perOperation'],
  series: SeriesKind,
  sign = '+',
): string {
  if (series === 'single' || series === 'released') return '';
  if (each === null) return `, ${sign}${formatBytes(growth.retainedSize)} in the last window`;
  const count = Number(each.count.toPrecision(3));
  const objects = count === 0 ? '' : ` and ${count} ${count === 1 ? 'object' : 'objects'}`;
  return `, ${sign}${formatBytes(Math.round(each.retainedSize))}${objects} each operation`;
}

function verdict({ growth, removed }: Omit<LeakSuspect, 'sentence'>, series: SeriesKind): string {
  const { steps } = growth;
  const course = steps.map(({ count }) => formatCount(count)).join(', ');
  const before = steps.at(-2)?.count ?? 0;
  const gone = `${formatCount(removed)} of ${formatCount(before)} ${removed === 1 ? 'was' : 'were'} removed between the last two snapshots`;
  // Of what there was nothing, nothing can have been removed.
  if (series === 'pair' && before === 0) return `There were none at the snapshot before (${course}).`;
  switch (series) {
    case 'single':
      return 'Whether they get more, one snapshot does not tell.';
    case 'released':
      return `They outlive the work: ${gone} (${course}).`;
    default:
      return removed === 0 ? `It only grows: ${gone} (${course}).` : `It grows all the same: ${gone} (${course}).`;
  }
}

type Holder = LeakSuspect['holder'];

/** `Map "entries" of ResponseCache, variable "cache" in src/server.js:14`. */
export function holderText({ text, variable, variableLocation, location }: Holder, base: string): string {
  const place = variable === null ? location : (variableLocation ?? location);
  return place?.script == null ? text : `${text} in ${placeText(place, base)}`;
}

function placeText(place: NamedPlace, base: string): string {
  let path = place.script ?? '';
  if (path.startsWith('file://')) path = decodeURI(path.slice('file://'.length));
  if (base !== '' && path.startsWith(base)) path = path.slice(base.length);
  const npm = place.package === null ? '' : ` (npm package ${place.package})`;
  // A module as a whole stands at its start: that is no place to look at.
  const line = place.isWhole ? '' : `:${place.line + 1}`;
  // Lines of minified scripts are no places either.
  const column = place.column > LONGEST_LINE ? `:${place.column + 1}` : '';
  return `${path}${line}${column}${npm}`;
}

/** Characters of a line that a person still looks over. */
const LONGEST_LINE = 200;
