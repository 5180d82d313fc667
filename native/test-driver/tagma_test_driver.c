/*
 * A stand-in for libcuda.so.1 with as many devices and as many faults as a test asks for. Test-only.
 *
 * It keeps the driver's rules rather than being kind: a failed call leaves its results untouched, a call before cuInit is
 * refused, a device is named by a handle that is not its ordinal. Calls may come from any thread; configuring may not race
 * with them.
 */
#include "tagma_test_internal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEVICES 16
#define MAX_NAME 1000
#ifndef DEFAULT_DEVICES
#define DEFAULT_DEVICES 0
#endif

static const char *const CALL_NAMES[CALL_COUNT] = {
#define TEXT(name) #name,
    CALLS(TEXT)
#undef TEXT
};

struct fault {
    int code;       /* CUDA_SUCCESS: none */
    long on_call;   /* counted from 1; 0: every one */
    int onwards;    /* and every later one */
};

static struct fault faults[CALL_COUNT];
static atomic_long counts[CALL_COUNT];
static atomic_long misuses;
static atomic_int initialised;
static atomic_int sticky;
static int devices;
static int version;
static int name_length;
static size_t memory_mib;

static const struct { CUresult code; const char *name; const char *text; } ERRORS[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
#define ERROR(name, text) {CUDA_ERROR_##name, "CUDA_ERROR_" #name, text}
    ERROR(INVALID_VALUE, "invalid argument"),
    ERROR(OUT_OF_MEMORY, "out of memory"),
    ERROR(NOT_INITIALIZED, "initialization error"),
    ERROR(DEINITIALIZED, "driver shutting down"),
    ERROR(STUB_LIBRARY, "CUDA driver is a stub library"),
    ERROR(NO_DEVICE, "no CUDA-capable device is detected"),
    ERROR(INVALID_DEVICE, "invalid device ordinal"),
    ERROR(INVALID_IMAGE, "device kernel image is invalid"),
    ERROR(INVALID_CONTEXT, "invalid device context"),
    ERROR(NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device"),
    ERROR(ECC_UNCORRECTABLE, "uncorrectable ECC error encountered"),
    ERROR(INVALID_PTX, "a PTX JIT compilation failed"),
    ERROR(UNSUPPORTED_PTX_VERSION, "the provided PTX was compiled with an unsupported toolchain."),
    ERROR(OPERATING_SYSTEM, "OS call failed or operation not supported on this OS"),
    ERROR(INVALID_HANDLE, "invalid resource handle"),
    ERROR(NOT_FOUND, "named symbol not found"),
    ERROR(NOT_READY, "device not ready"),
    ERROR(ILLEGAL_ADDRESS, "an illegal memory access was encountered"),
    ERROR(LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch"),
    ERROR(LAUNCH_TIMEOUT, "the launch timed out and was terminated"),
    ERROR(CONTEXT_IS_DESTROYED, "context is destroyed"),
    ERROR(ASSERT, "device-side assert triggered"),
    ERROR(HARDWARE_STACK_ERROR, "hardware stack error"),
    ERROR(ILLEGAL_INSTRUCTION, "an illegal instruction was encountered"),
    ERROR(MISALIGNED_ADDRESS, "misaligned address"),
    ERROR(INVALID_ADDRESS_SPACE, "operation not supported on global/shared address space"),
    ERROR(INVALID_PC, "invalid program counter"),
    ERROR(LAUNCH_FAILED, "unspecified launch failure"),
    ERROR(SYSTEM_NOT_READY, "system not yet initialized"),
    ERROR(SYSTEM_DRIVER_MISMATCH, "system has unsupported display driver / cuda driver combination"),
    ERROR(COMPAT_NOT_SUPPORTED_ON_DEVICE, "forward compatibility was attempted on non supported HW"),
    ERROR(STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing"),
    ERROR(STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture"),
    ERROR(UNKNOWN, "unknown error"),
#undef ERROR
};

/* ---- configuration ------------------------------------------------------------------------------------------------- */

static int call_named(const char *name) {
    for (int i = 0; i < CALL_COUNT; i++) {
        if (strcmp(CALL_NAMES[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Parses text as a whole number from low to high. */
static int number(const char *text, long low, long high, long *value) {
    char *end;
    *value = strtol(text, &end, 10);
    return end != text && *end == '\0' && *value >= low && *value <= high;
}

static int take_fault(char *key, long code) {
    char *const mark = strchr(key, '#');
    long on_call = 0;
    int onwards = 0;
    if (mark != NULL) {
        char *const last = mark + strlen(mark) - 1;
        *mark = '\0';
        onwards = *last == '+';
        if (onwards) {
            *last = '\0';
        }
        if (!number(mark + 1, 1, 1000000, &on_call)) {
            return 0;
        }
    }
    const int call = call_named(key);
    if (call < 0) {
        return 0;
    }
    faults[call].code = (int) code;
    faults[call].on_call = on_call;
    faults[call].onwards = onwards;
    return 1;
}

static int take_word(char *word) {
    char *const equals = strchr(word, '=');
    long value;
    if (equals == NULL) {
        return 0;
    }
    *equals = '\0';
    if (strcmp(word, "devices") == 0) {
        const int ok = number(equals + 1, 0, MAX_DEVICES, &value);
        devices = (int) value;
        return ok;
    }
    if (strcmp(word, "version") == 0) {
        const int ok = number(equals + 1, 0, 1000000, &value);
        version = (int) value;
        return ok;
    }
    if (strcmp(word, "name_length") == 0) {
        const int ok = number(equals + 1, 1, MAX_NAME, &value);
        name_length = (int) value;
        return ok;
    }
    if (strcmp(word, "memory_mib") == 0) {
        const int ok = number(equals + 1, 1, 1000000, &value);
        memory_mib = (size_t) value;
        return ok;
    }
    return number(equals + 1, 1, 1000000, &value) && take_fault(word, value);
}

static void forget(void) {
    memset(faults, 0, sizeof faults);
    for (int i = 0; i < CALL_COUNT; i++) {
        atomic_store(&counts[i], 0);
    }
    atomic_store(&misuses, 0);
    atomic_store(&initialised, 0);
    atomic_store(&sticky, 0);
    tagma_test_destroy_all();
    devices = DEFAULT_DEVICES;
    version = 13000;
    name_length = 0;
    memory_mib = 0;
}

int tagma_test_configure(const char *specification) {
    char words[1024];
    char *rest = words;
    forget();
    if (strlen(specification) >= sizeof words) {
        return -1;
    }
    strcpy(words, specification);
    for (char *word = strtok_r(words, " ;", &rest); word != NULL; word = strtok_r(NULL, " ;", &rest)) {
        if (!take_word(word)) {
            return -1;
        }
    }
    return 0;
}

long tagma_test_calls(const char *name) {
    const int call = call_named(name);
    return call < 0 ? -1 : atomic_load(&counts[call]);
}

long tagma_test_misuses(void) {
    return atomic_load(&misuses);
}

__attribute__((constructor)) static void configure_from_environment(void) {
    const char *const specification = getenv("TAGMA_TEST_DRIVER");
    if (tagma_test_configure(specification == NULL ? "" : specification) != 0) {
        fprintf(stderr, "the test driver cannot read TAGMA_TEST_DRIVER=%s\n", specification);
        abort();
    }
}

/* ---- the driver's calls -------------------------------------------------------------------------------------------- */

CUresult tagma_test_misuse(CUresult code) {
    atomic_fetch_add(&misuses, 1);
    return code;
}

/* Counts the call and answers the fault that is due, if any. */
CUresult tagma_test_enter(enum call call) {
    const long count = atomic_fetch_add(&counts[call], 1) + 1;
    const struct fault fault = faults[call];
    const int due = fault.on_call == 0 || (fault.onwards ? count >= fault.on_call : count == fault.on_call);
    return (CUresult) (due ? fault.code : CUDA_SUCCESS);
}

/* As the driver does: what breaks a context stays with all its calls for as long as the process lives. */
static int is_sticky(CUresult code) {
    return (code >= CUDA_ERROR_ILLEGAL_ADDRESS && code <= CUDA_ERROR_LAUNCH_FAILED && code != CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)
        || code == CUDA_ERROR_ECC_UNCORRECTABLE;
}

/* The same for a call that wants a current context. */
CUresult tagma_test_enter_context(enum call call) {
    const CUresult fault = tagma_test_enter(call);
    if (is_sticky(fault)) {
        atomic_store(&sticky, (int) fault);
    }
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (!atomic_load(&initialised)) {
        return tagma_test_misuse(CUDA_ERROR_NOT_INITIALIZED);
    }
    if (tagma_test_current() < 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_CONTEXT);
    }
    return (CUresult) atomic_load(&sticky);
}

int tagma_test_is_broken(void) {
    return atomic_load(&sticky);
}

int tagma_test_version(void) {
    return version;
}

int tagma_test_capability(CUdevice dev) {
    return 10 * (7 + dev - FIRST_HANDLE) + 5 + dev - FIRST_HANDLE;
}

/* 16 GiB for the first device, 80 GiB more for each next one: no count that fits 32 bits. */
size_t tagma_test_memory(CUdevice dev) {
    return memory_mib > 0 ? memory_mib << 20 : ((size_t) 16 << 30) + ((size_t) (dev - FIRST_HANDLE)) * ((size_t) 80 << 30);
}

/* The same for a call that wants cuInit before it and a place for its result. */
CUresult tagma_test_enter_initialised(enum call call, const void *result) {
    const CUresult fault = tagma_test_enter(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (!atomic_load(&initialised)) {
        return tagma_test_misuse(CUDA_ERROR_NOT_INITIALIZED);
    }
    return result == NULL ? tagma_test_misuse(CUDA_ERROR_INVALID_VALUE) : CUDA_SUCCESS;
}

CUresult tagma_test_enter_device(enum call call, const void *result, CUdevice dev) {
    const CUresult fault = tagma_test_enter_initialised(call, result);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const int known = dev >= FIRST_HANDLE && dev < FIRST_HANDLE + devices;
    return known ? CUDA_SUCCESS : tagma_test_misuse(CUDA_ERROR_INVALID_DEVICE);
}

CUresult cuInit(unsigned int flags) {
    const CUresult fault = tagma_test_enter(CALL_cuInit);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (flags != 0) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    atomic_store(&initialised, 1);
    return CUDA_SUCCESS;
}

/* The real one may be asked before cuInit as well. */
CUresult cuDriverGetVersion(int *driverVersion) {
    const CUresult fault = tagma_test_enter(CALL_cuDriverGetVersion);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (driverVersion == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    *driverVersion = version;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count) {
    const CUresult fault = tagma_test_enter_initialised(CALL_cuDeviceGetCount, count);
    if (fault == CUDA_SUCCESS) {
        *count = devices;
    }
    return fault;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
    const CUresult fault = tagma_test_enter_initialised(CALL_cuDeviceGet, device);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (ordinal < 0 || ordinal >= devices) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_DEVICE);
    }
    *device = FIRST_HANDLE + ordinal;
    return CUDA_SUCCESS;
}

/* "Tagma test device 1", drawn out with dots where a longer one was asked for. */
CUresult cuDeviceGetName(char *name, int len, CUdevice dev) {
    char whole[MAX_NAME + 1];
    const CUresult fault = tagma_test_enter_device(CALL_cuDeviceGetName, name, dev);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (len < 1) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    memset(whole, '.', sizeof whole);
    int length = snprintf(whole, sizeof whole, "Tagma test device %d", dev - FIRST_HANDLE);
    if (name_length > 0) {
        whole[length] = '.';
        length = name_length;
    }
    const int copied = length < len ? length : len - 1;
    memcpy(name, whole, (size_t) copied);
    name[copied] = '\0';
    return CUDA_SUCCESS;
}

/* Compute capability 7.5 for the first device, 8.6, 9.7, ... for the next ones. */
CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev) {
    const CUresult fault = tagma_test_enter_device(CALL_cuDeviceGetAttribute, pi, dev);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    switch (attrib) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
        *pi = 7 + dev - FIRST_HANDLE;
        return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
        *pi = 5 + dev - FIRST_HANDLE;
        return CUDA_SUCCESS;
    default:
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev) {
    const CUresult fault = tagma_test_enter_device(CALL_cuDeviceTotalMem_v2, bytes, dev);
    if (fault == CUDA_SUCCESS) {
        *bytes = tagma_test_memory(dev);
    }
    return fault;
}

static CUresult error_text(enum call call, CUresult error, const char **pStr, int want_name) {
    const CUresult fault = tagma_test_enter(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (pStr == NULL) {
        return tagma_test_misuse(CUDA_ERROR_INVALID_VALUE);
    }
    *pStr = NULL;
    for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
        if (ERRORS[i].code == error) {
            *pStr = want_name ? ERRORS[i].name : ERRORS[i].text;
        }
    }
    return *pStr == NULL ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult error, const char **pStr) {
    return error_text(CALL_cuGetErrorName, error, pStr, 1);
}

CUresult cuGetErrorString(CUresult error, const char **pStr) {
    return error_text(CALL_cuGetErrorString, error, pStr, 0);
}
