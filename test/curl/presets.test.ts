import { expect, test } from 'vitest';
import { encoders, type EncoderEntry } from '../../src/curl/index.ts';
import { checkOptions } from '../../src/runs/index.ts';

const entries = Object.entries(encoders) as [string, EncoderEntry][];

test.each(entries)('options of %s have a default each, and resolve to themselves', (_, entry) => {
  const options = checkOptions(entry.options, {});
  expect(checkOptions(entry.options, options)).toEqual(options);
});

const withPreset = entries.filter(([id]) => id !== 'curl' && id !== 'none');

test.each(withPreset)('options of %s have the preset of the paper', (_, entry) => {
  const paper = checkOptions(entry.options, { preset: 'paper' });
  expect(paper).toMatchObject({ preset: 'paper' });
  expect(checkOptions(entry.options, paper)).toEqual(paper);
});

test('what is given beside a preset wins over it', () => {
  const { options } = encoders['moco-v3'];
  expect(checkOptions(options, { preset: 'paper', hidden: 32 })).toMatchObject({
    hidden: 32,
    size: 256,
    norm: 'batch',
    temperature: 1,
  });
  expect(checkOptions(options, { hidden: 32 })).toMatchObject({ hidden: 32, size: 128, temperature: 0.2 });
});

test.each([
  [{ temprature: 1 }, 'unknown key encoder.temprature; did you mean encoder.temperature?'],
  [{ preset: 'papers' }, 'must be one of rl, paper, got "papers"'],
  [{ hidden: 0 }, 'encoder.hidden'],
])('refuses %j in one line', (given, message) => {
  expect(() => checkOptions(encoders.simclr.options, given, { prefix: 'encoder' })).toThrow(message);
});
