import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { widthOf } from '../text/lines.ts';

interface FrameProps {
  /** The screen's lines, as many as the window has. */
  lines: readonly string[];
  /** A pane drawn over their middle. */
  overlay?: readonly string[];
  width: number;
  height: number;
}

/** Lines that fill the window, with a pane over their middle where one is open. */
export function Frame({ lines, overlay, width, height }: FrameProps): ReactElement {
  const overlayWidth = overlay ? Math.max(...overlay.map(widthOf)) : 0;
  return (
    <Box width={width} height={height} overflow="hidden">
      <Text wrap="truncate">{lines.join('\n')}</Text>
      {overlay && (
        <Box
          position="absolute"
          width={overlayWidth}
          marginLeft={Math.max(0, Math.floor((width - overlayWidth) / 2))}
          marginTop={Math.max(0, Math.floor((height - overlay.length) / 2))}
        >
          <Text wrap="truncate">{overlay.join('\n')}</Text>
        </Box>
      )}
    </Box>
  );
}
