/*
 * Runs the kernels on the processor: block after block, and within a block thread after thread, each a coroutine of its own that
 * gives way at a barrier. Test-only; part of the stand-in for the driver.
 */
#include "cuda_on_cpu.h"

#include "../tagma_kernels.cu"

#include <stddef.h>
#include <ucontext.h>

#include <utility>
#include <vector>

thread_local tagma_place threadIdx, blockIdx, blockDim, gridDim;

namespace {

const size_t STACK = 32 << 10;
const int WARP = 32;

/* ---- the list ------------------------------------------------------------------------------------------------------ */

struct Kernel {
    const char *name;
    bool barriers;
    void (*run)(void **);
    int (*sizes)(size_t *);
};

template <typename... A, size_t... I> void call(void (*kernel)(A...), void **parameters, std::index_sequence<I...>) {
    kernel(*static_cast<A *>(parameters[I])...);
}

template <auto kernel> struct Entry;

template <typename... A, void (*kernel)(A...)> struct Entry<kernel> {
    static void run(void **parameters) {
        call(kernel, parameters, std::index_sequence_for<A...>{});
    }
    static int sizes(size_t *out) {
        const size_t all[] = {sizeof(A)...};
        for (size_t i = 0; i < sizeof...(A); i++) {
            out[i] = all[i];
        }
        return sizeof...(A);
    }
};

#define PLAIN(name) {#name, false, Entry<name>::run, Entry<name>::sizes}
#define WITH_BARRIERS(name) {#name, true, Entry<name>::run, Entry<name>::sizes}

const Kernel KERNELS[] = {
    PLAIN(tagma_exp_of), PLAIN(tagma_log_of), PLAIN(tagma_sigmoid_of), PLAIN(tagma_adagrad), PLAIN(tagma_decay_add),
    PLAIN(tagma_sparse_scores), PLAIN(tagma_sparse_adagrad), PLAIN(tagma_scatter_rows), PLAIN(tagma_dense_small),
    WITH_BARRIERS(tagma_dense_tile), WITH_BARRIERS(tagma_softmax), WITH_BARRIERS(tagma_top_k), WITH_BARRIERS(tagma_top_k_cosine),
    PLAIN(tagma_dense_adagrad), WITH_BARRIERS(tagma_top_merge),
    WITH_BARRIERS(tagma_striped_dots),
};

const int COUNT = sizeof KERNELS / sizeof KERNELS[0];

/* ---- coroutines ---------------------------------------------------------------------------------------------------- */

struct Thread {
    ucontext_t context;
    std::vector<char> stack;
    bool ended;
    long block_barriers;  /* how many of each kind it has come to; kept apart, */
    long warp_barriers;   /* since a warp may meet often between two barriers of its block */
    float offered;
};

struct Block {
    std::vector<Thread> threads;
    ucontext_t scheduler;
    size_t running;
    const Kernel *kernel;
    void **parameters;
};

thread_local Block block;

void begin() {
    block.kernel->run(block.parameters);
    block.threads[block.running].ended = true;
    swapcontext(&block.threads[block.running].context, &block.scheduler);
}

void give_way() {
    swapcontext(&block.threads[block.running].context, &block.scheduler);
}

/* Whether every thread of a range that still runs has come to so many barriers. */
bool all_came(size_t from, size_t to, long Thread::*barriers, long count) {
    for (size_t i = from; i < to; i++) {
        if (!block.threads[i].ended && block.threads[i].*barriers < count) {
            return false;
        }
    }
    return true;
}

void wait(size_t from, size_t to, long Thread::*barriers) {
    const long mine = ++(block.threads[block.running].*barriers);
    while (!all_came(from, to, barriers, mine)) {
        give_way();
    }
}

void warp_of(size_t thread, size_t *from, size_t *to) {
    *from = thread / WARP * WARP;
    *to = *from + WARP < block.threads.size() ? *from + WARP : block.threads.size();
}

tagma_place place_of(size_t thread) {
    const unsigned int n = (unsigned int) thread;
    return {n % blockDim.x, n / blockDim.x % blockDim.y, n / blockDim.x / blockDim.y};
}

void run_with_barriers() {
    const size_t count = (size_t) blockDim.x * blockDim.y * blockDim.z;
    if (block.threads.size() != count) {
        block.threads.resize(count);
    }
    for (Thread &thread : block.threads) {
        thread.stack.resize(STACK);
        thread.ended = false;
        thread.block_barriers = 0;
        thread.warp_barriers = 0;
        getcontext(&thread.context);
        thread.context.uc_stack.ss_sp = thread.stack.data();
        thread.context.uc_stack.ss_size = STACK;
        thread.context.uc_link = nullptr;
        makecontext(&thread.context, begin, 0);
    }
    for (bool alive = true; alive;) {
        alive = false;
        for (size_t i = 0; i < count; i++) {
            if (!block.threads[i].ended) {
                alive = true;
                block.running = i;
                threadIdx = place_of(i);
                swapcontext(&block.scheduler, &block.threads[i].context);
            }
        }
    }
}

void run_plainly() {
    const size_t count = (size_t) blockDim.x * blockDim.y * blockDim.z;
    for (size_t i = 0; i < count; i++) {
        threadIdx = place_of(i);
        block.kernel->run(block.parameters);
    }
}

} // namespace

void __syncthreads() {
    wait(0, block.threads.size(), &Thread::block_barriers);
}

float __shfl_xor_sync(unsigned int, float value, int with) {
    size_t from, to;
    const size_t me = block.running;
    warp_of(me, &from, &to);
    block.threads[me].offered = value;
    wait(from, to, &Thread::warp_barriers);
    const float theirs = block.threads[from + ((me - from) ^ (size_t) with)].offered;
    wait(from, to, &Thread::warp_barriers);
    return theirs;
}

extern "C" int tagma_cpu_kernel(const char *name) {
    for (int i = 0; i < COUNT; i++) {
        if (strcmp(KERNELS[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

extern "C" int tagma_cpu_parameters(int kernel, size_t *sizes) {
    return KERNELS[kernel].sizes(sizes);
}

extern "C" int tagma_cpu_launch(int kernel, const unsigned int *grid, const unsigned int *dimensions, void **parameters) {
    if (kernel < 0 || kernel >= COUNT) {
        return -1;
    }
    block.kernel = &KERNELS[kernel];
    block.parameters = parameters;
    gridDim = {grid[0], grid[1], grid[2]};
    blockDim = {dimensions[0], dimensions[1], dimensions[2]};
    for (unsigned int z = 0; z < grid[2]; z++) {
        for (unsigned int y = 0; y < grid[1]; y++) {
            for (unsigned int x = 0; x < grid[0]; x++) {
                blockIdx = {x, y, z};
                if (block.kernel->barriers) {
                    run_with_barriers();
                } else {
                    run_plainly();
                }
            }
        }
    }
    return 0;
}
