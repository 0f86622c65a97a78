import type { EpisodeFile, RecordedEpisode } from '../../runs/index.ts';
import type { KeyName } from './keys.ts';

/** What the episode player shows. */
export interface PlayerView {
  /** Place in the list of episodes. */
  episode: number;
  /** Picture of the episode. */
  frame: number;
  playing: boolean;
  /** Pictures are shown so many times as fast as the episode was. */
  speed: number;
  help: boolean;
}

export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4];

/** The newest episode from its start. */
export function firstView(episodes: readonly EpisodeFile[]): PlayerView {
  return { episode: Math.max(0, episodes.length - 1), frame: 0, playing: true, speed: 1, help: false };
}

/** The next picture of an episode that plays; it stops at its end. */
export function advance(view: PlayerView, frames: number): PlayerView {
  if (!view.playing || frames === 0) return view;
  return view.frame + 1 < frames ? { ...view, frame: view.frame + 1 } : { ...view, playing: false };
}

/** The effect of a key on the player of `episodes` episodes, the shown one of `frames` pictures. */
export function pressPlayerKey(
  view: PlayerView,
  key: KeyName | string,
  episodes: number,
  frames: number,
): { view: PlayerView } | { leave: 'quit' | 'back' } {
  if (view.help) return { view: { ...view, help: false } };
  const scrub = (by: number) => {
    const frame = Math.max(0, Math.min(frames - 1, view.frame + by));
    return { view: { ...view, frame, playing: false } };
  };
  const turn = (by: number) => {
    const episode = Math.max(0, Math.min(episodes - 1, view.episode + by));
    return { view: episode === view.episode ? view : { ...view, episode, frame: 0, playing: true } };
  };
  const pace = (by: number) => {
    const place = Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(view.speed) + by));
    return { view: { ...view, speed: SPEEDS[place] } };
  };
  switch (key) {
    case ' ':
    case 'enter':
      return {
        view: {
          ...view,
          playing: !view.playing,
          frame: !view.playing && view.frame + 1 >= frames ? 0 : view.frame,
        },
      };
    case 'left':
    case 'h':
      return scrub(-1);
    case 'right':
    case 'l':
      return scrub(1);
    case 'page-up':
      return scrub(-10);
    case 'page-down':
      return scrub(10);
    case '0':
      return scrub(-frames);
    case '$':
      return scrub(frames);
    case 'down':
    case 'j':
    case 'tab':
      return turn(1);
    case 'up':
    case 'k':
    case 'shift-tab':
      return turn(-1);
    case '-':
      return pace(-1);
    case '+':
    case '=':
      return pace(1);
    case '?':
      return { view: { ...view, help: true } };
    case 'escape':
      return { leave: 'back' };
    case 'q':
      return { leave: 'quit' };
    default:
      return { view };
  }
}

/** The curves beside the pictures, by name: the return so far, then what the agent thought. */
export function tracesOf({ trace }: RecordedEpisode): [string, number[]][] {
  if (!trace) return [];
  let sum = 0;
  const returns = trace.rewards.map((reward) => (sum += reward));
  return [['return', returns], ...Object.entries(trace.traces), ['reward', trace.rewards]];
}

/** The agent step of a picture within its episode: it was taken before that step was made. */
export function stepOf({ trace }: RecordedEpisode, frame: number): number {
  return frame * (trace?.every ?? 1);
}
