export { MemoryBank } from './memory-bank.ts';
export type { BankSamples } from './memory-bank.ts';
export { momentumSchedule } from './momentum-schedule.ts';
export { EmbeddingQueue } from './queue.ts';
