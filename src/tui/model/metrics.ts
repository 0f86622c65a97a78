import { humanNumber, humanPercent } from '../text/format.ts';

/** How a metric of the file appears on the screen. */
export interface MetricInfo {
  /** Name in the metrics file; `return` joins evaluations and training episodes. */
  id: string;
  title: string;
  /** Title where space is short. */
  short?: string;
  format: (value: number) => string;
  /** One line for the help. */
  about: string;
}

const KNOWN: readonly MetricInfo[] = [
  { id: 'return', title: 'Return', format: humanNumber, about: 'sum of rewards of an episode' },
  {
    id: 'contrastive.accuracy',
    title: 'Contrastive accuracy',
    short: 'Contr. accuracy',
    format: humanPercent,
    about: 'how often the encoder picks the matching view out of the batch',
  },
  {
    id: 'loss.contrastive',
    title: 'Contrastive loss',
    short: 'Contr. loss',
    format: humanNumber,
    about: 'loss of the encoder objective',
  },
  { id: 'loss.critic', title: 'Critic loss', format: humanNumber, about: 'error of the value estimates' },
  { id: 'q.mean', title: 'Q value', format: humanNumber, about: 'mean value estimate of the batch' },
  { id: 'loss.value', title: 'Value loss', format: humanNumber, about: 'error of the value estimates' },
  {
    id: 'explained.variance',
    title: 'Explained variance',
    short: 'Explained var.',
    format: humanPercent,
    about: 'share of the spread of returns that the values foresee',
  },
  { id: 'loss.policy', title: 'Policy loss', format: humanNumber, about: 'loss of the policy' },
  { id: 'kl', title: 'KL', format: humanNumber, about: 'how far an update moves the policy' },
  {
    id: 'clip.fraction',
    title: 'Clip fraction',
    format: humanPercent,
    about: 'share of samples whose probability moved too far to count',
  },
  { id: 'loss.actor', title: 'Actor loss', format: humanNumber, about: 'loss of the policy' },
  { id: 'entropy', title: 'Entropy', format: humanNumber, about: 'spread of the policy, in nats' },
  {
    id: 'temperature',
    title: 'Temperature',
    format: humanNumber,
    about: 'weight of the entropy in the objective',
  },
  { id: 'loss.temperature', title: 'Temperature loss', format: humanNumber, about: 'loss of that weight' },
  {
    id: 'speed.agent',
    title: 'Speed',
    format: (value) => `${humanNumber(value)}/s`,
    about: 'agent steps a second',
  },
];

/** `loss.value` as a title: `Loss value`. */
function titleOf(id: string): string {
  const words = id.replaceAll(/[._-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The metrics to show, known ones first in a fixed order, then others by name. The return is always there. */
export function metricList(present: Iterable<string>): MetricInfo[] {
  const names = new Set(present);
  const known = KNOWN.filter(({ id }) => id === 'return' || names.has(id));
  const others = [...names].filter((id) => !KNOWN.some((metric) => metric.id === id)).sort();
  return [
    ...known,
    ...others.map((id) => ({ id, title: titleOf(id), format: humanNumber, about: 'metric of this agent' })),
  ];
}
