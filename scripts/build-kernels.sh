#!/bin/sh
# Builds the wasm kernels: scripts/build-kernels.sh [OUTPUT_FOLDER]   (needs clang 19 and lld 19)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/kernels}
clang=${CLANG:-clang++-19}
mkdir -p "$out"

build() {
  name=$1
  memory=$2
  shift 2
  # The memory belongs to the tensor library: no data, no stack of our own, no entry point.
  # shellcheck disable=SC2086
  "$clang" --target=wasm32 -std=c++20 -O3 -msimd128 -mbulk-memory -nostdlib -fno-exceptions -fno-rtti \
    -ffp-contract=off -fno-ident -Wall -Wextra -Werror -fuse-ld=lld "$@" \
    -Wl,--no-entry -Wl,--import-memory -Wl,--export=__stack_pointer -Wl,-z,stack-size=64 \
    -Wl,--initial-memory=65536 $memory -Wl,--strip-all -o "$out/$name.wasm" "$root/kernels/src/kernels.cpp"
}

shared='-Wl,--shared-memory -Wl,--max-memory=4294967296'
build simd128 ''
build relaxed '' -mrelaxed-simd
build simd128-threads "$shared" -matomics
build relaxed-threads "$shared" -matomics -mrelaxed-simd

# Initial weights: a memory of its own, as large as the largest matrix.
"$clang" --target=wasm32 -std=c++20 -O3 -msimd128 -mbulk-memory -nostdlib -fno-exceptions -fno-rtti \
  -ffp-contract=off -fno-ident -Wall -Wextra -Werror -fuse-ld=lld \
  -Wl,--no-entry -Wl,--import-memory -Wl,-z,stack-size=1024 -Wl,--stack-first -Wl,--initial-memory=65536 \
  -Wl,--strip-all -Wl,--export=__heap_base -o "$out/orthogonal.wasm" "$root/kernels/src/orthogonal/orthogonal.cpp"
ls -l "$out"/*.wasm
