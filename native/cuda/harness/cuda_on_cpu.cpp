/*
 * Runs the kernels on the processor: block after block, and within a block thread after thread, each a coroutine of its own that
 * gives way at a barrier. Test-only; part of the stand-in for the driver.
 */
#include "cuda_on_cpu.h"

#include "../tagma_kernels.cu"

#include <setjmp.h>
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
    PLAIN(tagma_exp_of), PLAIN(tagma_log_of), PLAIN(tagma_sigmoid_of), PLAIN(tagma_adagrad), PLAIN(tagma_decay_add), PLAIN(tagma_fma_chains),
    PLAIN(tagma_sparse_scores), PLAIN(tagma_sparse_adagrad), PLAIN(tagma_scatter_rows), PLAIN(tagma_dense_small),
    WITH_BARRIERS(tagma_dense_tile), WITH_BARRIERS(tagma_softmax), WITH_BARRIERS(tagma_top_k), WITH_BARRIERS(tagma_top_k_cosine),
    PLAIN(tagma_dense_adagrad), WITH_BARRIERS(tagma_top_merge),
    WITH_BARRIERS(tagma_striped_dots),
};

const int COUNT = sizeof KERNELS / sizeof KERNELS[0];

/* ---- coroutines ---------------------------------------------------------------------------------------------------- */

/* Some threads that meet. Who comes last lets the others go on; who ends is waited for no more. */
struct Meeting {
    size_t alive;
    size_t waiting;
    long number;

    void release_if_complete() {
        if (waiting > 0 && waiting == alive) {
            waiting = 0;
            number++;
        }
    }
};

struct Thread {
    ucontext_t start;
    jmp_buf here;
    bool started;
    bool ended;
    std::vector<char> stack;
    float offered[2];     /* in turn, since one may offer again before another has looked */
    unsigned int shuffles;
};

struct Block {
    std::vector<Thread> threads;
    std::vector<Meeting> warps;
    Meeting all;
    jmp_buf scheduler;
    size_t running;
    const Kernel *kernel;
    void **parameters;
};

thread_local Block block;

/*
 * A context is entered once by setcontext, then left and entered by _longjmp, which asks nothing of the system: swapcontext makes
 * two system calls each time.
 */
void give_way() {
    if (_setjmp(block.threads[block.running].here) == 0) {
        _longjmp(block.scheduler, 1);
    }
}

void begin() {
    block.kernel->run(block.parameters);
    block.threads[block.running].ended = true;
    block.all.alive--;
    block.all.release_if_complete();
    Meeting &warp = block.warps[block.running / WARP];
    warp.alive--;
    warp.release_if_complete();
    _longjmp(block.scheduler, 1);
}

void run_on() {
    if (_setjmp(block.scheduler) == 0) {
        Thread &thread = block.threads[block.running];
        if (thread.started) {
            _longjmp(thread.here, 1);
        }
        thread.started = true;
        setcontext(&thread.start);
    }
}

void meet(Meeting &meeting) {
    const long mine = meeting.number;
    meeting.waiting++;
    meeting.release_if_complete();
    while (meeting.number == mine) {
        give_way();
    }
}

tagma_place place_of(size_t thread) {
    const unsigned int n = (unsigned int) thread;
    return {n % blockDim.x, n / blockDim.x % blockDim.y, n / blockDim.x / blockDim.y};
}

void prepare(size_t count) {
    if (block.threads.size() != count) {
        block.threads.resize(count);
    }
    block.all = {count, 0, 0};
    block.warps.assign((count + WARP - 1) / WARP, Meeting{WARP, 0, 0});
    if (count % WARP != 0) {
        block.warps.back().alive = count % WARP;
    }
    for (Thread &thread : block.threads) {
        thread.stack.resize(STACK);
        thread.started = false;
        thread.ended = false;
        thread.shuffles = 0;
        getcontext(&thread.start);
        thread.start.uc_stack.ss_sp = thread.stack.data();
        thread.start.uc_stack.ss_size = STACK;
        thread.start.uc_link = nullptr;
        makecontext(&thread.start, begin, 0);
    }
}

void run_with_barriers() {
    const size_t count = (size_t) blockDim.x * blockDim.y * blockDim.z;
    prepare(count);
    while (block.all.alive > 0) {
        for (size_t i = 0; i < count; i++) {
            if (!block.threads[i].ended) {
                block.running = i;
                threadIdx = place_of(i);
                run_on();
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
    meet(block.all);
}

float __shfl_xor_sync(unsigned int, float value, int with) {
    const size_t me = block.running;
    const unsigned int slot = block.threads[me].shuffles++ % 2;
    block.threads[me].offered[slot] = value;
    meet(block.warps[me / WARP]);
    return block.threads[me / WARP * WARP + (me % WARP ^ (size_t) with)].offered[slot];
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
