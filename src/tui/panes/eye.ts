import { centered } from '../charts/chart.ts';
import type { LiveView } from '../../runs/index.ts';
import type { RunModel } from '../model/run.ts';
import { drawPicture } from '../pictures/draw.ts';
import { humanCount } from '../text/format.ts';
import { block, fit, joinFitting } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { innerArea, pane } from './pane.ts';

/** Pictures are enlarged this much at most. */
const MOST_ZOOM = 2;

/** Cells across and down that a picture takes within some room: as large as fits, in its own shape. */
function fitPicture(
  shape: { width: number; height: number },
  width: number,
  height: number,
): [number, number] {
  const scale = Math.min(width / shape.width, (height * 2) / shape.height, MOST_ZOOM);
  return [Math.max(1, Math.floor(shape.width * scale)), Math.max(1, Math.floor((shape.height * scale) / 2))];
}

type Arrangement = { across: number; down: number; size: [number, number] };

/** Frames beside each other if that costs little size, else below each other, else the newest one alone. */
function arrange(live: LiveView, width: number, height: number): Arrangement {
  const n = live.frames.length;
  const alone = { across: 1, down: 1, size: fitPicture(live, width, height) };
  if (n === 0) return alone;
  const row = { across: n, down: 1, size: fitPicture(live, Math.floor((width - (n - 1)) / n), height) };
  const column = { across: 1, down: n, size: fitPicture(live, width, Math.floor((height - (n - 1)) / n)) };
  const best = row.size[0] >= column.size[0] ? row : column;
  return best.size[0] >= Math.min(40, alone.size[0] * 0.6) ? best : alone;
}

/** What the agent sees: the newest observation stack, oldest frame first. */
export function eyePane(model: RunModel, width: number, height: number, theme: Theme): string[] {
  const inside = innerArea({ width, height });
  const { live } = model;
  const title = "The agent's eye";
  if (!live || live.frames.length === 0) {
    const lines = centered('no observation yet', inside.width, inside.height, theme.muted);
    return pane({ title, width, height, lines, theme });
  }
  const room = inside.height - 1;
  const { across, down, size } = arrange(live, inside.width, room);
  const shown = live.frames.slice(-across * down);
  const pictures = shown.map((data) =>
    drawPicture({ width: live.width, height: live.height, data }, size[0], size[1], theme),
  );
  const lines: string[] = [];
  const indent = ' '.repeat(Math.max(0, Math.floor((inside.width - across * size[0] - (across - 1)) / 2)));
  for (let i = 0; i < down; i++) {
    const beside = pictures.slice(i * across, (i + 1) * across);
    if (i > 0) lines.push('');
    for (let row = 0; row < size[1]; row++) {
      lines.push(indent + beside.map((picture) => fit(picture[row] ?? '', size[0])).join(' '));
    }
  }
  const top = Math.max(0, Math.floor((room - lines.length) / 2));
  const frames = live.frames.length;
  const which = shown.length === frames ? `${frames} frames, oldest first` : `newest of ${frames} frames`;
  const parts = [
    `step ${humanCount(live.agentStep)}`,
    `${live.width}×${live.height}`,
    frames > 1 ? which : '',
  ];
  const caption = theme.muted(fit(joinFitting(parts, ' · ', inside.width), inside.width));
  const middle = block([...Array.from({ length: top }, () => ''), ...lines], inside.width, room);
  return pane({ title, width, height, lines: [...middle, caption], theme });
}
