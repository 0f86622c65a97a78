export { gridLines, progressJson } from './grid.ts';
export { defaultJobs } from './jobs.ts';
export { runAndShow } from './show.ts';
