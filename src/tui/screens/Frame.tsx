import { Box, Text } from 'ink';
import { useLayoutEffect, type ReactElement } from 'react';
import type { Spot } from '../pictures/shelf.ts';
import { widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';

interface FrameProps {
  /** The screen's lines, as many as the window has. */
  lines: readonly string[];
  /** A pane drawn over their middle. */
  overlay?: readonly string[];
  width: number;
  height: number;
  /** Has the pictures of a terminal that shows its own. */
  theme: Theme;
}

interface Area {
  top: number;
  left: number;
  width: number;
  height: number;
}

const meets = ({ row, column, columns, rows }: Spot, { top, left, width, height }: Area) =>
  row < top + height && top < row + rows && column < left + width && left < column + columns;

/** Lines that fill the window, with a pane over their middle where one is open. */
export function Frame({ lines: given, overlay, width, height, theme }: FrameProps): ReactElement {
  const { pictures } = theme;
  const over: Area | undefined = overlay && {
    width: Math.max(...overlay.map(widthOf)),
    height: overlay.length,
    top: Math.max(0, Math.floor((height - overlay.length) / 2)),
    left: Math.max(0, Math.floor((width - Math.max(...overlay.map(widthOf))) / 2)),
  };
  const { lines, spots } = pictures ? pictures.collect(given) : { lines: given, spots: [] };
  // While drawing, since the text may be written before any effect runs: both have to be of one frame.
  pictures?.stage({
    // A picture would lie over the pane's text, or leave the window.
    spots: spots.filter(
      (spot) =>
        !(over && meets(spot, over)) && spot.row + spot.rows < height && spot.column + spot.columns <= width,
    ),
    rows: over ? lines.map((line, row) => line + (overlay?.[row - over.top] ?? '')) : lines,
  });
  useLayoutEffect(() => pictures?.settle());
  return (
    <Box width={width} height={height} overflow="hidden">
      <Text wrap="truncate">{lines.join('\n')}</Text>
      {over && (
        <Box position="absolute" width={over.width} marginLeft={over.left} marginTop={over.top}>
          <Text wrap="truncate">{overlay?.join('\n')}</Text>
        </Box>
      )}
    </Box>
  );
}
