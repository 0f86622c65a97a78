import { describe, expect, test } from 'vitest';
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete } from '../../src/envs/index.ts';
import type { Info, Space } from '../../src/envs/index.ts';
import { ActionMemory } from '../../src/envs/vector/actionMemory.ts';
import { Board, START } from '../../src/envs/vector/board.ts';
import { infoMemory, InfoReader, InfoWriter } from '../../src/envs/vector/infoMemory.ts';

describe('actions in shared memory', () => {
  test.each<[string, Space<unknown>]>([
    ['Box', new Box({ low: -1, high: 1, shape: [3] })],
    ['Box of doubles', new Box({ low: -1, high: 1, shape: [2], dtype: 'float64' })],
    ['Discrete', new Discrete(2 ** 40)],
    ['MultiDiscrete', new MultiDiscrete([3, 4])],
    ['MultiBinary', new MultiBinary(5)],
  ])('%s: what another thread reads is what was written', (_, space) => {
    const ours = new ActionMemory(space, 4);
    const theirs = new ActionMemory(space, 4, ours.memory);
    const actions = Array.from({ length: 4 }, () => space.sample());
    expect(ours.write(actions)).toBe(true);
    const read = actions.map((__, i) => theirs.read(i));
    expect(read).toEqual(actions);
    // An array of its own: the next actions do not change it.
    ours.write(actions.map(() => space.sample()));
    expect(read).toEqual(actions);
  });

  test('actions of another form, and of spaces made of spaces, have no place', () => {
    const box = new ActionMemory(new Box({ low: -1, high: 1, shape: [2] }), 2);
    const good = Float32Array.of(1, 1);
    for (const bad of [Float32Array.of(1), Float64Array.of(1, 1), [1, 1], 1, undefined]) {
      expect(box.write([good, bad])).toBe(false);
    }
    expect(new ActionMemory(new Discrete(3), 1).write([Float32Array.of(1)])).toBe(false);
    expect(new ActionMemory(new Dict({ a: new Discrete(2) }), 1).write([{ a: 1 }])).toBe(false);
  });
});

describe('infos in shared memory', () => {
  function pair(numEnvs: number, stateSize?: number) {
    const memory = infoMemory(numEnvs, stateSize);
    return { writer: new InfoWriter(memory), reader: new InfoReader(memory) };
  }

  test('a new form is told first, then numbers, booleans and arrays come through memory', () => {
    const { writer, reader } = pair(2, 3);
    const first: Info = { state: Float64Array.of(1, NaN, -0), score: 0.1, won: false };
    const second: Info = { score: -Infinity, state: Float64Array.of(4) };
    expect([writer.write(0, first), writer.write(1, second)]).toEqual([false, false]);
    reader.learn(writer.untold());
    expect([writer.write(0, first), writer.write(1, second)]).toEqual([true, true]);
    const read = reader.read(0, 2);
    expect(read).toEqual([first, second]);
    expect(Object.keys(read[1])).toEqual(['score', 'state']);
    writer.write(0, { ...first, score: 9 });
    expect(read[0].score).toBe(0.1);
    expect(reader.read(0, 1)[0].score).toBe(9);
    expect(writer.untold()).toEqual([]);
  });

  test('other values, and more numbers than there is room for, never go through memory', () => {
    const { writer } = pair(1);
    for (const info of [{ why: 'lost' }, { none: undefined }, { state: new Float64Array(33) }]) {
      expect(writer.write(0, info)).toBe(false);
      writer.untold();
      expect(writer.write(0, info)).toBe(false);
    }
    // An info that is different every time does not fill the memory with forms.
    for (let i = 0; i < 200; i++) writer.write(0, { [`n${i}`]: i });
    expect(writer.untold().length).toBeLessThanOrEqual(64);
  });
});

describe('the board', () => {
  test('a call is answered when all workers have, in any order, and numbers wrap around', async () => {
    const memory = Board.memory(2);
    const [parent, worker] = [new Board(memory, 2), new Board(memory, 2)];
    new Int32Array(memory)[0] = 2 ** 31 - 1;
    worker.answer(0, 2 ** 31 - 1);
    worker.answer(1, 2 ** 31 - 1);
    await parent.answered(2 ** 31 - 1);
    const seen = worker.next(2 ** 31 - 1);
    const call = parent.call('step', 1);
    expect(call).toBe(-(2 ** 31));
    expect(await seen).toEqual({ number: call, byMessage: false, half: 1 });
    let done = false;
    const answered = parent.answered(call).then(() => (done = true));
    worker.answer(1, call, true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    worker.answer(0, call);
    await answered;
    expect([parent.byMessage(0), parent.byMessage(1)]).toEqual([false, true]);
  });

  test('begins with the call that starts the workers', () => {
    expect(new Board(Board.memory(1), 1).latest).toBe(START);
  });
});
