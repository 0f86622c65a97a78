import { runCli } from './program.ts';

// `curlew envs | head -1` closes the pipe early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

const code = await runCli(process.argv.slice(2));
// Engines keep threads alive: end here, with all output written (files, pipes and terminals are synchronous).
process.exit(code);
