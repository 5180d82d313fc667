package io.tagma.engine.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * Collects the shards' histograms at each interval, writes them to a log that the stock HdrHistogram tools read (one tag a
 * station) and keeps totals. Owned by the observer's thread; totals are read after {@link #onClose}, or as a copy.
 */
public final class HistogramLog implements Agent {
    private static final double NS_PER_MS = 1e6;
    private static final double MS_PER_S = 1e3;

    private final List<StationTimer> timers;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final long intervalNs;
    private final PrintStream stream;
    private final HistogramLogWriter writer;
    private final Histogram[] interval = StationTimer.emptySet();
    private final Histogram[] totals = StationTimer.emptySet();
    private final boolean[] collected;
    private long dueNs;
    private final long launchMs;
    private long intervalStartMs;
    private boolean waiting;

    /** A log in a new file for its owner alone. */
    public HistogramLog(
            final List<StationTimer> timers,
            final NanoClock clock,
            final EpochNanoClock epochClock,
            final long intervalNs,
            final Path file) {
        this.timers = timers;
        this.clock = clock;
        this.epochClock = epochClock;
        this.intervalNs = intervalNs;
        this.collected = new boolean[timers.size()];
        this.stream = open(file);
        this.writer = new HistogramLogWriter(stream);
        this.launchMs = epochMs();
        this.intervalStartMs = launchMs;
        writer.outputComment("[Tagma stations, values in ns, max printed in ms]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(intervalStartMs);
        writer.setBaseTime(intervalStartMs);
        writer.outputLegend();
        prepareBuffers();
        this.dueNs = clock.nanoTime() + intervalNs;
    }

    // A histogram allocates its encoding buffer (a quarter of a megabyte) when it is first written: here rather than a
    // second
    // into the engine's life, when all else has stopped allocating.
    private void prepareBuffers() {
        final ByteBuffer target = ByteBuffer.allocate(interval[0].getNeededByteBufferCapacity());
        for (final Histogram histogram : interval) {
            histogram.encodeIntoCompressedByteBuffer(target.clear());
        }
    }

    private static PrintStream open(final Path file) {
        try {
            final OutputStream out = Files.newOutputStream(
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                    StandardOpenOption.WRITE);
            return new PrintStream(out, false, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot write histogram log " + file, e);
        }
    }

    private long epochMs() {
        return TimeUnit.NANOSECONDS.toMillis(epochClock.nanoTime());
    }

    @Override
    public int doWork() {
        if (!waiting && clock.nanoTime() - dueNs >= 0) {
            timers.forEach(StationTimer::request);
            waiting = true;
            return 1;
        }
        return waiting ? collect() : 0;
    }

    private synchronized int collect() {
        boolean all = true;
        for (int i = 0; i < collected.length; i++) {
            collected[i] = collected[i] || timers.get(i).collect(interval, totals);
            all &= collected[i];
        }
        if (!all) {
            return 0;
        }
        write();
        return 1;
    }

    private synchronized void write() {
        final long nowMs = epochMs();
        for (final Station station : Station.values()) {
            final Histogram histogram = interval[station.index()];
            if (histogram.getTotalCount() > 0) {
                histogram.setTag(station.label()); // a reset takes the tag away
                writer.outputIntervalHistogram(
                        (intervalStartMs - launchMs) / MS_PER_S, (nowMs - launchMs) / MS_PER_S, histogram, NS_PER_MS);
                histogram.reset();
            }
        }
        stream.flush();
        intervalStartMs = nowMs;
        dueNs = clock.nanoTime() + intervalNs;
        waiting = false;
        Arrays.fill(collected, false);
    }

    /** A copy of a station's histogram over all intervals collected so far. */
    public synchronized Histogram total(final Station station) {
        return totals[station.index()].copy();
    }

    /** Takes what the stopped shards still hold and closes the log. The shards must not run any more. */
    @Override
    public void onClose() {
        for (int i = 0; i < collected.length; i++) {
            final StationTimer timer = timers.get(i);
            if (!collected[i]) {
                timer.duty();
                timer.collect(interval, totals);
            }
            timer.request();
            timer.duty();
            timer.collect(interval, totals);
        }
        write();
        stream.close();
    }

    @Override
    public String roleName() {
        return "histogram-log";
    }
}
