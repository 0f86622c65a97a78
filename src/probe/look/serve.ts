import { messageOf } from '../../base/index.ts';
import { Looking } from './look.ts';
import type { LookAnswer, LookRequest } from './types.ts';

/** The looking process: looks, then answers until its parent is gone. @throws where it cannot look */
export async function serveLook(folder: string, policy: 'agent' | 'random'): Promise<void> {
  const tell = (answer: LookAnswer) => {
    if (process.connected) process.send?.(answer);
  };
  const gone = new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
  const open = async (who: 'agent' | 'random') => {
    const looking = await Looking.open(folder, {
      policy: who,
      onProgress: (text) => tell({ type: 'progress', text }),
    });
    tell({ type: 'look', look: looking.look });
    return looking;
  };
  let looking = await open(policy);
  // One after the other: what is asked for meanwhile waits.
  let work = Promise.resolve();
  const answer = async (request: LookRequest) => {
    try {
      if (request.type === 'again') looking = await open(request.policy);
      else if (request.type === 'umap') tell({ type: 'umap', points: looking.umap() });
      else tell({ type: 'views', row: request.row, views: looking.views(request.row) });
    } catch (error) {
      tell({ type: 'failed', message: messageOf(error) });
    }
  };
  process.on('message', (request) => {
    work = work.then(() => answer(request as LookRequest));
  });
  await gone;
}
