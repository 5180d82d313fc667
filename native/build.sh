#!/bin/sh
# Builds the test-only driver and checks our header, into target/. Run by Maven; by hand: sh native/build.sh
#
# What was done, or why not, is printed and left in target/status (test-driver=..., cuda-h=...), which the tests of
# cuda-bindings read: a part that could not be done here is a visible skip there; a part that failed fails the build.
set -eu
cd "$(dirname "$0")"

out=target/test-driver
status=target/status
rm -rf target/test-driver target/checks "$status"
mkdir -p "$out/missing" target/checks

say() { # key, value
    echo "native: $1: $2"
    echo "$1=$2" >>"$status"
}

if [ "$(uname -s)" != Linux ]; then
    say test-driver "skipped: it is a Linux library, this is $(uname -s)"
    say cuda-h "skipped: only on Linux"
    exit 0
fi
cc=
for candidate in ${CC:-} gcc cc; do
    if command -v "$candidate" >/dev/null 2>&1; then
        cc=$candidate
        break
    fi
done
if [ -z "$cc" ]; then
    say test-driver 'skipped: no C compiler; install gcc, or name one in CC'
    say cuda-h 'skipped: no C compiler; install gcc, or name one in CC'
    exit 0
fi
strict='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror'

# No -soname: a process that has the stand-in open must still get the real one when it asks for libcuda.so.1.
"$cc" $strict -O2 -g -fPIC -Iinclude -c test-driver/tagma_test_driver.c -o "$out/driver.o"
"$cc" -shared -o "$out/libcuda.so.1" "$out/driver.o"

# One build for each call that an older driver might lack: the linker hides that symbol.
calls=$(sed -n 's/^CUresult \(cu[A-Za-z0-9_]*\)(.*/\1/p' include/tagma_cuda.h)
count=0
for call in $calls; do
    printf '{ global: cu*; tagma_test_*; local: %s; *; };\n' "$call" >"$out/missing/$call.map"
    mkdir -p "$out/missing/$call"
    "$cc" -shared -Wl,--version-script="$out/missing/$call.map" -o "$out/missing/$call/libcuda.so.1" "$out/driver.o"
    count=$((count + 1))
done
say test-driver "built with $cc, and $count builds that lack one call each"

# Our header alone, then after NVIDIA's where a toolkit is installed.
"$cc" $strict -fsyntax-only -x c include/tagma_cuda.h
found=
for home in ${CUDA_HOME:-} ${CUDA_PATH:-} /usr/local/cuda /usr/local/cuda-* /opt/cuda /usr; do
    if [ -f "$home/include/cuda.h" ]; then
        found=$home/include
        break
    fi
done
if [ -z "$found" ]; then
    say cuda-h 'skipped: no cuda.h of a CUDA toolkit here; name one in CUDA_HOME'
    exit 0
fi
# -isystem: its warnings are not ours to fix; errors stay errors.
"$cc" -std=c11 -Wall -Wextra -Werror -isystem "$found" -Iinclude -fsyntax-only checks/agrees_with_cuda_h.c

# The check must bite: a planted disagreement has to be an error.
mkdir -p target/checks/planted
sed 's/^CUresult cuDeviceGetCount(int /CUresult cuDeviceGetCount(long /' include/tagma_cuda.h >target/checks/planted/tagma_cuda.h
if "$cc" -std=c11 -isystem "$found" -Itarget/checks/planted -fsyntax-only checks/agrees_with_cuda_h.c \
    2>target/checks/planted/errors; then
    echo "native: the check against $found/cuda.h lets a planted disagreement pass" >&2
    exit 1
fi
grep -q cuDeviceGetCount target/checks/planted/errors || {
    echo "native: the planted disagreement failed for another reason; see native/target/checks/planted/errors" >&2
    exit 1
}
say cuda-h "tagma_cuda.h agrees with $found/cuda.h"
