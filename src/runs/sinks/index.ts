export { CsvSink } from './csv.ts';
export { JsonlSink } from './jsonl.ts';
export type { MetricSink } from './sink.ts';
export { TensorBoardSink } from './tensorboard.ts';
