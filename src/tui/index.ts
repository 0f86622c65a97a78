export type { PlayEnd, PlayStage, ScreenSession } from './screens/show.tsx';
export type { LauncherChoice, LauncherItem, LauncherLists } from './model/launcher.ts';
export type { Preview } from './panes/launcher.ts';
export type { PlayMoment } from './panes/play.ts';
export { chart, type ChartOptions } from './charts/chart.ts';
export { Store } from './model/store.ts';
export { humanCount, humanDuration, humanMegabytes, humanNumber, humanPercent } from './text/format.ts';
export { BrailleCanvas } from './charts/braille.ts';
export { fit, fitRight, printable, truncate, widthOf, wrap } from './text/lines.ts';
export { colorDepthOf, createTheme, pictureColors, type ColorDepth, type Theme } from './text/theme.ts';

/** The screens. They load Ink and React, which takes a moment, so they are loaded only where one opens. */
export async function loadScreens(): Promise<typeof import('./screens/show.tsx')> {
  // React's development build is several times slower to draw.
  process.env.NODE_ENV ??= 'production';
  return import('./screens/show.tsx');
}
