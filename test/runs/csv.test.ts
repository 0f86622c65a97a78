import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CsvSink } from '../../src/runs/sinks/index.ts';
import { line, temporaryFolder } from './fixtures.ts';

function sinkIn(folder = temporaryFolder()): { path: string; sink: CsvSink; text: () => string } {
  const path = join(folder, 'progress.csv');
  return { path, sink: new CsvSink(path), text: () => readFileSync(path, 'utf8') };
}

test('columns grow as metrics appear, and every row stays as long as the header', () => {
  const { sink, text } = sinkIn();
  expect(text()).toBe('kind,agentStep,envStep,wallSeconds\n');
  sink.write(line(10, { a: 1 }));
  expect(text()).toBe('kind,agentStep,envStep,wallSeconds,a\ntrain,10,80,1,1\n');
  sink.write(line(20, { b: 2.5, c: -3e-7 }, 'evaluation'));
  sink.write(line(30, { a: 4 }));
  sink.flush();
  sink.close();
  expect(text()).toBe(
    [
      'kind,agentStep,envStep,wallSeconds,a,b,c',
      'train,10,80,1,1,,',
      'evaluation,20,160,2,,2.5,-3e-7',
      'train,30,240,3,4,,',
      '',
    ].join('\n'),
  );
});

test('opened with lines, it holds just these, and grows on', () => {
  const { path, sink, text } = sinkIn();
  sink.write(line(10, { gone: 1 }));
  sink.close();
  const again = new CsvSink(path, [line(1, { a: 1 }), line(2, { b: NaN })]);
  expect(text()).toBe('kind,agentStep,envStep,wallSeconds,a,b\ntrain,1,8,0.1,1,\ntrain,2,16,0.2,,NaN\n');
  again.write(line(3, { c: 0 }));
  again.close();
  expect(
    text()
      .split('\n')
      .slice(1, -1)
      .map((row) => row.split(',').length),
  ).toEqual([7, 7, 7]);
});

test('names that need it are quoted', () => {
  const { sink, text } = sinkIn();
  sink.write(line(1, { 'a,"b"': 1 }));
  sink.write(line(2, { c: 1 }));
  sink.close();
  expect(text()).toBe(
    'kind,agentStep,envStep,wallSeconds,"a,""b""",c\ntrain,1,8,0.1,1,\ntrain,2,16,0.2,,1\n',
  );
});
