// The gradients of the library's operations are registered by its layers package: in Node the core's own bundle
// leaves them out. Importing it has no other effect here.
import '@tensorflow/tfjs-layers';

export * from '@tensorflow/tfjs-core';
