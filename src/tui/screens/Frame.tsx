import { Box, Text } from 'ink';
import { createContext, useContext, useLayoutEffect, type ReactElement } from 'react';
import { composed, type Painter, type Scene } from './painter.ts';

/** What paints the window where a screen has all of it; without one Ink draws. */
export const PainterContext = createContext<Painter | undefined>(undefined);

/** Lines that fill the window, with a pane over their middle where one is open. */
export function Frame(scene: Scene): ReactElement {
  const painter = useContext(PainterContext);
  useLayoutEffect(() => painter?.show(scene));
  if (painter) return <></>;
  return (
    <Box width={scene.width} height={scene.height} overflow="hidden">
      <Text wrap="truncate">{composed(scene).join('\n')}</Text>
    </Box>
  );
}
