#!/bin/sh
# Compiles cuda/*.cu to PTX with an installed nvcc. By hand, after a change there: sh native/build-ptx.sh
# With an argument, writes there instead of into the resources of cuda-bindings; the build does so to compare.
#
#   -fmad=false            nothing is contracted: where a multiply-add is fused, the source says so
#   -ftz=false             subnormal numbers count
#   -prec-div, -prec-sqrt  correctly rounded division and square root
#
# The target is the oldest that the toolkit offers; drivers compile it for any newer device. The PTX version that nvcc writes is its
# own (9.0 wants a driver of 580 or later) although nothing newer than 7.0 is used, so the script says 7.0 instead and lets
# ptxas, which refuses what a version lacks, assemble the result for devices from the oldest to the H200.
set -eu
cd "$(dirname "$0")"
out=${1:-../cuda-bindings/src/main/resources/io/tagma/cuda/tagma_kernels.ptx}

nvcc=
for candidate in ${NVCC:-} nvcc /usr/local/cuda/bin/nvcc; do
    if command -v "$candidate" >/dev/null 2>&1; then
        nvcc=$candidate
        break
    fi
done
if [ -z "$nvcc" ]; then
    echo 'native: no nvcc; install the CUDA toolkit, or name one in NVCC' >&2
    exit 3
fi
version=7.0
target=75
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$nvcc" -O3 -arch=compute_$target -ptx -fmad=false -ftz=false -prec-div=true -prec-sqrt=true \
    -o "$scratch/kernels.ptx" cuda/tagma_kernels.cu

# Sources in the order of their names, so that the sum depends on nothing else.
sum=$(cat $(ls cuda/*.cu cuda/*.cuh | LC_ALL=C sort) build-ptx.sh | sha256sum | cut -d' ' -f1)
{
    echo '// Made by native/build-ptx.sh from native/cuda; do not edit.'
    echo "// sources sha256 $sum"
    echo "// $("$nvcc" --version | sed -n 's/.*release/release/p')"
    # nvcc names what is local to a file after a hash of the file's path, which must not show.
    sed -n "/^\.version/,\$p" "$scratch/kernels.ptx" | sed "s/^\.version .*/.version $version/" |
        sed 's/_INTERNAL_[0-9a-f]\{8\}_16_tagma_kernels_cu_[0-9a-f]\{8\}/_INTERNAL_00000000_16_tagma_kernels_cu_00000000/g'
} >"$scratch/final.ptx"

ptxas=$(dirname "$(command -v "$nvcc")")/ptxas
[ -x "$ptxas" ] || ptxas=/usr/local/cuda/bin/ptxas
for device in 75 80 86 89 90 100 120; do
    "$ptxas" -arch=sm_$device -o /dev/null "$scratch/final.ptx"
done
mkdir -p "$(dirname "$out")"
cp "$scratch/final.ptx" "$out"
echo "native: $out, for compute_$target and later, PTX $version"
