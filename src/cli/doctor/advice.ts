import { availableParallelism } from 'node:os';
import type { EngineReport } from './engines.ts';

/** Threads beyond these do not help nets of the usual size. */
const MOST_THREADS = 8;

/** What an engine would bring where it is not there. */
const GAINS: Partial<Record<EngineReport['name'], string>> = {
  tensorflow: 'CUDA GPUs',
  webgpu: 'GPUs without CUDA',
  native: 'about twice the speed of wasm on the processor',
};

/** What would make this machine learn faster, one line each. */
export function advice(engines: EngineReport[], auto: EngineReport['name'] | null): string[] {
  const place = engines.findIndex(({ name }) => name === auto);
  const before = engines.slice(0, Math.max(0, place)).filter(({ works }) => !works);
  const lines = before.map(({ name, reason }) => {
    const gain = GAINS[name];
    return `the ${name} engine${gain ? `, for ${gain}` : ''}: ${reason ?? 'it does not work here'}`;
  });
  const info = engines[place]?.info;
  if (info?.kernels === 'composed')
    lines.push("Curlew's own kernels, which are not in use: see the notes above");
  const onProcessor = auto === 'native' || auto === 'wasm' || auto === 'cpu';
  if (onProcessor && info && info.threads < Math.min(MOST_THREADS, availableParallelism()))
    lines.push(
      `more threads: ${info.threads} are used, this machine has ${availableParallelism()} processors`,
    );
  else if (onProcessor && info && info.threads < MOST_THREADS)
    lines.push(`more processor cores: ${info.threads} are used here, up to ${MOST_THREADS} help`);
  return lines;
}
