/** What is measured, at 84x84: our id, its action repeat, the target and what to run beside it. */
export interface Measured {
  id: string;
  actionRepeat: number;
  /** Agent steps a second on one core. */
  target?: number;
  /** Game of ale-py; control tasks run their own model in Python's MuJoCo. */
  ale?: string;
}

const control = (name: string, actionRepeat: number, target?: number): Measured => ({
  id: `control/${name}-v0`,
  actionRepeat,
  ...(target === undefined ? {} : { target }),
});
const arcade = (name: string, ale?: string): Measured => ({
  id: `arcade/${name}-v0`,
  actionRepeat: 1,
  target: 20_000,
  ...(ale === undefined ? {} : { ale }),
});

/** Action repeats of CURL (Srinivas et al. 2020, arXiv 2004.04136), 4 for the tasks that are not in it. */
export const MEASURED: Measured[] = [
  control('CartpoleSwingup', 8, 5000),
  control('ReacherEasy', 4, 5000),
  control('CheetahRun', 4, 5000),
  control('WalkerWalk', 2, 2500),
  control('HopperHop', 4, 2500),
  control('FingerSpin', 2),
  control('BallInCupCatch', 4),
  control('AcrobotSwingup', 4),
  arcade('Asterix', 'Asterix'),
  arcade('Breakout', 'Breakout'),
  arcade('Catch'),
  arcade('Freeway', 'Freeway'),
  arcade('Maze'),
  arcade('Pong', 'Pong'),
  arcade('Seaquest', 'Seaquest'),
  arcade('SpaceInvaders', 'SpaceInvaders'),
];
