// A screen that breaks after its first frame: while drawing, or in a timer, as the argument says. Run by terminal.test.ts.
import { Text } from 'ink';
import { useEffect, useState, type ReactElement } from 'react';
import { reportError } from '../../src/cli/errors.ts';
import { openScreen } from '../../src/tui/screens/terminal.tsx';

function Broken({ how }: { how: string }): ReactElement {
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (how === 'timer') throw new Error('broken in a timer');
      setBroken(true);
    }, 500);
    return () => clearTimeout(timer);
  }, [how]);
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
