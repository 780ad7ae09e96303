import type { Session } from 'node:inspector';

/** A session with this process' own inspector; null where this Node has none. */
export async function openSession(): Promise<Session | null> {
  try {
    const { Session: OwnSession } = await import('node:inspector');
    const session = new OwnSession();
    session.connect();
    return session;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_INSPECTOR_NOT_AVAILABLE') return null;
    throw error;
  }
}

/** The command's answer. Within one process it is there when post() returns. @throws Error the inspector's */
export function command(session: Session, method: string, parameters: object = {}): unknown {
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
