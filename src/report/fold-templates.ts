/** Arguments of a template as short as this are left: `Foo<int>`. */
const SHORT = 20;
/** What a template's arguments follow: the last part of a C++ name. */
const NAME_BEFORE = /::~?\w+$/;
/** Characters before the arguments that are looked at. */
const LONGEST_NAME = 200;

/**
 * The text with the arguments of C++ templates as `<…>`: those of a browser's own objects run over many lines, and say little.
 */
export function foldTemplates(text: string): string {
  const opened: number[] = [];
  /** From each `<` to its `>`, the outermost alone. */
  const folds: { start: number; end: number }[] = [];
  for (const { index, 0: sign } of text.matchAll(/[<>]/g)) {
    if (sign === '<') {
      opened.push(index);
      continue;
    }
    const start = opened.pop();
    if (start === undefined || index - start <= SHORT) continue;
    if (!NAME_BEFORE.test(text.slice(Math.max(0, start - LONGEST_NAME), start))) continue;
    while (folds.length > 0 && folds.at(-1)!.start > start) folds.pop();
    folds.push({ start, end: index });
  }
  let folded = '';
  let from = 0;
  for (const { start, end } of folds) {
    folded += `${text.slice(from, start)}<…>`;
    from = end + 1;
  }
  return folded + text.slice(from);
}
