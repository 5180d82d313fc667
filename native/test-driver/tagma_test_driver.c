/*
 * A stand-in for libcuda.so.1 with as many devices and as many faults as a test asks for. Test-only.
 *
 * It keeps the driver's rules rather than being kind: a failed call leaves its results untouched, a call before cuInit is
 * refused, a device is named by a handle that is not its ordinal. Calls may come from any thread; configuring may not race
 * with them.
 */
#include "tagma_test_driver.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tagma_cuda.h>

/* So that a caller who takes an ordinal for a handle is found out. */
#define FIRST_HANDLE 100
#define MAX_DEVICES 16
#define MAX_NAME 1000

#define CALLS(X) \
    X(cuInit) X(cuDriverGetVersion) X(cuDeviceGetCount) X(cuDeviceGet) X(cuDeviceGetName) X(cuDeviceGetAttribute) \
    X(cuDeviceTotalMem_v2) X(cuGetErrorName) X(cuGetErrorString)

enum call {
#define NUMBER(name) CALL_##name,
    CALLS(NUMBER)
#undef NUMBER
    CALL_COUNT
};

static const char *const CALL_NAMES[CALL_COUNT] = {
#define TEXT(name) #name,
    CALLS(TEXT)
#undef TEXT
};

struct fault {
    int code;       /* CUDA_SUCCESS: none */
    long on_call;   /* counted from 1; 0: every one */
};

static struct fault faults[CALL_COUNT];
static atomic_long counts[CALL_COUNT];
static atomic_long misuses;
static atomic_int initialised;
static int devices;
static int version;
static int name_length;

static const struct { CUresult code; const char *name; const char *text; } ERRORS[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {CUDA_ERROR_DEINITIALIZED, "CUDA_ERROR_DEINITIALIZED", "driver shutting down"},
    {CUDA_ERROR_STUB_LIBRARY, "CUDA_ERROR_STUB_LIBRARY", "CUDA driver is a stub library"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {CUDA_ERROR_OPERATING_SYSTEM, "CUDA_ERROR_OPERATING_SYSTEM", "OS call failed or operation not supported on this OS"},
    {CUDA_ERROR_SYSTEM_NOT_READY, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
     "system has unsupported display driver / cuda driver combination"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
     "forward compatibility was attempted on non supported HW"},
    {CUDA_ERROR_UNKNOWN, "CUDA_ERROR_UNKNOWN", "unknown error"},
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
    if (mark != NULL) {
        *mark = '\0';
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
    return number(equals + 1, 1, 1000000, &value) && take_fault(word, value);
}

static void forget(void) {
    memset(faults, 0, sizeof faults);
    for (int i = 0; i < CALL_COUNT; i++) {
        atomic_store(&counts[i], 0);
    }
    atomic_store(&misuses, 0);
    atomic_store(&initialised, 0);
    devices = 0;
    version = 13000;
    name_length = 0;
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

static CUresult misuse(CUresult code) {
    atomic_fetch_add(&misuses, 1);
    return code;
}

/* Counts the call and answers the fault that is due, if any. */
static CUresult enter(enum call call) {
    const long count = atomic_fetch_add(&counts[call], 1) + 1;
    const struct fault fault = faults[call];
    const int due = fault.on_call == 0 || fault.on_call == count;
    return (CUresult) (due ? fault.code : CUDA_SUCCESS);
}

/* The same for a call that wants cuInit before it and a place for its result. */
static CUresult enter_initialised(enum call call, const void *result) {
    const CUresult fault = enter(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (!atomic_load(&initialised)) {
        return misuse(CUDA_ERROR_NOT_INITIALIZED);
    }
    return result == NULL ? misuse(CUDA_ERROR_INVALID_VALUE) : CUDA_SUCCESS;
}

static CUresult enter_device(enum call call, const void *result, CUdevice dev) {
    const CUresult fault = enter_initialised(call, result);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    const int known = dev >= FIRST_HANDLE && dev < FIRST_HANDLE + devices;
    return known ? CUDA_SUCCESS : misuse(CUDA_ERROR_INVALID_DEVICE);
}

CUresult cuInit(unsigned int flags) {
    const CUresult fault = enter(CALL_cuInit);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (flags != 0) {
        return misuse(CUDA_ERROR_INVALID_VALUE);
    }
    atomic_store(&initialised, 1);
    return CUDA_SUCCESS;
}

/* The real one may be asked before cuInit as well. */
CUresult cuDriverGetVersion(int *driverVersion) {
    const CUresult fault = enter(CALL_cuDriverGetVersion);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (driverVersion == NULL) {
        return misuse(CUDA_ERROR_INVALID_VALUE);
    }
    *driverVersion = version;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count) {
    const CUresult fault = enter_initialised(CALL_cuDeviceGetCount, count);
    if (fault == CUDA_SUCCESS) {
        *count = devices;
    }
    return fault;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
    const CUresult fault = enter_initialised(CALL_cuDeviceGet, device);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (ordinal < 0 || ordinal >= devices) {
        return misuse(CUDA_ERROR_INVALID_DEVICE);
    }
    *device = FIRST_HANDLE + ordinal;
    return CUDA_SUCCESS;
}

/* "Tagma test device 1", drawn out with dots where a longer one was asked for. */
CUresult cuDeviceGetName(char *name, int len, CUdevice dev) {
    char whole[MAX_NAME + 1];
    const CUresult fault = enter_device(CALL_cuDeviceGetName, name, dev);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (len < 1) {
        return misuse(CUDA_ERROR_INVALID_VALUE);
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
    const CUresult fault = enter_device(CALL_cuDeviceGetAttribute, pi, dev);
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
        return misuse(CUDA_ERROR_INVALID_VALUE);
    }
}

/* 16 GiB for the first device, 80 GiB more for each next one: no count that fits 32 bits. */
CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev) {
    const CUresult fault = enter_device(CALL_cuDeviceTotalMem_v2, bytes, dev);
    if (fault == CUDA_SUCCESS) {
        *bytes = ((size_t) 16 << 30) + ((size_t) (dev - FIRST_HANDLE)) * ((size_t) 80 << 30);
    }
    return fault;
}

static CUresult error_text(enum call call, CUresult error, const char **pStr, int want_name) {
    const CUresult fault = enter(call);
    if (fault != CUDA_SUCCESS) {
        return fault;
    }
    if (pStr == NULL) {
        return misuse(CUDA_ERROR_INVALID_VALUE);
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
