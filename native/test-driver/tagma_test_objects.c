/*
 * The stand-in's contexts, memory, streams, events, modules and graphs: every handle is looked up, every thing made is counted
 * until it is given back. Work is done at once, in the caller's thread, so a stream is always idle; a capture records it
 * instead, and a graph does it as often as it is launched. "Device" memory is the host's.
 */
#include "tagma_test_internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_CONTEXTS 16
#define MAX_PARAMETERS 24

enum kind { KIND_MEMORY, KIND_PINNED, KIND_STREAM, KIND_EVENT, KIND_MODULE, KIND_FUNCTION, KIND_GRAPH, KIND_EXEC, KIND_COUNT };

static const char *const KIND_NAMES[KIND_COUNT] = {
    "memory", "pinned", "stream", "event", "module", "function", "graph", "exec"};

/* One recorded step. */
struct work {
    enum { WORK_COPY, WORK_SET, WORK_LAUNCH } what;
    void *to;
    const void *from;
    size_t bytes;
    unsigned int value;
    int kernel;
    unsigned int grid[3];
    unsigned int block[3];
    unsigned char parameters[MAX_PARAMETERS][8];
    struct work *next;
};

struct thing {
    enum kind kind;
    int device;
    unsigned char *memory;   /* memory, pinned */
    size_t bytes;
    struct work *first;      /* stream while it captures, graph, exec (borrows the copy it made) */
    struct work *last;
    int capturing;
    struct timespec recorded; /* event */
    int was_recorded;
    char *image;             /* module */
    struct thing *owner;     /* function: its module */
    int kernel;
    struct thing *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct thing *things;
static long retains[MAX_CONTEXTS];
static size_t used[MAX_CONTEXTS];
static long orphans;
static char context_of[MAX_CONTEXTS];
static _Thread_local int current = -1;

int tagma_test_current(void) {
    /* A context that ended is nobody's current one. */
    return current >= 0 && retains[current] > 0 ? current : -1;
}

/* ---- things -------------------------------------------------------------------------------------------------------- */

static struct thing *make(enum kind kind) {
    struct thing *const thing = calloc(1, sizeof *thing);
    thing->kind = kind;
    thing->device = current;
    pthread_mutex_lock(&lock);
    thing->next = things;
    things = thing;
    pthread_mutex_unlock(&lock);
    return thing;
}

static void free_work(struct work *work) {
    while (work != NULL) {
        struct work *const next = work->next;
        free(work);
        work = next;
    }
}

static void dispose(struct thing *thing) {
    if (thing->kind == KIND_MEMORY) {
        used[thing->device] -= thing->bytes;
    }
    free(thing->memory);
    free(thing->image);
    free_work(thing->first);
    free(thing);
}

/* Takes a thing that is known, and the functions of a module with it, out of the list; NULL for one that is not known. */
static struct thing *known(const void *handle, enum kind kind, int take) {
    struct thing *found = NULL;
    pthread_mutex_lock(&lock);
    for (struct thing **at = &things; *at != NULL;) {
        struct thing *const thing = *at;
        if ((const void *) thing == handle && thing->kind == kind) {
            found = thing;
            if (take) {
                *at = thing->next;
                continue;
            }
        } else if (take && kind == KIND_MODULE && thing->owner != NULL && (const void *) thing->owner == handle) {
            *at = thing->next;
            free(thing);
            continue;
        }
        at = &thing->next;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

/* The memory, of the device or pinned, in which so many bytes lie. */
static struct thing *range(const void *address, size_t bytes, enum kind kind, int exact) {
    struct thing *found = NULL;
    const unsigned char *const start = address;
    pthread_mutex_lock(&lock);
    for (struct thing *thing = things; thing != NULL; thing = thing->next) {
        if (thing->kind == kind && start >= thing->memory && start + bytes <= thing->memory + thing->bytes
            && (!exact || start == thing->memory)) {
            found = thing;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static void destroy_of(int device, int count) {
    pthread_mutex_lock(&lock);
    for (struct thing **at = &things; *at != NULL;) {
        struct thing *const thing = *at;
        if (device >= 0 && thing->device != device) {
            at = &thing->next;
            continue;
        }
        *at = thing->next;
        orphans += count && thing->kind != KIND_FUNCTION;
        dispose(thing);
    }
    pthread_mutex_unlock(&lock);
}

void tagma_test_destroy_all(void) {
    destroy_of(-1, 0);
    memset(retains, 0, sizeof retains);
    orphans = 0;
}

long tagma_test_live(const char *kind) {
    const int all = strcmp(kind, "all") == 0;
    long count = 0;
    int ok = all;
    if (all || strcmp(kind, "context") == 0) {
        ok = 1;
        for (int i = 0; i < MAX_CONTEXTS; i++) {
            count += retains[i];
        }
    }
    pthread_mutex_lock(&lock);
    for (int k = 0; k < KIND_COUNT; k++) {
        const int wanted = all ? k != KIND_FUNCTION : strcmp(KIND_NAMES[k], kind) == 0;
        ok |= wanted;
        for (struct thing *thing = things; wanted && thing != NULL; thing = thing->next) {
            count += thing->kind == (enum kind) k;
        }
    }
    pthread_mutex_unlock(&lock);
    return ok ? count : -1;
}

long tagma_test_orphans(void) {
    return orphans;
}

static CUresult give_back(enum call call, const void *handle, enum kind kind) {
    const CUresult fault = tagma_test_enter_context(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    struct thing *const thing = known(handle, kind, 1);
    if (thing == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE);
    }
    dispose(thing);
    return CUDA_SUCCESS;
}

/* ---- contexts ------------------------------------------------------------------------------------------------------ */

CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev) {
    const CUresult fault = tagma_test_enter_device(CALL_cuDevicePrimaryCtxRetain, pctx, dev);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (tagma_test_is_broken()) {
        return (CUresult) tagma_test_is_broken();
    }
    pthread_mutex_lock(&lock);
    retains[dev - FIRST_HANDLE]++;
    pthread_mutex_unlock(&lock);
    *pctx = (CUcontext) (void *) &context_of[dev - FIRST_HANDLE];
    return CUDA_SUCCESS;
}

/* What broke stays broken, and is said here too; the context ends all the same. */
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev) {
    const CUresult fault = tagma_test_enter_device(CALL_cuDevicePrimaryCtxRelease_v2, &dev, dev);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const int device = dev - FIRST_HANDLE;
    if (retains[device] == 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_CONTEXT);
    }
    pthread_mutex_lock(&lock);
    const long left = --retains[device];
    pthread_mutex_unlock(&lock);
    if (left == 0) {
        destroy_of(device, 1);
    }
    return (CUresult) tagma_test_is_broken();
}

CUresult cuCtxSetCurrent(CUcontext ctx) {
    const CUresult fault = tagma_test_enter(CALL_cuCtxSetCurrent);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const char *const context = (const char *) (void *) ctx;
    if (context < context_of || context >= context_of + MAX_CONTEXTS || retains[context - context_of] == 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_CONTEXT);
    }
    current = (int) (context - context_of);
    return (CUresult) tagma_test_is_broken();
}

/* ---- memory -------------------------------------------------------------------------------------------------------- */

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
    const CUresult fault = tagma_test_enter_context(CALL_cuMemGetInfo_v2);
    if (fault == CUDA_SUCCESS) {
        *total = tagma_test_memory(current + FIRST_HANDLE);
        *free_bytes = *total - used[current];
    }
    return fault;
}

/* A page more than asked and odd bytes in it: who reads what nobody wrote does not find zeros. */
static struct thing *allocate(enum kind kind, size_t bytes) {
    unsigned char *memory = NULL;
    if (posix_memalign((void **) &memory, 256, bytes) != 0) {
        return NULL;
    }
    memset(memory, 0xCB, bytes < 1 << 20 ? bytes : 1 << 20);
    struct thing *const thing = make(kind);
    thing->memory = memory;
    thing->bytes = bytes;
    return thing;
}

CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize) {
    const CUresult fault = tagma_test_enter_context(CALL_cuMemAlloc_v2);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (dptr == NULL || bytesize == 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    if (bytesize > tagma_test_memory(current + FIRST_HANDLE) - used[current]) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    struct thing *const thing = allocate(KIND_MEMORY, bytesize);
    if (thing == NULL) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    pthread_mutex_lock(&lock);
    used[current] += bytesize;
    pthread_mutex_unlock(&lock);
    *dptr = (CUdeviceptr) (size_t) thing->memory;
    return CUDA_SUCCESS;
}

static CUresult free_memory(enum call call, const void *memory, enum kind kind) {
    const CUresult fault = tagma_test_enter_context(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    struct thing *const thing = range(memory, 0, kind, 1);
    if (thing == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    dispose(known(thing, kind, 1));
    return CUDA_SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr dptr) {
    return free_memory(CALL_cuMemFree_v2, (const void *) (size_t) dptr, KIND_MEMORY);
}

CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags) {
    const CUresult fault = tagma_test_enter_context(CALL_cuMemHostAlloc);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (pp == NULL || bytesize == 0 || Flags > 7) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    struct thing *const thing = allocate(KIND_PINNED, bytesize);
    if (thing == NULL) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *pp = thing->memory;
    return CUDA_SUCCESS;
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags) {
    const CUresult fault = tagma_test_enter_context(CALL_cuMemHostGetDevicePointer_v2);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (pdptr == NULL || Flags != 0 || range(p, 0, KIND_PINNED, 0) == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    *pdptr = (CUdeviceptr) (size_t) p;
    return CUDA_SUCCESS;
}

CUresult cuMemFreeHost(void *p) {
    return free_memory(CALL_cuMemFreeHost, p, KIND_PINNED);
}

/* ---- work ---------------------------------------------------------------------------------------------------------- */

static CUresult perform(const struct work *work) {
    if (work->what == WORK_COPY) {
        memcpy(work->to, work->from, work->bytes);
        return CUDA_SUCCESS;
    }
    if (work->what == WORK_SET) {
        for (size_t i = 0; i < work->bytes / 4; i++) {
            memcpy((unsigned char *) work->to + 4 * i, &work->value, 4);
        }
        return CUDA_SUCCESS;
    }
    void *parameters[MAX_PARAMETERS];
    for (int i = 0; i < MAX_PARAMETERS; i++) {
        parameters[i] = (void *) work->parameters[i];
    }
    if (tagma_cpu_launch == NULL) {
        return CUDA_ERROR_OPERATING_SYSTEM;
    }
    return tagma_cpu_launch(work->kernel, work->grid, work->block, parameters) == 0
        ? CUDA_SUCCESS : tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
}

static CUresult submit(CUstream stream, const struct work *work) {
    struct thing *const thing = known(stream, KIND_STREAM, 0);
    if (thing == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE);
    }
    if (!thing->capturing) {
        return perform(work);
    }
    struct work *const copy = malloc(sizeof *copy);
    *copy = *work;
    copy->next = NULL;
    *(thing->last == NULL ? &thing->first : &thing->last->next) = copy;
    thing->last = copy;
    return CUDA_SUCCESS;
}

static CUresult copy(enum call call, void *to, enum kind to_kind, const void *from, enum kind from_kind, size_t bytes, CUstream stream) {
    const CUresult fault = tagma_test_enter_context(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    /* Pageable memory would be allowed by the driver; here it is a mistake, since it is copied twice and waits. */
    if (range(to, bytes, to_kind, 0) == NULL || range(from, bytes, from_kind, 0) == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    const struct work work = {.what = WORK_COPY, .to = to, .from = from, .bytes = bytes};
    return submit(stream, &work);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream) {
    return copy(CALL_cuMemcpyHtoDAsync_v2, (void *) (size_t) dstDevice, KIND_MEMORY, srcHost, KIND_PINNED, ByteCount, hStream);
}

CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream) {
    return copy(CALL_cuMemcpyDtoHAsync_v2, dstHost, KIND_PINNED, (const void *) (size_t) srcDevice, KIND_MEMORY, ByteCount, hStream);
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream) {
    return copy(CALL_cuMemcpyDtoDAsync_v2, (void *) (size_t) dstDevice, KIND_MEMORY, (const void *) (size_t) srcDevice, KIND_MEMORY, ByteCount, hStream);
}

CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream) {
    const CUresult fault = tagma_test_enter_context(CALL_cuMemsetD32Async);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (dstDevice % 4 != 0 || range((const void *) (size_t) dstDevice, 4 * N, KIND_MEMORY, 0) == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    const struct work work = {.what = WORK_SET, .to = (void *) (size_t) dstDevice, .bytes = 4 * N, .value = ui};
    return submit(hStream, &work);
}

CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream, void **kernelParams, void **extra) {
    const CUresult fault = tagma_test_enter_context(CALL_cuLaunchKernel);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const struct thing *const function = known(f, KIND_FUNCTION, 0);
    if (function == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE);
    }
    const unsigned long long threads = (unsigned long long) blockDimX * blockDimY * blockDimZ;
    if (gridDimX == 0 || gridDimY == 0 || gridDimZ == 0 || gridDimY > 65535 || gridDimZ > 65535 || threads == 0
        || threads > 1024 || sharedMemBytes > 48 << 10 || kernelParams == NULL || extra != NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    struct work work = {.what = WORK_LAUNCH, .kernel = function->kernel,
        .grid = {gridDimX, gridDimY, gridDimZ}, .block = {blockDimX, blockDimY, blockDimZ}};
    size_t sizes[MAX_PARAMETERS];
    const int count = tagma_cpu_parameters == NULL ? 0 : tagma_cpu_parameters(function->kernel, sizes);
    for (int i = 0; i < count; i++) {
        memcpy(work.parameters[i], kernelParams[i], sizes[i]);
    }
    return submit(hStream, &work);
}

/* ---- streams, events ----------------------------------------------------------------------------------------------- */

static CUresult create(enum call call, void **handle, enum kind kind) {
    const CUresult fault = tagma_test_enter_context(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (handle == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    *handle = make(kind);
    return CUDA_SUCCESS;
}

static CUresult enter_thing(enum call call, const void *handle, enum kind kind) {
    const CUresult fault = tagma_test_enter_context(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    return known(handle, kind, 0) == NULL ? tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE) : CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags) {
    return Flags > 1 ? tagma_test_misuse(CUDA_ERROR_INVALID_VALUE) : create(CALL_cuStreamCreate, (void **) phStream, KIND_STREAM);
}

CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags) {
    const CUresult fault = enter_thing(CALL_cuStreamWaitEvent, hStream, KIND_STREAM);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    return Flags != 0 || known(hEvent, KIND_EVENT, 0) == NULL ? tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE) : CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream hStream) {
    const CUresult fault = enter_thing(CALL_cuStreamSynchronize, hStream, KIND_STREAM);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    /* Waiting for what was only recorded. */
    return known(hStream, KIND_STREAM, 0)->capturing ? tagma_test_misuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) : CUDA_SUCCESS;
}

CUresult cuStreamDestroy_v2(CUstream hStream) {
    return give_back(CALL_cuStreamDestroy_v2, hStream, KIND_STREAM);
}

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags) {
    return Flags > 7 ? tagma_test_misuse(CUDA_ERROR_INVALID_VALUE) : create(CALL_cuEventCreate, (void **) phEvent, KIND_EVENT);
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream) {
    const CUresult fault = enter_thing(CALL_cuEventRecord, hEvent, KIND_EVENT);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    struct thing *const event = known(hEvent, KIND_EVENT, 0);
    if (known(hStream, KIND_STREAM, 0) == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE);
    }
    clock_gettime(CLOCK_MONOTONIC, &event->recorded);
    event->was_recorded = 1;
    return CUDA_SUCCESS;
}

