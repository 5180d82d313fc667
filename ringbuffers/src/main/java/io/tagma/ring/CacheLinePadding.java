package io.tagma.ring;

/**
 * Two cache lines of nothing, laid out before the fields of a subclass: the JVM places a superclass's fields first. For objects that one
 * thread writes all the time while others read what lies next to them.
 */
abstract class CacheLinePadding {
    long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
