/**
 * Draws each augmentation on frames of three environments, and mixtures of them, on one sheet:
 *
 *     npm run augmentations:grid
 */
import { Random, writeFileAtomic } from '../src/base/index.ts';
import {
  augment,
  augmentSteps,
  augmentations,
  cutmix,
  cutmixBox,
  mixup,
  placeOnCanvas,
  type ByteImage,
} from '../src/encoders/index.ts';
import { make, type Picture } from '../src/envs/index.ts';
import { encodePng } from '../src/runs/pictures/index.ts';
import { blankSheet, paste, write } from './sheet.ts';

const ENVS = ['control/CheetahRun-v0', 'control/ReacherEasy-v0', 'arcade/SpaceInvaders-v0'];
const PATH = 'docs/images/augmentations.png';
const SIZE = 84;
const DRAWS = 3;
const GAP = 6;
const LABEL = 64;

const random = Random.stream(1, 'augmentation-grid');

async function frameOf(id: string): Promise<ByteImage> {
  const env = await make(id, { size: SIZE });
  env.actionSpace.seed(1);
  env.reset({ seed: 3 });
  for (let step = 0; step < 40; step++) {
    if (env.step(env.actionSpace.sample()).terminated) env.reset();
  }
  const { data } = env.render({ width: SIZE, height: SIZE });
  env.close();
  return { width: SIZE, height: SIZE, channels: 3, data: Uint8Array.from(data) };
}

const picture = ({ width, height, data }: ByteImage): Picture => ({ width, height, data });

/** Rows of the sheet: a name and what it makes of a frame, given the next environment's too. */
type Row = [name: string, make: (frame: ByteImage, other: ByteImage) => ByteImage];

const steps: Row[] = Object.keys(augmentations).map((op) => {
  const [step] = augmentSteps([{ op, p: 1, ...(op === 'crop' && { size: 64 }) }]);
  return [
    op,
    (frame) => {
      const made = augment(frame, [step], random);
      if (made.width === SIZE) return made;
      // A smaller picture stands in the middle of its place.
      const margin = (SIZE - made.width) >> 1;
      return placeOnCanvas(made, { top: margin, left: margin, height: SIZE, width: SIZE });
    },
  ];
});

const share = () => 0.5 + random.uniform(0, 0.5);
const mixtures: Row[] = [
  [
    'mixup',
    (frame, other) => {
      const data = new Uint8Array(frame.data.length);
      mixup(frame, other, share(), data);
      return { ...frame, data };
    },
  ],
  [
    'cutmix',
    (frame, other) => {
      const centre = { y: random.integer(SIZE), x: random.integer(SIZE) };
      return cutmix(frame, other, cutmixBox(frame, share(), centre)).image;
    },
  ],
];

const frames: ByteImage[] = [];
for (const id of ENVS) frames.push(await frameOf(id));
const rows: Row[] = [['as it is', (frame) => frame], ...steps, ...mixtures];
const group = DRAWS * (SIZE + 1) - 1 + GAP;
const sheet = blankSheet(LABEL + frames.length * group, rows.length * (SIZE + 2) + GAP);
rows.forEach(([name, makeOne], r) => {
  const top = GAP + r * (SIZE + 2);
  write(sheet, name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '), GAP, top + SIZE / 2 - 3);
  frames.forEach((frame, e) => {
    const other = frames[(e + 1) % frames.length];
    for (let k = 0; k < DRAWS; k++)
      paste(sheet, picture(makeOne(frame, other)), LABEL + e * group + k * (SIZE + 1), top);
  });
});
writeFileAtomic(PATH, encodePng(sheet, 1));
console.log(`${PATH}: ${rows.length} rows, ${sheet.width} x ${sheet.height} pixels`);
