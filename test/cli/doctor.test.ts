import { afterEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { engineTable } from '../../src/cli/doctor.ts';
import { advice } from '../../src/cli/doctor/advice.ts';
import type { EngineReport } from '../../src/cli/doctor/engines.ts';
import { stopEngine } from '../../src/engine/index.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await stopEngine();
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
  const code = await runCli(args);
  vi.restoreAllMocks();
  return { code, ...printed };
}

const info = (name: 'native' | 'wasm', threads: number, kernels: 'own' | 'composed') => ({
  name,
  threads,
  simd: 'relaxed',
  kernels,
  notes: [],
  selfTest: { error: 1e-7, milliseconds: 20 },
});

const ABSENT: EngineReport = {
  name: 'native',
  description: 'our kernels',
  found: false,
  works: false,
  reason: 'not built: `npm run build:native` builds it',
};
const BROKEN: EngineReport = { ...ABSENT, name: 'webgpu', found: true, reason: 'self-test failed' };
const WORKING: EngineReport = {
  name: 'wasm',
  description: 'WebAssembly',
  found: true,
  works: true,
  info: info('wasm', 2, 'own'),
  speed: { forwardGflops: 45.26, trainingGflops: 50, updatesPerSecond: 9.94 },
};

describe('the table of engines', () => {
  test('has a line for each, with its speeds or the reason why not', () => {
    const [head, ...lines] = engineTable([ABSENT, BROKEN, WORKING]);
    expect(head).toMatch(/engine +found +works +forward +training +updates\/s/);
    expect(lines[0]).toMatch(/^ {2}– native +no +no +not built/);
    expect(lines[1]).toMatch(/^ {2}✗ webgpu +yes +no +self-test failed$/);
    expect(lines[2]).toMatch(/^ {2}✓ wasm +yes +yes +45\.3 +50\.0 +9\.9 +2 threads, relaxed$/);
  });
});

describe('advice', () => {
  test('tells what engines before the one in use would bring', () => {
    const lines = advice([BROKEN, ABSENT, WORKING], 'wasm');
    expect(lines[0]).toContain('webgpu engine, for GPUs without CUDA: self-test failed');
    expect(lines[1]).toContain('twice the speed of wasm on the processor: not built: `npm run build:native`');
    expect(advice([WORKING, ABSENT], 'wasm').join()).not.toContain('native');
  });

  test('speaks of our kernels where they are not in use', () => {
    const composed = { ...WORKING, info: info('wasm', 8, 'composed') };
    expect(advice([composed], 'wasm')).toEqual([expect.stringContaining("Curlew's own kernels")]);
    expect(advice([{ ...WORKING, info: info('wasm', 8, 'own') }], 'wasm')).toEqual([]);
  });
});

describe('curlew doctor', () => {
  test('measures one engine, with its speeds', async () => {
    const { code, stdout, stderr } = await run('doctor', '--engine', 'wasm', '--threads', '1', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as EngineReport;
    expect(report).toMatchObject({
      name: 'wasm',
      found: true,
      works: true,
      info: { threads: 1, kernels: 'own' },
    });
    for (const value of Object.values(report.speed!)) expect(value).toBeGreaterThan(0);
  });

  test.each([
    [['--engine', 'wsam'], /--engine wsam.*did you mean wasm\?/],
    [['--threads', '0'], /--threads 0.*positive integer/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run('doctor', ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

test.each([
  [['instal', 'webgpu'], /no action instal; did you mean install\?/],
  [['install', 'webgqu'], /webgqu is not an engine to install; did you mean webgpu\?/],
  [['install', 'webgpu', '--gpu'], /--gpu and --from-wheel belong to tensorflow/],
])('curlew engine %j is refused in one line', async (args, message) => {
  const { code, stdout, stderr } = await run('engine', ...args);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
