/**
 * From here on a distance counts from the root, where no way of the program leads: what only the system reaches has this
 * distance or more. DevTools' number.
 */
export const SYSTEM_DISTANCE = 100_000_000;
