import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stopEngine } from '../../src/engine/index.ts';
import { Callbacks } from '../../src/train/index.ts';
import { ppoExperiment, ppoSession } from './on-policy-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'curlew-on-policy-callbacks-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  stopEngine();
});

test('callbacks see an on-policy run and end it after a whole rollout', async () => {
  const seen = { steps: 0, metrics: 0, episodes: 0 };
  const callbacks = new Callbacks([
    {
      onStep: ({ agentStep }) => {
        seen.steps++;
        return agentStep === 36 ? { stop: 'enough' } : agentStep === 4 ? { evaluate: true } : undefined;
      },
      onMetrics: () => void seen.metrics++,
      onEpisode: () => void seen.episodes++,
    },
  ]);
  const { state, training, recorder } = await ppoSession(
    folder,
    ppoExperiment(),
    Infinity,
    () => undefined,
    callbacks,
  );
  // Rollouts are 16 steps long, two at a time.
  expect(state).toBe('finished');
  expect(training.agentStep).toBe(48);
  expect(seen).toEqual({ steps: 24, metrics: 3, episodes: recorder.of('episode').length });
  expect(recorder.of('evaluation').map(({ agentStep }) => agentStep)).toEqual([0, 16, 32, 48]);
});
