import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** A node of what Chromium tells a screen reader. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  /** `level`, `expanded`, `sort`...: as far as they are set. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Roles of the nodes that it is in, the nearest first. */
  readonly inside: readonly string[];
}

interface RawNode {
  readonly nodeId: string;
  readonly parentId?: string;
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
}

/** What a screen reader gets of the page, in order. */
export async function accessibleNodes(page: Page): Promise<AccessibleNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: readonly RawNode[] };
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const inside = (node: RawNode): string[] => {
    const roles: string[] = [];
    for (let at = byId.get(node.parentId ?? ''); at; at = byId.get(at.parentId ?? ''))
      if (!at.ignored) roles.push(at.role?.value ?? '');
    return roles;
  };
  return nodes
    .filter(({ ignored }) => !ignored)
    .map((node) => ({
      role: node.role?.value ?? '',
      name: node.name?.value ?? '',
      properties: Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value])),
      inside: inside(node),
    }));
}

/** Roles of what can be worked, and of what stands for a picture or numbers: without a name nobody knows what it is. */
const NAMED = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'checkbox',
  'progressbar',
  'DisclosureTriangle',
  'image',
  'img',
  'table',
  'treegrid',
  'navigation',
  'region',
]);

/** Of any page of ours: language, title, landmarks, headings, names, tables with heads. What a screen reader gets of it. */
export async function checkAccessible(page: Page): Promise<AccessibleNode[]> {
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.match(await page.title(), /heapstat/);
  const nodes = await accessibleNodes(page);
  const count = (role: string): number => nodes.filter((node) => node.role === role).length;
  assert.deepEqual([count('banner'), count('main')], [1, 1]);
  const levels = nodes.filter(({ role }) => role === 'heading').map(({ properties }) => Number(properties['level']));
  assert.equal(levels.filter((level) => level === 1).length, 1);
  levels.forEach((level, i) =>
    assert.ok(i === 0 || level <= levels[i - 1]! + 1, `levels of headings: ${levels.join(' ')}`),
  );
  for (const { role, name, inside } of nodes)
    if (NAMED.has(role)) assert.notEqual(name.trim(), '', `a ${role} without a name in ${inside.join(' < ')}`);
  for (const role of ['table', 'treegrid']) {
    const heads = nodes.filter((node) => node.role === 'columnheader' && node.inside.includes(role));
    assert.equal(heads.length > 0, count(role) > 0, `heads of each ${role}`);
    for (const { name } of heads) assert.notEqual(name, '');
  }
  return nodes;
}

interface Stop {
  /** For people: `button "Next page of Constructors"`. */
  readonly what: string;
  readonly isOutlined: boolean;
}

/** Marks what has been visited, in the page. */
const TAKE_STOP = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  element.dataset.visited = '1';
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const name = element.getAttribute('aria-label') ?? element.textContent;
  return {
    what: element.localName + ' ' + JSON.stringify(name.slice(0, 60)),
    isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
  };
})()`;

/** What can be focused, is shown, and was not come to: but for what the arrow keys of a widget lead to. */
const LEFT_OUT = `[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')]
  .filter((element) => element.checkVisibility() && !element.dataset.visited)
  .filter((element) => !(element.tabIndex < 0 && element.closest('[role=treegrid], .treemap, .flame, main#main')))
  .filter((element) => element.id !== 'main')
  .map((element) => element.outerHTML.slice(0, 200))`;

/** The next Tab leads to the page's first stop. */
export async function goToTop(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
  })()`);
}

/** Goes through the whole page by the Tab key: everything is come to, and seen to be where the keyboard is. */
export async function checkTabStops(page: Page, most = 1000): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  await goToTop(page);
  await page.evaluate("document.querySelectorAll('[data-visited]').forEach((it) => delete it.dataset.visited)");
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(TAKE_STOP)) as Stop | null;
    if (stop === null) break;
    stops.push(stop);
    assert.ok(
      stops.length < most,
      `it does not end: ${stops
        .slice(-5)
        .map(({ what }) => what)
        .join(', ')}`,
    );
  }
  assert.deepEqual(
    stops.filter(({ isOutlined }) => !isOutlined),
    [],
    'focus is seen',
  );
  assert.deepEqual(await page.evaluate(LEFT_OUT), [], 'everything is come to');
  return stops;
}

/** Texts that stand out less than WCAG's AA asks for (4.5 to 1): what they are, and by how much. */
const WEAK_TEXTS = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const weak = new Set();
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')) continue;
    if (!element.checkVisibility() || element.closest('[aria-disabled=true], script, style, noscript, datalist')) continue;
    const [x, y] = [parse(getComputedStyle(element).color).slice(0, 3), ground(element)].map(luminance).sort((a, b) => b - a);
    const ratio = (x + 0.05) / (y + 0.05);
    if (ratio < 4.5) weak.add(ratio.toFixed(2) + ' ' + element.outerHTML.slice(0, 120));
  }
  return [...weak];
})()`;

/** In both themes, every text that is shown can be read. */
export async function checkContrast(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await page.evaluate(WEAK_TEXTS), [], colorScheme);
  }
  await page.emulateMedia({ colorScheme: null });
}
