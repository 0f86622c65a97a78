import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder = '';

/** All temporary files of a test run lie in one folder, that of its worker processes' `os.tmpdir()`. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'curlew-test-'));
  process.env.TMPDIR = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
