export * from './report/index.ts';
export * from './results/index.ts';
export * from './runner/index.ts';
export * from './statistics/index.ts';
export * from './suite/index.ts';
