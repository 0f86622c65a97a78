// A screen that breaks at the first key: while drawing, or in a timer, as the argument says. Run by terminal.test.ts.
import { Text, useInput } from 'ink';
import { useState, type ReactElement } from 'react';
import { reportError } from '../../src/cli/errors.ts';
import { openScreen } from '../../src/tui/screens/terminal.tsx';

function Broken({ how }: { how: string }): ReactElement {
  const [broken, setBroken] = useState(false);
  useInput(() => {
    if (how === 'drawing') return setBroken(true);
    setTimeout(() => {
      throw new Error('broken in a timer');
    });
  });
  if (broken) throw new Error('broken while drawing');
  return <Text>whole so far</Text>;
}

try {
  await openScreen(
    () => <Broken how={process.argv[2]} />,
    () => {},
  );
} catch (error) {
  process.exitCode = reportError(error);
}
