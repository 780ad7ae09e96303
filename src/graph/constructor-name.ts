/** Node types whose nodes are told apart by their name; of the others, all of a type are one class. */
const NAMED_TYPES: ReadonlySet<string> = new Set(['object', 'native']);

export function isNamedType(type: string): boolean {
  return NAMED_TYPES.has(type);
}

/**
 * The class that DevTools files a node under (`calculateObjectNames`), before it infers interfaces of plain objects.
 * @param type name of the node's type @param name the node's name; not looked at unless the type is a named one
 */
export function constructorName(type: string, name: string): string {
  switch (type) {
    case 'object':
    case 'native':
      return withoutAttributes(name);
    case 'closure':
      return 'Function';
    case 'regexp':
      return 'RegExp';
    case 'code':
      return '(compiled code)';
    case 'hidden':
      return '(system)';
    default:
      return `(${type})`;
  }
}

const DETACHED = 'Detached <';

/** `<div id="x">` and `Detached <div id="x">` without what follows the tag's name. */
function withoutAttributes(name: string): string {
  if (!name.startsWith('<') && !name.startsWith(DETACHED)) return name;
  const space = name.indexOf(' ', name.startsWith(DETACHED) ? DETACHED.length : 0);
  return space < 0 ? name : `${name.slice(0, space)}>`;
}

export interface TypeClasses {
  /** The distinct names that constructorName() gives the types. */
  readonly names: readonly string[];
  /** Uint32, 256: by type, index into names. */
  readonly indexOf: Uint32Array;
}

/** What nodes are filed under that have no name of their own. */
export function typeClasses(nodeTypes: readonly string[]): TypeClasses {
  const names = [...new Set(nodeTypes.map((type) => constructorName(type, '')))];
  const indexOf = new Uint32Array(256);
  nodeTypes.forEach((type, code) => (indexOf[code] = names.indexOf(constructorName(type, ''))));
  return { names, indexOf };
}
