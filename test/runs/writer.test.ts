import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followRun, metricLines, readRun, readStatus, RunWriter } from '../../src/runs/index.ts';
import { freshRun, line } from './fixtures.ts';

const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const eventFiles = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('events.out.tfevents.'));

/** What a run logs at one step. */
function logStep(writer: RunWriter, step: number): void {
  writer.log(line(step, { 'loss.critic': 1 / (step + 1), ...(step > 3 && { 'loss.actor': -step }) }));
  if (step % 2 === 0) writer.log(line(step, { 'return.mean': step * 10 }, 'evaluation'));
}

describe('RunWriter', () => {
  test('what is logged is what readers see', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    for (let step = 1; step <= 6; step++) logStep(writer, step);
    writer.close('finished');
    const run = readRun(folder);
    expect(run.status).toMatchObject({ state: 'finished', agentStep: 6, totalSteps: 100_000 });
    expect(run.metrics.get('return.mean')).toMatchObject({
      kind: 'evaluation',
      agentStep: [2, 4, 6],
      envStep: [16, 32, 48],
      value: [20, 40, 60],
    });
    expect(run.metrics.get('loss.actor')?.value).toEqual([-4, -5, -6]);
  });

  test('a resumed run leaves the same files as one that was never interrupted', () => {
    const whole = freshRun();
    const uninterrupted = new RunWriter(whole);
    for (let step = 1; step <= 8; step++) logStep(uninterrupted, step);
    uninterrupted.close('finished');

    const folder = freshRun();
    const first = new RunWriter(folder);
    for (let step = 1; step <= 6; step++) logStep(first, step);
    first.close('interrupted');
    appendFileSync(join(folder, 'metrics.jsonl'), '{"kind":"train","agentSt');
    const second = new RunWriter(folder, { resumeFrom: 4 });
    expect([...metricLines(folder)].map((entry) => entry.agentStep)).toEqual([1, 2, 2, 3, 4, 4]);
    for (let step = 5; step <= 8; step++) logStep(second, step);
    second.close('finished');

    for (const name of ['metrics.jsonl', 'progress.csv'])
      expect(textOf(folder, name)).toBe(textOf(whole, name));
    expect(eventFiles(folder)).toHaveLength(2);
  });

  test('a resume from before the first line empties the files', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    logStep(writer, 0);
    writer.truncateAfter(-1);
    expect(textOf(folder, 'metrics.jsonl')).toBe('');
    expect(textOf(folder, 'progress.csv')).toBe('kind,agentStep,envStep,wallSeconds\n');
    logStep(writer, 0);
    expect(followRun(folder).poll().lines).toHaveLength(2);
    writer.close('finished');
    expect(readStatus(folder).state).toBe('finished');
  });
});
