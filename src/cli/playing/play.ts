import { playRun, type EpisodeResult, type Which } from '../../train/index.ts';
import { loadScreens, type PlayEnd } from '../../tui/index.ts';
import { Film, FILM_SIZE } from './film.ts';

export interface PlayRequest {
  folder: string;
  title: string;
  episodes: number;
  seed: number;
  which: Which;
}

/** Plays without a screen, as fast as it goes, and writes the films asked for. */
export async function playToFiles(
  { folder, episodes, seed, which }: PlayRequest,
  files: { gif?: string; apng?: string; png?: string },
): Promise<PlayEnd<EpisodeResult[]>> {
  const film = new Film();
  const wanted = [files.gif, files.apng, files.png].some((path) => path !== undefined);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  let fps = 25;
  const results = await playRun(folder, {
    episodes,
    seed,
    which,
    signal: stop.signal,
    onFrame: (frame) => {
      fps = frame.fps;
      if (wanted) film.take(() => frame.picture(FILM_SIZE));
    },
  });
  process.off('SIGINT', onInterrupt);
  if (stop.signal.aborted) return { how: 'interrupted' };
  if (files.gif !== undefined) film.writeGif(files.gif, fps);
  if (files.apng !== undefined) film.writeApng(files.apng, fps);
  if (files.png !== undefined) film.writePng(files.png);
  return { how: 'ended', result: results };
}

/** Plays in the terminal at the task's real speed. */
export async function playOnScreen(request: PlayRequest): Promise<PlayEnd<EpisodeResult[]>> {
  const { folder, title, episodes, seed, which } = request;
  const { showPlay } = await loadScreens();
  return showPlay(async (stage) => {
    let due = 0;
    return playRun(folder, {
      episodes,
      seed,
      which,
      signal: stage.signal,
      onFrame: async (frame) => {
        const size = stage.size();
        const picture = frame.picture({ width: size, height: size });
        stage.show({
          title,
          episodes,
          episode: frame.episode,
          step: frame.step,
          return: frame.return,
          picture,
        });
        // A slow agent does not make up for lost time by rushing afterwards.
        const now = performance.now();
        due = Math.max(now, due + 1000 / frame.fps);
        await new Promise((resolve) => setTimeout(resolve, due - now));
      },
    });
  });
}
