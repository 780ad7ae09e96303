import type * as Inspector from 'node:inspector';

/** What Node says where it was built without an inspector, or its permissions do not let anyone have it. */
const NOT_TO_BE_HAD: ReadonlySet<string | undefined> = new Set(['ERR_INSPECTOR_NOT_AVAILABLE', 'ERR_ACCESS_DENIED']);

/** A session with this process' own inspector; null where it is not to be had. */
export async function openSession(): Promise<Inspector.Session | null> {
  try {
    const { Session: OwnSession } = await import('node:inspector');
    const session = new OwnSession();
    session.connect();
    return session;
  } catch (error) {
    if (NOT_TO_BE_HAD.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

/** Whether a debugger may be attached. */
export async function isListening(): Promise<boolean> {
  const { url } = await import('node:inspector');
  return url() !== undefined;
}

/** The command's answer. Within one process it is there when post() returns. @throws Error the inspector's */
export function command(session: Inspector.Session, method: string, parameters: object = {}): unknown {
  let failure: Error | null = null;
  let result: unknown;
  session.post(method, parameters, (error: Error | null, answer?: object) => {
    failure = error;
    result = answer;
  });
  if (failure !== null) throw new Error(`${method}: ${describe(failure)}`);
  return result;
}

/** Node gives an error, or the inspector's own object, which is none. */
function describe(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
