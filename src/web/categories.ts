/** What kinds of objects the colours tell apart, as classes of page.css. */
export const CATEGORIES = [
  { key: 'objects', title: 'objects' },
  { key: 'arrays', title: 'arrays and tables' },
  { key: 'strings', title: 'strings' },
  { key: 'code', title: 'compiled code' },
  { key: 'functions', title: 'functions' },
  { key: 'native', title: 'native memory' },
  { key: 'engine', title: "roots and the engine's own" },
] as const;

type Category = (typeof CATEGORIES)[number]['key'];

/** Of V8's types of nodes; the file names them, and may name any. */
const BY_TYPE: ReadonlyMap<string, Category> = new Map([
  ['object', 'objects'],
  ['regexp', 'objects'],
  ['number', 'objects'],
  ['bigint', 'objects'],
  ['array', 'arrays'],
  ['string', 'strings'],
  ['concatenated string', 'strings'],
  ['sliced string', 'strings'],
  ['symbol', 'strings'],
  ['code', 'code'],
  ['closure', 'functions'],
  ['native', 'native'],
]);

export function categoryOf(type: string): Category {
  return BY_TYPE.get(type) ?? 'engine';
}
