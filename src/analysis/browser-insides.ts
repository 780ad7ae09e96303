/** What Chrome is made of besides its C++ classes, which have `::` or `V8` in their names. */
const INSIDES: ReadonlySet<string> = new Set([
  'DOMTimer',
  'ElementIntersectionObserverData',
  'EventListener',
  'IntersectionObserverController',
  'IntersectionObserverDelegate',
  'MutationObserverRegistration',
  'ScheduledAction',
  'ScriptedAnimationController',
  'StyleEngine',
  'StyleSheetCollection',
]);

/** Whether a class of native objects is the browser's alone: a page's script has no way to hold one. */
export function isBrowserInside(className: string): boolean {
  return className.includes('::') || /^V8[A-Z]/.test(className) || INSIDES.has(className);
}

/** Whether it is a class of elements: `<li>` or `Detached <li>`. */
export function isElement(className: string): boolean {
  return /^(?:Detached )?</.test(className);
}

/** Whether it is a class of what documents are made of. */
export function isOfDocumentTree(className: string): boolean {
  return (
    isElement(className) || /^(?:Text|Comment|HTMLDocument|XMLDocument|DocumentFragment|ShadowRoot)$/.test(className)
  );
}

/** What the browser calls back, by classes that only lead to such functions. */
const CALLED_BACK: readonly (readonly [RegExp, string])[] = [
  [/^blink::EventTargetData\b/, 'listeners'],
  [/::DOMTimerCoordinator$/, 'timers'],
  [/^blink::NodeMutationObserverData$/, 'mutation observers'],
  [/^ElementIntersectionObserverData$|^IntersectionObserverController$/, 'intersection observers'],
  [/\bblink::ResizeObserv/, 'resize observers'],
  [/^ScriptedAnimationController$/, 'animation frame callbacks'],
];

/** What functions below a class of the browser are to a person: its listeners; null where they are nothing in particular. */
export function calledBackAs(className: string): string | null {
  return CALLED_BACK.find(([pattern]) => pattern.test(className))?.[1] ?? null;
}

/** Collections that the browser keeps by name, to give them out again. */
const CACHES: ReadonlySet<string> = new Set(['blink::NodeListsNodeData']);
/** Entries of a page's timeline of which the browser itself keeps a limited number. */
const TIMELINE =
  /^(?:Performance(?:Resource|Event|LongTask|LongAnimationFrame|Element|Script)Timing|LargestContentfulPaint|LayoutShift|VisibilityStateEntry|TaskAttributionTiming)$/;

/**
 * Whether what piles up is the browser's own affair: its parts, its caches, or what it limits by itself.
 * @param holders classes of what holds it, the nearest first
 */
export function isBrowsersOwn(className: string, holders: readonly string[]): boolean {
  if (isBrowserInside(className)) return true;
  const outside = holders.findIndex((name) => !isBrowserInside(name));
  const insides = outside < 0 ? holders : holders.slice(0, outside);
  return insides.length > 0 && (TIMELINE.test(className) || insides.some((name) => CACHES.has(name)));
}
