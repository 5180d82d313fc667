/*
 * What a test says to the stand-in for libcuda.so.1. Not part of the driver's interface, never in a product.
 *
 * A specification is words separated by spaces or semicolons; an empty one is a healthy driver with no device:
 *
 *     devices=2                2 devices (0 to 16)
 *     version=13000            what cuDriverGetVersion answers
 *     memory_mib=64            every device has so much memory
 *     name_length=300          every device's name is so many bytes long (1 to 1000)
 *     cuInit=803               every cuInit fails with 803
 *     cuDeviceGetName#2=999    only the second cuDeviceGetName fails
 *     cuGraphLaunch#9+=999     every cuGraphLaunch from the ninth on fails
 *
 * The environment variable TAGMA_TEST_DRIVER is read as one when the library is loaded.
 */
#ifndef TAGMA_TEST_DRIVER_H
#define TAGMA_TEST_DRIVER_H

/* Forgets everything, initialisation and counts included, and takes the specification. 0, or -1 for one it cannot read. */
int tagma_test_configure(const char *specification);

/* How often a driver call was made since the last configuration, failed ones included; -1 for a name that is none. */
long tagma_test_calls(const char *call);

/* How many calls broke the driver's rules (called before cuInit, NULL for a result, no such device, a handle it does not know). */
long tagma_test_misuses(void);

/*
 * How many things of a kind are held: context (retains that were not released), memory, pinned, stream, event, module, graph,
 * exec, or all; -1 for a kind that is none.
 */
long tagma_test_live(const char *kind);

/* How many things a context took with it when it ended, because nobody had given them back. */
long tagma_test_orphans(void);

#endif
