import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkOptions } from '../../src/runs/index.ts';
import { messageFrom } from './fixtures.ts';

const schema = z.strictObject({
  learningRate: z.number().positive().default(1e-3).describe('step size of Adam'),
  hidden: z.array(z.number().int().positive()).default([64]),
  betas: z.tuple([z.number(), z.number()]).optional(),
  mode: z.enum(['a', 'b']).default('a'),
  momentum: z.number().min(0).max(1).default(0.5),
  queue: z.union([z.boolean(), z.number()]).default(false),
});

test('fills in defaults', () => {
  expect(checkOptions(schema, { mode: 'b' })).toMatchObject({ learningRate: 1e-3, hidden: [64], mode: 'b' });
});

test.each([
  [{ learningRate: 'fast' }, 'agent.learningRate (step size of Adam) must be a positive number, got "fast".'],
  [{ learningRate: 0 }, 'agent.learningRate (step size of Adam) must be a positive number, got 0.'],
  [{ lerningRate: 1 }, 'unknown key agent.lerningRate; did you mean agent.learningRate?'],
  [{ hidden: [1, 'x'] }, 'agent.hidden.1 must be a positive integer, got "x".'],
  [{ hidden: 3 }, 'agent.hidden must be a list, each a positive integer, got 3.'],
  [{ mode: 'c' }, 'agent.mode must be one of a, b, got "c".'],
  [{ momentum: 2 }, 'agent.momentum must be a number at least 0 and at most 1, got 2.'],
  [{ queue: 'x' }, 'agent.queue must be true or false or a number, got "x".'],
  [{ mode: 'x'.repeat(100) }, `agent.mode must be one of a, b, got "${'x'.repeat(56)}....`],
])('%j is refused in one line', (value, message) => {
  expect(messageFrom(() => checkOptions(schema, value, { prefix: 'agent' }))).toBe(message);
});

test('says where, and that nothing fits where there are no options', () => {
  const empty = z.strictObject({});
  expect(messageFrom(() => checkOptions(empty, { x: 1 }, { where: '--set x=1' }))).toBe(
    '--set x=1: unknown key x; it takes no options.',
  );
});