CUresult cuEventSynchronize(CUevent hEvent) {
    return enter_thing(CALL_cuEventSynchronize, hEvent, KIND_EVENT);
}

CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd) {
    const CUresult fault = enter_thing(CALL_cuEventElapsedTime, hStart, KIND_EVENT);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const struct thing *const start = known(hStart, KIND_EVENT, 0);
    const struct thing *const end = known(hEnd, KIND_EVENT, 0);
    if (pMilliseconds == NULL || end == NULL || !start->was_recorded || !end->was_recorded) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_HANDLE);
    }
    *pMilliseconds = (float) (end->recorded.tv_sec - start->recorded.tv_sec) * 1e3f
        + (float) (end->recorded.tv_nsec - start->recorded.tv_nsec) / 1e6f;
    return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent hEvent) {
    return give_back(CALL_cuEventDestroy_v2, hEvent, KIND_EVENT);
}

/* ---- modules ------------------------------------------------------------------------------------------------------- */

static void log_error(unsigned int count, const CUjit_option *options, void **values, const char *text) {
    char *buffer = NULL;
    size_t length = 0;
    for (unsigned int i = 0; i < count; i++) {
        if (options[i] == CU_JIT_ERROR_LOG_BUFFER) {
            buffer = values[i];
        } else if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES) {
            length = (size_t) values[i];
        }
    }
    if (buffer != NULL && length > 0) {
        snprintf(buffer, length, "%s", text);
    }
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options, void **optionValues) {
    const CUresult fault = tagma_test_enter_context(CALL_cuModuleLoadDataEx);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (module == NULL || image == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    const char *const version = strstr(image, ".version ");
    const char *const target = strstr(image, ".target sm_");
    int major;
    int minor;
    int architecture;
    if (version == NULL || target == NULL || sscanf(version, ".version %d.%d", &major, &minor) != 2
        || sscanf(target, ".target sm_%d", &architecture) != 1) {
        log_error(numOptions, options, optionValues, "ptxas fatal   : Missing .version or .target directive");
        return CUDA_ERROR_INVALID_PTX;
    }
    /* CUDA 11.x reads PTX up to 7.x, 12.x up to 8.x, 13.x up to 9.x. */
    const int newest = (tagma_test_version() / 1000 - 4) * 10 + tagma_test_version() % 1000 / 10;
    if (10 * major + minor > newest) {
        return CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
    }
    if (architecture > tagma_test_capability(current + FIRST_HANDLE)) {
        return CUDA_ERROR_NO_BINARY_FOR_GPU;
    }
    struct thing *const thing = make(KIND_MODULE);
    thing->image = malloc(strlen(image) + 1);
    strcpy(thing->image, image);
    *module = (CUmodule) (void *) thing;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name) {
    char entry[300];
    const CUresult fault = enter_thing(CALL_cuModuleGetFunction, hmod, KIND_MODULE);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    struct thing *const module = known(hmod, KIND_MODULE, 0);
    snprintf(entry, sizeof entry, ".entry %s(", name);
    if (strstr(module->image, entry) == NULL) {
        return CUDA_ERROR_NOT_FOUND;
    }
    const int kernel = tagma_cpu_kernel == NULL ? 0 : tagma_cpu_kernel(name);
    if (kernel < 0) {
        return CUDA_ERROR_NOT_FOUND;
    }
    struct thing *const function = make(KIND_FUNCTION);
    function->owner = module;
    function->kernel = kernel;
    *hfunc = (CUfunction) (void *) function;
    return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule hmod) {
    return give_back(CALL_cuModuleUnload, hmod, KIND_MODULE);
}

/* ---- graphs -------------------------------------------------------------------------------------------------------- */

CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode) {
    const CUresult fault = enter_thing(CALL_cuStreamBeginCapture_v2, hStream, KIND_STREAM);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    struct thing *const stream = known(hStream, KIND_STREAM, 0);
    if (stream->capturing || (int) mode > 2) {
        return tagma_test_misuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    }
    stream->capturing = 1;
    return CUDA_SUCCESS;
}

