import type { GivenStep } from '../../encoders/index.ts';

/** What a paper does to the views of its objective: the first, and the others where they differ. */
export interface ViewRecipe {
  views: GivenStep[];
  second?: GivenStep[];
}

const part = (smallest: number): GivenStep => ({ op: 'resizedCrop', area: [smallest, 1] });
const jitter = (brightness: number, contrast: number, saturation: number, hue: number, p: number) => ({
  op: 'colorJitter',
  ...{ brightness, contrast, saturation, hue, p },
});
const grey: GivenStep = { op: 'grayscale', p: 0.2 };
const blur = (p: number): GivenStep => ({ op: 'blur', p, sigma: [0.1, 2] });
const solarize = (p: number): GivenStep => ({ op: 'solarize', p });
const flip: GivenStep = { op: 'flip', p: 0.5 };

/** SimCLR's at full strength (arXiv 2002.05709, appendix A), also SimCLR v2's and, from 14 % of the area on, SwAV's. */
const strong = (smallest: number): ViewRecipe => ({
  views: [part(smallest), flip, jitter(0.8, 0.8, 0.8, 0.2, 0.8), grey, blur(0.5)],
});

/** BYOL's two views differ in blur and solarisation (arXiv 2006.07733, appendix B). */
const asymmetric = (smallest: number): ViewRecipe => {
  const shared = [part(smallest), flip, jitter(0.4, 0.4, 0.2, 0.1, 0.8), grey];
  return { views: [...shared, blur(1)], second: [...shared, blur(0.1), solarize(0.2)] };
};

/** Augmentations of the papers by objective; local crops leave `resizedCrop` out, being resized parts already. */
export const PAPER_VIEWS = {
  simclr: strong(0.08),
  'simclr-v2': strong(0.08),
  moco: { views: [part(0.2), grey, jitter(0.4, 0.4, 0.4, 0.4, 1), flip] },
  'moco-v2': { views: [part(0.2), jitter(0.4, 0.4, 0.4, 0.1, 0.8), grey, blur(0.5), flip] },
  'moco-v3': asymmetric(0.2),
  swav: strong(0.14),
  'memory-bank': { views: [part(0.2), grey, jitter(0.4, 0.4, 0.4, 0.4, 1), flip] },
  atc: { views: [{ op: 'shift', pad: 4 }] },
  byol: asymmetric(0.08),
  barlow: asymmetric(0.08),
  vicreg: {
    views: [part(0.08), flip, jitter(0.4, 0.4, 0.2, 0.1, 0.8), grey, blur(0.5), solarize(0.1)],
  },
} satisfies Record<string, ViewRecipe>;
