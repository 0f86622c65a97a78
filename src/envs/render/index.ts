export { palette } from './scene.ts';
export type {
  Block,
  Camera,
  Color,
  Floor,
  GradientSky,
  Light,
  PictureSky,
  RenderOptions,
  Scene,
  Shape,
  Sky,
  Sphere,
  Tube,
  Vector,
} from './scene.ts';
export { Renderer, renderScene } from './renderer.ts';
