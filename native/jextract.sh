#!/bin/sh
# Has an installed jextract make Java bindings of include/tagma_cuda.h. By hand: sh native/jextract.sh FOLDER
#
# What the build compiles are the bindings written by hand in io.tagma.cuda, since jextract is in no package registry; a test holds
# that their names and signatures are the header's. This script is for whoever wants to compare, or to change over.
set -eu
cd "$(dirname "$0")"
out=${1:?give the folder to write to}
jextract=${JEXTRACT:-jextract}
if ! command -v "$jextract" >/dev/null 2>&1; then
    echo 'native: no jextract; get it from https://jdk.java.net/jextract/, or name one in JEXTRACT' >&2
    exit 3
fi
"$jextract" --version 2>&1 | sed 's/^/native: /'
set --
for call in $(sed -n 's/^CUresult \(cu[A-Za-z0-9_]*\)(.*/\1/p' include/tagma_cuda.h); do
    set -- "$@" --include-function "$call"
done
"$jextract" --output "$out" --target-package io.tagma.cuda.generated --header-class-name TagmaCuda "$@" include/tagma_cuda.h
"$jextract" --version >"$out/io/tagma/cuda/generated/jextract.version" 2>&1
