package io.tagma.store.mirror;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes stripes to a mirror's members: each shard's image to its member, and every chunk of it to the parity's member too, which
 * adds them up. Owned by one thread. One member may fail while a stripe is written: what it would have held follows from the others.
 */
public final class MirrorWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorWriter.class);

    private final Path directory;
    private final NanoClock clock;
    private final @Nullable MirrorPeer[] peers;
    private final List<MirrorStripe.Image> images = new ArrayList<>();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(MirrorWire.CHUNK);
    private long number;
    private long bytes;

    /**
     * A writer; it connects as it writes.
     *
     * @param directory an engine's
     * @param shards how many images there are; one member more holds the parity
     */
    public MirrorWriter(final Path directory, final int shards, final NanoClock clock) {
        this.directory = directory;
        this.clock = clock;
        this.peers = new MirrorPeer[shards + 1];
    }

    /** Begins a stripe. Returns how many members there are to write to. */
    public int begin() {
        images.clear();
        bytes = 0;
        int present = 0;
        for (int member = 0; member < peers.length; member++) {
            present += connect(member) ? 1 : 0;
        }
        number++;
        for (int member = 0; member < peers.length; member++) {
            ask(member, peer -> peer.begin(number));
        }
        return present;
    }

    private boolean connect(final int member) {
        if (peers[member] != null) {
            return true;
        }
        try {
            final MirrorPeer peer = MirrorPeer.connect(directory, member, clock);
            peers[member] = peer;
            for (final MirrorStripe stripe : peer.list()) {
                number = Math.max(number, stripe.number());
            }
            return true;
        } catch (IOException e) {
            LOG.debug("member {} of the mirror of {} is not there: {}", member, directory, e.toString());
            return false;
        }
    }

    /**
     * Writes the next shard's image.
     *
     * @param info what the image's header says
     * @param state writes all of the state
     */
    public void image(final SnapshotInfo info, final Consumer<SnapshotWriter> state) {
        try (Sink sink = new Sink(images.size());
                SnapshotWriter out = SnapshotWriter.to(info, sink)) {
            state.accept(out);
            out.commit();
            sink.flush();
            images.add(new MirrorStripe.Image(info.sequence(), sink.length));
        }
    }

    /**
     * Completes the stripe.
     *
     * @return its number, or -1 when fewer members have it than it takes to give every image
     */
    public long seal() {
        final MirrorStripe stripe = new MirrorStripe(number, images);
        int sealed = 0;
        for (int member = 0; member < peers.length; member++) {
            sealed += ask(member, peer -> peer.seal(stripe)) ? 1 : 0;
        }
        return sealed >= peers.length - 1 ? number : -1;
    }

    /** Bytes of images in the last stripe. */
    public long bytes() {
        return bytes;
    }

    /** Asks every member whether it is there; those that are not are connected to at the next stripe. Returns how many are. */
    public int ping() {
        int present = 0;
        for (int member = 0; member < peers.length; member++) {
            present += connect(member) && ask(member, MirrorPeer::list) ? 1 : 0;
        }
        return present;
    }

    /** Tells every member to end. */
    public void endMembers() {
        for (int member = 0; member < peers.length; member++) {
            connect(member);
            ask(member, MirrorPeer::bye);
        }
    }

    private interface Request {
        void of(MirrorPeer peer) throws IOException;
    }

    /** A member that does not answer is left out until it can be connected to again, which begins with the next stripe. */
    private boolean ask(final int member, final Request request) {
        final MirrorPeer peer = peers[member];
        if (peer == null) {
            return false;
        }
        try {
            request.of(peer);
            return true;
        } catch (IOException e) {
            LOG.warn("member {} of the mirror of {} is lost: {}", member, directory, e.toString());
            drop(member, peer);
            return false;
        }
    }

    private void drop(final int member, final MirrorPeer peer) {
        peers[member] = null;
        try {
            peer.close();
        } catch (IOException ignored) {
            // it is gone
        }
    }

    /** Cuts an image into chunks. */
    private final class Sink implements WritableByteChannel {
        private final int shard;
        private int index;
        private long length;

        Sink(final int shard) {
            this.shard = shard;
            chunk.clear();
        }

        @Override
        public int write(final ByteBuffer source) {
            final int all = source.remaining();
            while (source.hasRemaining()) {
                final int n = Math.min(source.remaining(), chunk.remaining());
                chunk.put(source.slice(source.position(), n));
                source.position(source.position() + n);
                if (!chunk.hasRemaining()) {
                    flush();
                }
            }
            return all;
        }

        void flush() {
            if (chunk.position() == 0) {
                return;
            }
            chunk.flip();
            length += chunk.remaining();
            bytes += chunk.remaining();
            ask(shard, peer -> peer.put(number, index, chunk.duplicate()));
            ask(peers.length - 1, peer -> peer.put(number, index, chunk.duplicate()));
            index++;
            chunk.clear();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    @Override
    public void close() {
        for (int member = 0; member < peers.length; member++) {
            final MirrorPeer peer = peers[member];
            if (peer != null) {
                drop(member, peer);
            }
        }
    }

    @Override
    public String toString() {
        return "MirrorWriter{" + directory + ", stripe " + number + ", " + Arrays.toString(peers) + '}';
    }
}