/* As the real one, it ends the capture even where it fails. */
CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph) {
    struct thing *const stream = known(hStream, KIND_STREAM, 0);
    struct work *const first = stream == NULL ? NULL : stream->first;
    const int captured = stream != NULL && stream->capturing;
    if (captured) {
        stream->capturing = 0;
        stream->first = NULL;
        stream->last = NULL;
    }
    const CUresult fault = enter_thing(CALL_cuStreamEndCapture, hStream, KIND_STREAM);
    if (fault != CUDA_SUCCESS) {
        free_work(first);
        return fault;
    }
    if (!captured) {
        return tagma_test_misuse(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    }
    struct thing *const graph = make(KIND_GRAPH);
    graph->first = first;
    *phGraph = (CUgraph) (void *) graph;
    return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags) {
    const CUresult fault = enter_thing(CALL_cuGraphInstantiateWithFlags, hGraph, KIND_GRAPH);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (phGraphExec == NULL || flags != 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    struct thing *const exec = make(KIND_EXEC);
    for (const struct work *work = known(hGraph, KIND_GRAPH, 0)->first; work != NULL; work = work->next) {
        struct work *const step = malloc(sizeof *step);
        *step = *work;
        step->next = NULL;
        *(exec->last == NULL ? &exec->first : &exec->last->next) = step;
        exec->last = step;
    }
    *phGraphExec = (CUgraphExec) (void *) exec;
    return CUDA_SUCCESS;
}

CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream) {
    const CUresult fault = enter_thing(CALL_cuGraphLaunch, hGraphExec, KIND_EXEC);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    for (const struct work *work = known(hGraphExec, KIND_EXEC, 0)->first; work != NULL; work = work->next) {
        const CUresult code = submit(hStream, work);
        if (code != CUDA_SUCCESS) {
            return code;
        }
    }
    return CUDA_SUCCESS;
}

CUresult cuGraphExecDestroy(CUgraphExec hGraphExec) {
    return give_back(CALL_cuGraphExecDestroy, hGraphExec, KIND_EXEC);
}

CUresult cuGraphDestroy(CUgraph hGraph) {
    return give_back(CALL_cuGraphDestroy, hGraph, KIND_GRAPH);
}
