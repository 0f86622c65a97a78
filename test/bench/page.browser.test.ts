import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyse, htmlReport, loadRuns } from '../../src/bench/index.ts';
import { encodeGif } from '../../src/runs/index.ts';
import { writeSynthetic } from './synthetic.ts';

const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
/** Where pictures of the page go, for people to look at; nowhere when unset. */
const PICTURES = process.env.CURLEW_PAGE_PICTURES;

describe.skipIf(PROGRAM === undefined)(`the page in a browser (${PROGRAM ?? 'no chromium found'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'curlew-page-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    writeSynthetic(join(folder, 'results'));
    const loaded = loadRuns([join(folder, 'results')]);
    const run = join(folder, 'run');
    mkdirSync(join(run, 'episodes'), { recursive: true });
    const data = new Uint8Array(3 * 16 * 16).map((_, i) => (i * 7) % 256);
    const gif = encodeGif([{ width: 16, height: 16, data }], 5);
    writeFileSync(join(run, 'episodes', 'eval-12500.gif'), gif);
    loaded.runs = loaded.runs.map((one) => ({ ...one, folder: run }));
    writeFileSync(file, htmlReport(analyse(loaded, { replicates: 200 })));
    browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS.split(' ') });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: { width: number; height: number; colorScheme: 'light' | 'dark' }) {
    const { colorScheme, ...viewport } = options;
    const page = await browser.newPage({ viewport, colorScheme });
    const problems: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready=true]');
    return { page, problems };
  }

  /** Dots of a chart that are of one of the methods' colours. */
  const inked = (page: Page) =>
    page.$$eval('.plot canvas', (all) =>
      (all as HTMLCanvasElement[]).map((canvas) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [r, g, b, a] = data.slice(i, i + 4);
          if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) count++;
        }
        return count;
      }),
    );

  test.each([
    ['wide and light', { width: 1280, height: 900, colorScheme: 'light' }],
    ['as a phone and dark', { width: 375, height: 760, colorScheme: 'dark' }],
  ] as const)('%s: charts are drawn, nothing is asked for, nothing sticks out', async (name, options) => {
    const { page, problems } = await open(options);
    const ink = await inked(page);
    expect(ink).toHaveLength(5);
    for (const count of ink) expect(count).toBeGreaterThan(200);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await page.locator('.films img').count()).toBe(9);
    const loaded = await page.$$eval(
      '.films img',
      (all) => (all as HTMLImageElement[]).filter((image) => image.complete && image.naturalWidth > 0).length,
    );
    expect(loaded).toBe(9);
    expect(await page.locator('.published').innerText()).toContain('582 ± 146');
    if (PICTURES !== undefined)
      await page.screenshot({ path: join(PICTURES, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
    expect(problems).toEqual([]);
    await page.close();
  });

  test('methods are switched off, the axis counts agent steps, the pointer reads values', async () => {
    const { page, problems } = await open({ width: 1280, height: 900, colorScheme: 'light' });
    const before = await inked(page);
    await page.click('button[data-toggle=curl]');
    expect(await page.getAttribute('button[data-toggle=curl]', 'aria-pressed')).toBe('false');
    const after = await inked(page);
    after.forEach((count, i) => expect(count).toBeLessThan(before[i]));

    await page.click('#axis');
    expect(await page.innerText('#axis')).toBe('axis: agent steps');
    const plot = page.locator('.plot[data-chart="control/CartpoleSwingup-v0"]');
    await plot.scrollIntoViewIfNeeded();
    await plot.locator('.u-over').hover({ position: { x: 200, y: 60 } });
    const readout = page.locator('.card', { has: plot }).locator('.readout');
    expect(await readout.innerText()).toMatch(
      /^\d[\d.k]*: SAC, no crop .* SAC \+ crop \(RAD\) [\d.]+ \([\d.]+ to [\d.]+\)$/,
    );
    expect(problems).toEqual([]);
    await page.close();
  });
});
