#!/bin/sh
# Builds the renderer's inner loops: scripts/build-render.sh [OUTPUT_FOLDER]   (needs clang 19 and lld 19)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/kernels}
clang=${CLANG:-clang++-19}
mkdir -p "$out"
# A memory of its own, which the renderer makes as large as its pictures need.
"$clang" --target=wasm32 -std=c++20 -O3 -msimd128 -mbulk-memory -mnontrapping-fptoint -nostdlib -fno-exceptions -fno-rtti \
  -ffp-contract=off -fno-ident -Wall -Wextra -Werror -fuse-ld=lld \
  -Wl,--no-entry -Wl,--import-memory -Wl,-z,stack-size=1024 -Wl,--stack-first -Wl,--initial-memory=65536 \
  -Wl,--strip-all -Wl,--export=__heap_base -o "$out/render.wasm" "$root"/kernels/src/render/*.cpp
ls -l "$out/render.wasm"
