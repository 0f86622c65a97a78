/** Colours of the suite as MuJoCo writes them. */
export const paint = {
  limb: '.7 .5 .3 1',
  /** The limb of a pair that is farther from the camera. */
  farLimb: '.45 .31 .2 1',
  effector: '.7 .4 .2 1',
  decoration: '.3 .5 .7 1',
  target: '.6 .3 .3 1',
} as const;

/** Geoms of this group take part in the physics and are not drawn; others are (see `scene.ts`). */
export const HIDDEN = 3;

/** An endless floor, or one that ends at |x|, |y| = `half`. */
export function floor({ z = 0, half = 0, more = '' } = {}): string {
  return `<geom name="floor" type="plane" pos="0 0 ${z}" size="${half} ${half} .1" ${more}/>`;
}

/** A motor of full strength `gear` on a joint. */
export function motor(joint: string, gear: number): string {
  return `<motor joint="${joint}" gear="${gear}" ctrllimited="true" ctrlrange="-1 1"/>`;
}

/** A thing that is only looked at: no mass, no contacts. Goes into a geom's attributes. */
export const drawnOnly = 'mass="0" contype="0" conaffinity="0"';

/**
 * A whole model. Its memory is kept small: the default arena is 13.6 MB per simulation, and these models need
 * a few kilobytes.
 */
export function mjcf(parts: {
  option: string;
  compiler?: string;
  /** Names of MuJoCo's flags to switch off. */
  disable?: string[];
  default?: string;
  world: string;
  actuator: string;
  more?: string;
}): string {
  const flags = (parts.disable ?? []).map((name) => `${name}="disable"`).join(' ');
  return `<mujoco>
  <compiler angle="degree" ${parts.compiler ?? ''}/>
  <size memory="256K"/>
  <option ${parts.option}><flag ${flags}/></option>
  <default>${parts.default ?? ''}</default>
  <worldbody>${parts.world}</worldbody>
  <actuator>${parts.actuator}</actuator>
  ${parts.more ?? ''}
</mujoco>`;
}
