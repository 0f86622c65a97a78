import { spawnSync } from 'node:child_process';

/** Where the peers' Python may be, in the order of trial. */
function candidates(given: string | undefined): string[] {
  return given ? [given] : ['python3', 'python'];
}

/** A Python that has torch, or how to get one. */
export function pythonWithTorch(given: string | undefined): { python: string } | { missing: string } {
  for (const python of candidates(given)) {
    if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0) return { python };
  }
  return {
    missing:
      `${candidates(given).join(' and ')}: no PyTorch there, so nothing to compare with. ` +
      'To get it: python3 -m venv torch && torch/bin/pip install torch numpy, then --python torch/bin/python',
  };
}
