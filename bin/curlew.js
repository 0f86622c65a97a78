#!/usr/bin/env node
// Plain JavaScript that old versions of Node can still parse, so that they get the line below and no stack trace.

var version = process.versions.node;
var parts = version.split('.').map(Number);

if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 12)) {
  console.error(
    'Curlew needs Node.js 22.12 or newer; this is v' + version + '. Get a newer one from https://nodejs.org.',
  );
  process.exitCode = 2;
} else {
  import('./start.js').then(function (start) {
    return start.run();
  });
}
