import { useInput, useStdin, type Key } from 'ink';
import type { KeyName } from '../model/keys.ts';

/** Keys among others that arrived together come as the characters they send. */
const CONTROL: Record<string, KeyName> = {
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\x1b': 'escape',
  '\x7f': 'backspace',
};

/** What is left of an unknown sequence once its escape character is gone. */
const SEQUENCE = /^(\[[?<>=]?[\d;]+[A-Za-z~]|_G)/;

function nameOf(key: Key): KeyName | undefined {
  if (key.tab) return key.shift ? 'shift-tab' : 'tab';
  if (key.escape) return 'escape';
  if (key.return) return 'enter';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.pageUp) return 'page-up';
  if (key.pageDown) return 'page-down';
  if (key.backspace || key.delete) return 'backspace';
  return undefined;
}

/** Hears keys where the terminal gives them one by one. `onInterrupt` is Ctrl-C, which raw mode makes a key. */
export function useKeys(onKey: (key: KeyName | string) => void, onInterrupt: () => void): void {
  const { isRawModeSupported } = useStdin();
  useInput(
    (input, key) => {
      if (key.ctrl) {
        if (input === 'c') onInterrupt();
        return;
      }
      // A late answer of the terminal, or a key that no screen knows.
      if (SEQUENCE.test(input)) return;
      const name = nameOf(key);
      if (name !== undefined) onKey(name);
      // Keys typed while a frame was drawn arrive together.
      else for (const glyph of input) onKey(CONTROL[glyph] ?? glyph);
    },
    { isActive: isRawModeSupported },
  );
}
