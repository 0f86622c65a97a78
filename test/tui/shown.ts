import { setImmediate } from 'node:timers/promises';
import { expect, vi } from 'vitest';

/** A screen of ink-testing-library, as far as waiting needs it. */
interface Screen {
  lastFrame(): string | undefined;
}

/** Lets what React has put off happen, such as listening to keys. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** Waits until an assertion holds, however long a busy machine takes. */
export async function eventually(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, { timeout: 30_000, interval: 20 });
  await settled();
}

/** Waits until a screen shows a text. */
export function shown(screen: Screen, text: string | RegExp): Promise<void> {
  return eventually(() => expect(screen.lastFrame()).toMatch(text));
}

/** Waits until a screen no longer shows a text. */
export function hidden(screen: Screen, text: string | RegExp): Promise<void> {
  return eventually(() => expect(screen.lastFrame()).not.toMatch(text));
}
