#!/bin/sh
# Builds the test-only driver and checks our header, into target/. Run by Maven; by hand: sh native/build.sh
#
# What was done, or why not, is printed and left in target/status (test-driver=..., cpu-kernels=..., ptx=..., cuda-h=...), which the
# tests read: a part that could not be done here is a visible skip there; a part that failed fails the build.
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
    say cpu-kernels 'skipped: only on Linux'
    say ptx 'skipped: only on Linux'
    say cuda-h "skipped: only on Linux"
    exit 0
fi

# The PTX that is checked in against what nvcc makes of the sources, where there is an nvcc; once for each state of both.
resource=../cuda-bindings/src/main/resources/io/tagma/cuda/tagma_kernels.ptx
nvcc=
for candidate in ${NVCC:-} nvcc /usr/local/cuda/bin/nvcc; do
    if command -v "$candidate" >/dev/null 2>&1; then
        nvcc=$candidate
        break
    fi
done
if [ -z "$nvcc" ]; then
    say ptx 'skipped: no nvcc to compile it again; the sum of the sources in it is compared all the same'
else
    here="// $("$nvcc" --version | sed -n 's/.*release/release/p')"
    made=$(sed -n 3p "$resource")
    state=$(cat cuda/*.cu cuda/*.cuh build-ptx.sh "$resource" | sha256sum)
    if [ "$here" != "$made" ]; then
        say ptx "skipped: this nvcc is $here, the one checked in was made by $made"
    elif [ "$(cat target/ptx-checked 2>/dev/null)" = "$state" ]; then
        say ptx 'the same as before, which nvcc made the same'
    else
        NVCC=$nvcc sh build-ptx.sh target/checks/again.ptx
        if ! cmp -s target/checks/again.ptx "$resource"; then
            echo "native: $resource is not what nvcc makes of native/cuda; run sh native/build-ptx.sh" >&2
            exit 1
        fi
        echo "$state" >target/ptx-checked
        say ptx 'nvcc makes the same of the sources'
    fi
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
    say cpu-kernels 'skipped: no C compiler; install gcc and g++, or name them in CC and CXX'
    say cuda-h 'skipped: no C compiler; install gcc, or name one in CC'
    exit 0
fi
strict='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror'

# The kernels for the processor: the same sources, by a C++ compiler. Nothing contracted here either.
kernels=
cxx=
for candidate in ${CXX:-} g++ c++; do
    if command -v "$candidate" >/dev/null 2>&1; then
        cxx=$candidate
        break
    fi
done
if [ -z "$cxx" ]; then
    say cpu-kernels 'skipped: no C++ compiler; install g++, or name one in CXX'
else
    "$cxx" -std=c++17 -O2 -g -fPIC -ffp-contract=off -Wall -Wextra -Wno-unknown-pragmas -Wno-sign-compare -Wno-clobbered -Werror \
        -Icuda/harness -c cuda/harness/cuda_on_cpu.cpp -o "$out/kernels.o"
    kernels="$out/kernels.o -lstdc++ -lm"
    say cpu-kernels "built with $cxx"
fi

# No -soname: a process that has the stand-in open must still get the real one when it asks for libcuda.so.1.
for part in driver objects; do
    "$cc" $strict -O2 -g -fPIC -Iinclude -c "test-driver/tagma_test_$part.c" -o "$out/$part.o"
done
"$cc" -shared -o "$out/libcuda.so.1" "$out/driver.o" "$out/objects.o" $kernels -lpthread

# One that has a device without being told, for tests that do not talk to it.
mkdir -p "$out/one-device"
"$cc" $strict -O2 -g -fPIC -Iinclude -DDEFAULT_DEVICES=1 -c test-driver/tagma_test_driver.c -o "$out/one-device/driver.o"
"$cc" -shared -o "$out/one-device/libcuda.so.1" "$out/one-device/driver.o" "$out/objects.o" $kernels -lpthread

# One build for each call that an older driver might lack: the linker hides that symbol.
calls=$(sed -n 's/^CUresult \(cu[A-Za-z0-9_]*\)(.*/\1/p' include/tagma_cuda.h)
count=0
for call in $calls; do
    printf '{ global: cu*; tagma_test_*; local: %s; *; };\n' "$call" >"$out/missing/$call.map"
    mkdir -p "$out/missing/$call"
    "$cc" -shared -Wl,--version-script="$out/missing/$call.map" -o "$out/missing/$call/libcuda.so.1" \
        "$out/driver.o" "$out/objects.o" -lpthread
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
